// The engine against the reference interpreter of the same graphs: 32-bit ONNX Runtime against plain 64-bit loops.
import { interpret, resolveSpec, sizeOf, type VariantConfig } from '@facenet/architecture';
import { jest } from '@jest/globals';
import type { TrainingEngine } from '../training/training-engine.ts';
import { buildTrainingGraphs, gradientOutput } from '../training/training-graphs.ts';
import { largest, largestDifference, randomBatch, startingWeights } from './parity.fixture.ts';
import { createTrainingEngine } from './training-engine.ts';

const microBatch = 2;

// Plain loops in the test's sandbox are slow beside other work on the machine.
jest.setTimeout(120_000);
const small = { width: 0.25, embedding: 16 } as const;

// Inputs are small and of odd and even sizes; NNS2 is there in full as well. Between 32 and 64 bits a value can fall on
// the other side of a ReLU's kink or of a tied maximum, which changes a gradient by percents. With batch norm that
// happens for one draw in ten or five: the size of nn4.small2 is one where it does not. `bench/gradient-parity.ts`
// counts how often over many draws, failures included.
const variants: readonly [string, VariantConfig][] = [
  ['nn1', { extends: 'nn1', ...small, input: [3, 45, 48] }],
  ['nn2', { extends: 'nn2', ...small, input: [3, 64, 70] }],
  ['nn3', { extends: 'nn3', ...small, input: [3, 65, 64] }],
  ['nn4', { extends: 'nn4', ...small, input: [3, 72, 68] }],
  ['nns1', { extends: 'nns1', ...small, input: [3, 61, 58] }],
  ['nns2', { extends: 'nns2', ...small, input: [3, 70, 58] }],
  ['nns2 with batch norm', { extends: 'nns2', normalization: 'batch' }],
  ['nn4 with batch norm', { extends: 'nn4', ...small, input: [3, 80, 96], normalization: 'batch' }],
  ['nn2 with batch norm', { extends: 'nn2', ...small, input: [3, 72, 64], normalization: 'batch' }],
  ['nn4.small2 with batch norm', { extends: 'nn4.small2', ...small, input: [3, 72, 72], normalization: 'batch' }],
  ['nns2 with batch norm up to the embedding', { extends: 'nns2', ...small, input: [3, 40, 36], normalization: 'batch', embeddingNormalization: 'batch' }],
  ['nn4 without normalisation', { extends: 'nn4', ...small, input: [3, 64, 64], normalization: 'none' }],
];

describe.each(variants)('%s', (_, variant) => {
  const spec = resolveSpec(variant);
  const weights = startingWeights(spec);
  const { images, seed } = randomBatch(spec, microBatch);
  const graphs = buildTrainingGraphs(spec, microBatch);
  const feeds = new Map<string, ArrayLike<number>>([...weights, ['image', images], ['embeddingGradient', seed]]);
  let engine: TrainingEngine;

  beforeAll(async () => { engine = await createTrainingEngine(spec, { microBatch, threads: 1, weights }); });
  afterAll(async () => { await engine.dispose(); });

  test('embeds as the reference does, to 1e-4', async () => {
    const expected = interpret(graphs.embed, feeds)['embedding']!;
    const embeddings = await engine.embed(images, { updateStatistics: false });
    expect(largestDifference(embeddings, expected)).toBeLessThan(1e-4);
  });

  test('has the gradients of the reference, to 1e-3 of the largest of each parameter', async () => {
    const outputs = interpret(graphs.backward, feeds);
    const expected = graphs.parameters.map(({ name }) => outputs[gradientOutput(name)]!);
    // A bias before a batch normalisation has the gradient 0: there the rounding of the others is all there is.
    const noise = 1e-3 * Math.max(...expected.map(largest));
    const gradients = await engine.backward(images, seed);
    expect([...gradients.keys()]).toEqual(graphs.parameters.map(({ name }) => name));
    [...gradients].forEach(([name, gradient], i) => {
      const difference = largestDifference(gradient, expected[i]!) / Math.max(largest(expected[i]!), noise);
      expect({ name, difference, ok: difference <= 1e-3 }).toEqual({ name, difference, ok: true });
    });
  });

  test('infers as the reference does with running statistics, any number of images', async () => {
    const expected = interpret(graphs.infer, feeds)['embedding']!;
    // Three images of a micro-batch of two: the last goes alone.
    const more = Float32Array.from([...images, ...images.subarray(0, images.length / 2)]);
    const embeddings = await engine.infer(more);
    expect(largestDifference(embeddings, [...expected, ...expected.subarray(0, spec.embedding)])).toBeLessThan(1e-4);
  });
});

