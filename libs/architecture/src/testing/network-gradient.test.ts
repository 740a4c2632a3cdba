import { graphOf } from '../graph/node.ts';
import { sizeOf } from '../graph/shapes.ts';
import { initializeWeights } from '../initializers.ts';
import { Random } from '../random.ts';
import { buildNetwork } from '../spec/build-network.ts';
import type { Normalization } from '../spec/model-spec.ts';
import type { ModelName } from '../spec/networks.ts';
import { resolveSpec } from '../spec/resolve-spec.ts';
import { checkGradients } from './finite-differences.ts';

interface Case {
  readonly model: ModelName;
  readonly normalization?: Normalization;
  /** Odd and even, so that every stride meets both parities of SAME. */
  readonly size: readonly [rows: number, cols: number];
}

// Thinner and on smaller images, with every layer and branch of the published network.
const cases: readonly Case[] = [
  { model: 'nn1', size: [61, 52] },
  { model: 'nn2', size: [45, 38] },
  { model: 'nn3', size: [38, 33] },
  { model: 'nn4', size: [45, 38] },
  { model: 'nns1', size: [45, 38] },
  { model: 'nns2', size: [45, 38] },
  { model: 'nn4', normalization: 'batch', size: [33, 38] },
  { model: 'nns2', normalization: 'batch', size: [45, 38] },
];

const titles = cases.map((one) => [one.model, one.normalization ?? 'as published', one] as const);

describe('the gradient of an embedding with respect to every layer', () => {
  it.each(titles)('%s, normalisation %s, agrees with finite differences', (_, __, { model, normalization, size }) => {
    const spec = resolveSpec({
      extends: model, width: 0.125, embedding: 16, input: [3, ...size], ...(normalization && { normalization }),
    });
    const batched = spec.normalization === 'batch';
    const network = buildNetwork(spec, { batch: batched ? 3 : 1, mode: 'training' });
    const random = new Random(3);
    const feeds = new Map<string, ArrayLike<number>>(initializeWeights(spec, { seed: 1, scheme: 'he' }));
    feeds.set('image', Array.from({ length: sizeOf(network.image.shape) }, () => random.normal()));

    const checks = checkGradients(network.builder, network.embedding, {
      wrt: network.parameters.map(({ node }) => node),
      feeds,
      samples: 2,
      // Through batch normalisation of few values the function bends more, so the truncation error asks for less.
      step: batched ? 1e-6 : 1e-5,
    });

    // Two entries of each tensor, whatever lies at a kink, and every parameter of the graph.
    expect(checks.map(({ name }) => name).sort()).toEqual(parameterNames(network.embedding));
    for (const { name, checked, error } of checks) {
      expect({ name, checked }).toEqual({ name, checked: 2 });
      expect({ name, close: error < 1e-6, error }).toEqual({ name, close: true, error });
    }
  });
});

function parameterNames(output: Parameters<typeof graphOf>[0][string]): string[] {
  return graphOf({ output }).nodes.flatMap(({ attributes }) => ('name' in attributes ? [attributes.name] : []))
    .filter((name) => name !== 'image').sort();
}
