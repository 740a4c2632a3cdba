// How often, and how closely, the training engine has the gradients of the reference: many draws of weights and images,
// none left out. Prints a line per network.
//   npx tsx libs/engine/src/bench/gradient-parity.ts [draws] [full]
import { interpret, resolveSpec, type VariantConfig } from '@facenet/architecture';
import { largest, largestDifference, randomBatch, startingWeights } from '../node/parity.fixture.ts';
import { createTrainingEngine } from '../node/training-engine.ts';
import { buildTrainingGraphs, gradientOutput } from '../training/training-graphs.ts';

const microBatch = 2;
/** Asked of every parameter: the largest difference, as a share of its largest gradient. */
const bound = 1e-3;
const small = { width: 0.25, embedding: 16 } as const;

const reduced: readonly VariantConfig[] = [
  { extends: 'nn1', ...small, input: [3, 45, 48] },
  { extends: 'nn2', ...small, input: [3, 64, 70] },
  { extends: 'nn3', ...small, input: [3, 65, 64] },
  { extends: 'nn4', ...small, input: [3, 72, 68] },
  { extends: 'nns1', ...small, input: [3, 61, 58] },
  { extends: 'nns2', ...small, input: [3, 70, 58] },
  { extends: 'nn2', ...small, input: [3, 72, 64], normalization: 'batch' },
  { extends: 'nn4', ...small, input: [3, 80, 96], normalization: 'batch' },
  { extends: 'nn4.small2', ...small, input: [3, 64, 64] },
  { extends: 'nn4.small2', ...small, input: [3, 72, 72] },
  { extends: 'nn4.small2', ...small, input: [3, 96, 96] },
];
const full: readonly VariantConfig[] = [
  ...(['nn1', 'nn2', 'nn3', 'nn4', 'nns1', 'nns2'] as const).map((name) => ({ extends: name })),
  { extends: 'nn4', normalization: 'batch' },
  { extends: 'nns2', normalization: 'batch' },
];

interface Draw {
  readonly embedding: number;
  readonly worstParameter: number;
  /** ‖difference‖ ÷ ‖gradient‖ over all parameters together. */
  readonly whole: number;
}

async function compare(variant: VariantConfig, draw: number): Promise<Draw> {
  const spec = resolveSpec(variant);
  const weights = startingWeights(spec, 100 + draw);
  const { images, seed } = randomBatch(spec, microBatch, 200 + draw);
  const graphs = buildTrainingGraphs(spec, microBatch);
  const feeds = new Map<string, ArrayLike<number>>([...weights, ['image', images], ['embeddingGradient', seed]]);
  const engine = await createTrainingEngine(spec, { microBatch, threads: 1, weights });
  try {
    const embeddings = await engine.embed(images, { updateStatistics: false });
    const gradients = await engine.backward(images, seed);
    const reference = interpret(graphs.backward, feeds);
    const pairs = [...gradients].map(([name, gradient]) => [gradient, reference[gradientOutput(name)]!] as const);
    // A bias before a batch normalisation has the gradient 0: there the rounding of the others is all there is.
    const noise = 1e-3 * Math.max(...pairs.map(([, expected]) => largest(expected)));
    let [difference, norm] = [0, 0];
    for (const [gradient, expected] of pairs) {
      for (let i = 0; i < expected.length; i++) {
        difference += (gradient[i]! - expected[i]!) ** 2;
        norm += expected[i]! ** 2;
      }
    }
    return {
      embedding: largestDifference(embeddings, interpret(graphs.embed, feeds)['embedding']!),
      worstParameter: Math.max(...pairs.map(([gradient, expected]) => (
        largestDifference(gradient, expected) / Math.max(largest(expected), noise)
      ))),
      whole: Math.sqrt(difference / norm),
    };
  } finally {
    await engine.dispose();
  }
}

const draws = Number(process.argv[2] ?? 10);
for (const variant of process.argv[3] === 'full' ? full : reduced) {
  const results: Draw[] = [];
  for (let draw = 0; draw < draws; draw++) results.push(await compare(variant, draw));
  const worst = results.map(({ worstParameter }) => worstParameter).sort((a, b) => a - b);
  console.log([
    resolveSpec(variant).name,
    `embedding ${Math.max(...results.map(({ embedding }) => embedding)).toExponential(1)}`,
    `${worst.filter((value) => value <= bound).length} of ${draws} draws within ${bound}`,
    `worst parameter median ${worst[draws >> 1]!.toExponential(1)}, largest ${worst.at(-1)!.toExponential(1)}`,
    `whole gradient ${Math.max(...results.map(({ whole }) => whole)).toExponential(1)}`,
  ].join(' · '));
}