describe('a batch of several micro-batches', () => {
  const spec = resolveSpec({ extends: 'nns2', ...small, input: [3, 36, 30], normalization: 'batch' });
  const weights = startingWeights(spec);
  const { images, seed } = randomBatch(spec, 4 * microBatch);
  const engines: TrainingEngine[] = [];
  const engineOf = async (threads: number) => {
    const engine = await createTrainingEngine(spec, { microBatch, threads, weights, statisticsMomentum: 0.75 });
    engines.push(engine);
    return engine;
  };

  afterEach(async () => { await Promise.all(engines.splice(0).map((engine) => engine.dispose())); });

  test('gives the same bits again for the same number of threads, and the same numbers for another', async () => {
    const [two, again, one] = [await engineOf(2), await engineOf(2), await engineOf(1)];
    const gradients = await two.backward(images, seed);
    expect(await again.backward(images, seed)).toEqual(gradients);
    for (const [name, gradient] of await one.backward(images, seed)) {
      expect(largestDifference(gradient, gradients.get(name)!)).toBeLessThanOrEqual(1e-5 * largest(gradient));
    }
    await two.embed(images);
    await again.embed(images);
    expect(again.weights).toEqual(two.weights);
  });

  test('skips micro-batches without gradient', async () => {
    const engine = await engineOf(2);
    const half = seed.slice().fill(0, seed.length / 2);
    const skipped = copyOf(await engine.backward(images, half));
    const alone = await engine.backward(part(images, 2, 0), part(seed, 2, 0));
    expect(skipped).toEqual(alone);
    for (const gradient of (await engine.backward(images, seed.slice().fill(0))).values()) expect(largest(gradient)).toBe(0);
  });

  test('moves the running statistics by the mean of its micro-batches', async () => {
    const engine = await engineOf(2);
    const graphs = buildTrainingGraphs(spec, microBatch);
    const observed = [0, 1, 2, 3].map((index) => interpret(graphs.embed, new Map<string, ArrayLike<number>>([
      ...weights, ['image', part(images, 4, index)],
    ])));
    await engine.embed(images);
    for (const { name } of graphs.statistics) {
      for (const key of [`${name}/mean`, `${name}/variance`]) {
        const expected = weights.get(key)!.map((old, c) => (
          0.75 * old + 0.25 * observed.reduce((sum, outputs) => sum + outputs[key]![c]! / 4, 0)
        ));
        expect(largestDifference(engine.weights.get(key)!, expected)).toBeLessThan(1e-4);
      }
    }
  });

  test('reads what was written to the weights', async () => {
    const engine = await engineOf(2);
    const before = await engine.embed(images, { updateStatistics: false });
    for (const { name } of buildTrainingGraphs(spec, microBatch).parameters.slice(-2)) {
      const values = engine.weights.get(name)!;
      for (let i = 0; i < values.length; i++) values[i] = -values[i]!;
    }
    // The last layer is linear before the unit length, so the embedding turns around.
    expect(largestDifference(await engine.embed(images, { updateStatistics: false }), before.map((x) => -x))).toBeLessThan(1e-6);
  });
});

