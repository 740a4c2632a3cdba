// The engine against the reference interpreter of the same graph, over a batch of three micro-batches on two lanes.
import {
  buildReconstruction, gradient, graphOf, initializeParameter, interpret, parseDecoder, Random, resolveSpec, sizeOf,
} from '@facenet/architecture';
import { largest, largestDifference } from './parity.fixture.ts';
import { createReconstructionEngine } from './reconstruction-engine.ts';

const decoder = parseDecoder([
  { kind: 'expand', name: 'expand', out: 8, rows: 6, cols: 5 },
  { kind: 'upConv', name: 'up', out: 8, kernel: 5, stride: 2 },
  { kind: 'picture', name: 'picture', kernel: 3, stride: 2 },
]);
const microBatch = 2;
const count = 3;

test.each(['batch', 'none'] as const)('teaches as the reference does, normalisation %s', async (normalization) => {
  const spec = resolveSpec({ extends: 'nns2', input: [3, 48, 20], width: 0.25, embedding: 6, normalization });
  // All micro-batches in one graph would share their statistics: each is a graph of its own.
  const { builder, loss, embedding, parameters } = buildReconstruction(spec, decoder, microBatch);
  const weights = new Map(parameters.map((parameter) => [parameter.name, initializeParameter(parameter, { seed: 3, scheme: 'he' })]));
  const random = new Random(5);
  const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const [embeddings, images] = [draw(count * microBatch * 6), draw(count * microBatch * sizeOf(spec.input))];
  const gradients = gradient(builder, loss, builder.constant(1, loss.shape), [embedding, ...parameters.map(({ node }) => node)]);
  const graph = graphOf({ loss, ...Object.fromEntries(['embedding', ...weights.keys()].map((name, i) => [`d/${name}`, gradients[i]!])) });
  const expected = Array.from({ length: count }, (_, i) => interpret(graph, new Map<string, ArrayLike<number>>([
    ...weights, ['embedding', embeddings.subarray(i * microBatch * 6, (i + 1) * microBatch * 6)],
    ['image', images.subarray((i * images.length) / count, ((i + 1) * images.length) / count)],
  ])));
  const mean = (name: string): number[] => Array.from(expected[0]![name]!, (_, i) => expected.reduce((sum, each) => sum + each[name]![i]! / count, 0));

  const engine = await createReconstructionEngine(spec, decoder, { microBatch, threads: 2, weights });
  try {
    const step = await engine.teach(embeddings, images);
    expect(Math.abs(step.loss - mean('loss')[0]!)).toBeLessThan(1e-5);
    const toEmbeddings = expected.flatMap((each) => Array.from(each['d/embedding']!, (value) => value / count));
    expect(largestDifference(step.gradient, toEmbeddings)).toBeLessThan(1e-3 * largest(toEmbeddings));
    for (const [name, values] of step.gradients) {
      const reference = mean(`d/${name}`);
      expect(largestDifference(values, reference)).toBeLessThan(1e-3 * Math.max(largest(reference), 1e-3));
    }
    await expect(engine.teach(embeddings, images.subarray(1))).rejects.toThrow('expected micro-batches of [2, 6] and [2, 3, 48, 20]');
  } finally {
    await engine.dispose();
  }
});
