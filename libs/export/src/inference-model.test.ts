import {
  buildNetwork, describeModel, initializeWeights, interpret, models, Random, resolveSpec,
  type ModelName, type ModelSpec, type Weights,
} from '@facenet/architecture';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeInferenceModel, foldedNetwork, inferenceGraph } from './inference-model.ts';
import { readModelInterface } from './onnx/read-interface.ts';

const names = Object.keys(models) as ModelName[];
/** Sizes at which the reference is quick, with odd and even sides on the way down. */
const small = { input: [3, 44, 36], width: 0.25, embedding: 24 } as const;
const reduced = [
  ...names.flatMap((name) => (['lrn', 'batch', 'none'] as const).map((normalization) => resolveSpec({ extends: name, ...small, normalization }))),
  resolveSpec({ extends: 'nns2', ...small, normalization: 'batch', embeddingNormalization: 'batch' }),
];

async function embed(spec: ModelSpec, weights: Weights, images: Float32Array, batches: readonly number[]): Promise<Float32Array[]> {
  const bytes = encodeInferenceModel(foldedNetwork(spec, weights), { name: spec.name, metadata: {} });
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const results: Float32Array[] = [];
  for (const n of batches) {
    const image = new Tensor('float32', images.slice(0, (images.length / 3) * n), [n, ...spec.input]);
    results.push((await session.run({ image }))['embedding']!.data as Float32Array);
  }
  await session.release();
  return results;
}

test.each(reduced.map((spec) => [spec.name, spec] as const))(
  '%s gives the embeddings of the reference, for one image and for several', async (_, spec) => {
    const weights = initializeWeights(spec, { seed: 7, scheme: 'he' });
    const random = new Random(2);
    // Running statistics as after training, not the ones a network starts with.
    for (const [name, values] of weights) {
      if (name.endsWith('/variance')) values.forEach((__, i) => { values[i] = 0.5 + random.next(); });
      if (name.endsWith('/mean')) values.forEach((__, i) => { values[i] = 0.3 * random.normal(); });
    }
    const images = Float32Array.from({ length: 3 * 3 * 44 * 36 }, () => 2 * random.next() - 1);
    const expected = interpret(inferenceGraph(spec, 3), new Map<string, ArrayLike<number>>([...weights, ['image', images]]))['embedding']!;

    const [one, three] = await embed(spec, weights, images, [1, 3]);
    expect(one).toHaveLength(24);
    expect(three).toHaveLength(3 * 24);
    expect(largestDifference(one!, expected)).toBeLessThan(1e-5);
    expect(largestDifference(three!, expected)).toBeLessThan(1e-5);
  },
);

test.each(names)('%s at its full size becomes a model with a named batch and its weights inside', (name) => {
  const spec = models[name];
  const { parameters, statistics } = buildNetwork(spec, { batch: 1, mode: 'inference' });
  // Zeros are enough to see what is stored, and quick for 140 million of them.
  const weights: Weights = new Map([
    ...parameters.map((each) => [each.name, new Float32Array(each.shape.reduce((a, b) => a * b, 1))] as const),
    ...statistics.flatMap((each) => ['mean', 'variance'].map((part) => [`${each.name}/${part}`, new Float32Array(each.channels).fill(1)] as const)),
  ]);
  const bytes = encodeInferenceModel(foldedNetwork(spec, weights), { name, metadata: { key: 'value' } });

  expect(readModelInterface(bytes)).toEqual({
    opset: 17,
    inputs: [{ name: 'image', type: 'float32', dims: ['N', ...spec.input] }],
    outputs: [{ name: 'embedding', type: 'float32', dims: ['N', 128] }],
    metadata: new Map([['key', 'value']]),
  });
  const { sizeBytes } = describeModel(spec);
  expect(bytes.length).toBeGreaterThan(sizeBytes);
  expect(bytes.length - sizeBytes).toBeLessThan(60_000);
});

test('refuses weights that are not those of the network', () => {
  const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], width: 0.25, normalization: 'batch' });
  const weights = initializeWeights(spec, { seed: 1, scheme: 'he' });
  const name = 'inception3a/branch1x1/conv/weight';
  const changed = (change: (copy: Map<string, Float32Array>) => void): Weights => {
    const copy = new Map(weights);
    change(copy);
    return copy;
  };
  expect(() => foldedNetwork(spec, changed((copy) => copy.delete(name)))).toThrow(`weights: '${name}' is missing`);
  expect(() => foldedNetwork(spec, changed((copy) => copy.set(name, new Float32Array(3))))).toThrow(`'${name}' has 3 numbers`);
  expect(() => foldedNetwork(spec, changed((copy) => copy.set('other', new Float32Array(3))))).toThrow(`weights: 'other' is none of ${spec.name}`);
  const withNaN = weights.get(name)!.slice();
  withNaN[5] = NaN;
  expect(() => foldedNetwork(spec, changed((copy) => copy.set(name, withNaN)))).toThrow(`weights: '${name}' holds NaN at index 5`);
});

function largestDifference(actual: Float32Array, expected: Float64Array): number {
  return Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));
}