describe('frozen parameters', () => {
  const spec = resolveSpec({ extends: 'nns2', ...small, input: [3, 36, 30], normalization: 'batch' });
  const weights = startingWeights(spec);
  const { images, seed } = randomBatch(spec, microBatch);
  const frozen = (name: string) => !name.startsWith('fc2/');
  let engine: TrainingEngine;

  beforeAll(async () => { engine = await createTrainingEngine(spec, { microBatch, threads: 1, weights, frozen }); });
  afterAll(async () => { await engine.dispose(); });

  test('leave the features as at inference, and their statistics alone', async () => {
    const before = copyOf(engine.weights);
    const embeddings = await engine.embed(images);
    expect(largestDifference(embeddings, await engine.infer(images))).toBeLessThan(1e-6);
    expect(copyOf(engine.weights)).toEqual(before);
  });

  test('have no gradient, and the others that of the reference', async () => {
    const gradients = await engine.backward(images, seed);
    expect([...gradients.keys()]).toEqual(['fc2/weight', 'fc2/bias']);
    // The last layer alone, by finite differences of the reference's inference graph in 64 bits.
    const { infer } = buildTrainingGraphs(spec, microBatch);
    const lossAt = (shift: number, at: number): number => {
      const moved = Float64Array.from(weights.get('fc2/weight')!);
      moved[at]! += shift;
      const feeds = new Map<string, ArrayLike<number>>([...weights, ['fc2/weight', moved], ['image', images]]);
      return interpret(infer, feeds)['embedding']!.reduce((sum, value, i) => sum + value * seed[i]!, 0);
    };
    const gradient = gradients.get('fc2/weight')!;
    const scale = largest(gradient);
    for (const at of [0, 5, gradient.length - 1]) {
      expect(Math.abs((lossAt(1e-4, at) - lossAt(-1e-4, at)) / 2e-4 - gradient[at]!)).toBeLessThan(1e-3 * scale);
    }
  });

  test('may not be all of them', async () => {
    await expect(createTrainingEngine(spec, { microBatch, threads: 1, weights, frozen: () => true })).rejects.toThrow('every parameter is frozen');
  });
});

describe('refuses', () => {
  const spec = resolveSpec({ extends: 'nns2', ...small, input: [3, 36, 30] });
  const weights = startingWeights(spec);

  test('images that do not fill micro-batches, and gradients of another number', async () => {
    const engine = await createTrainingEngine(spec, { microBatch: 2, threads: 1, weights });
    try {
      const image = sizeOf(spec.input);
      await expect(engine.embed(new Float32Array(3 * image))).rejects.toThrow('expected a multiple of 6480');
      await expect(engine.backward(new Float32Array(2 * image), new Float32Array(16))).rejects
        .toThrow('embeddingGradient has 16 numbers; expected 32');
      await expect(engine.infer(new Float32Array(5))).rejects.toThrow('expected a multiple of 3240');
    } finally {
      await engine.dispose();
    }
    await expect(engine.infer(new Float32Array(sizeOf(spec.input)))).rejects.toThrow('used after dispose()');
  });

  test('options and weights that make no engine', async () => {
    const options = { microBatch: 2, threads: 1, weights };
    await expect(createTrainingEngine(spec, { ...options, microBatch: 0 })).rejects.toThrow('microBatch is 0');
    await expect(createTrainingEngine(spec, { ...options, backend: 'cuda' as 'cpu' })).rejects
      .toThrow("backend 'cuda' is not available for training; expected one of: cpu, webgpu");
    await expect(createTrainingEngine(spec, { ...options, weights: new Map() })).rejects.toThrow("weights: no 'conv1/weight'");
    await expect(createTrainingEngine(spec, { ...options, statisticsMomentum: 1 })).rejects.toThrow('statisticsMomentum is 1');
  });
});

function part(values: Float32Array, parts: number, index: number): Float32Array {
  const size = values.length / parts;
  return values.slice(index * size, (index + 1) * size);
}

function copyOf(arrays: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...arrays].map(([name, values]) => [name, values.slice()]));
}
