import {
  buildNetwork, GraphBuilder, graphOf, initializeWeights, interpret, models, Random, resolveSpec,
  type Graph, type ModelSpec, type Weights,
} from '@facenet/architecture';
import { foldBatchNorm } from './fold-batch-norm.ts';

/** Running statistics, scales and shifts as a trained network might have them. */
function trainedWeights(spec: ModelSpec): Weights {
  const random = new Random(11);
  const weights = initializeWeights(spec, { seed: 5, scheme: 'he' });
  for (const [name, values] of weights) {
    const positive = name.endsWith('/variance') || name.endsWith('/scale');
    if (positive) values.forEach((_, i) => { values[i] = 0.2 + 2 * random.next(); });
    else if (!name.endsWith('/weight')) values.forEach((_, i) => { values[i] = 0.5 * random.normal(); });
  }
  return weights;
}

function evaluate(graph: Graph, weights: Weights, image: Float32Array): Float64Array {
  return interpret(graph, new Map<string, ArrayLike<number>>([...weights, ['image', image]]))['embedding']!;
}

test.each([
  ['batch normalisation alone', { extends: 'nn4', input: [3, 48, 40], width: 0.25, normalization: 'batch' }],
  ['batch normalisation after a bias', { extends: 'nn4.small2', input: [3, 48, 48], width: 0.25 }],
] as const)('a folded network equals the unfolded one to 1e-6: %s', (_, config) => {
  const spec = resolveSpec(config);
  const weights = trainedWeights(spec);
  const { embedding } = buildNetwork(spec, { batch: 2, mode: 'inference' });
  const graph = graphOf({ embedding });
  const folded = foldBatchNorm(graph, weights);
  const random = new Random(1);
  const image = Float32Array.from({ length: 2 * spec.input.reduce((a, b) => a * b) }, () => random.normal());

  const expected = evaluate(graph, weights, image);
  const actual = evaluate(folded.graph, folded.weights, image);
  expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);

  expect(graph.nodes.some(({ kind }) => kind === 'batchNormalize')).toBe(true);
  expect(folded.graph.nodes.some(({ kind }) => kind === 'batchNormalize')).toBe(false);
  expect([...folded.weights.keys()].filter((name) => /\/(mean|variance|scale|shift)$/.test(name))).toEqual([]);
});

test('scales the kernels of each channel and moves the rest into a bias', () => {
  const g = new GraphBuilder();
  const x = g.input('image', [1, 1, 1, 1]);
  const shape = [1, 2, 1, 1];
  const y = g.within('conv', () => g.batchNormalize(
    g.conv(x, g.parameter('conv/weight', [2, 1, 1, 1]), { stride: [1, 1], pads: [0, 0, 0, 0] }),
    g.parameter('conv/scale', shape), g.parameter('conv/shift', shape), g.input('conv/mean', shape), g.input('conv/variance', shape),
    { epsilon: 1, training: false },
  ));
  const folded = foldBatchNorm(graphOf({ y }), new Map(Object.entries({
    'conv/weight': [3, 5], 'conv/scale': [2, 4], 'conv/shift': [1, -1], 'conv/mean': [6, 0.5], 'conv/variance': [3, 15],
  }).map(([name, values]) => [name, Float32Array.from(values)])));
  // By hand: both factors are 1 (2/√(3+1) and 4/√(15+1)), the biases 1 − 6 and −1 − 0.5.
  expect(Object.fromEntries(folded.weights)).toEqual({
    'conv/weight': new Float32Array([3, 5]), 'conv/bias': new Float32Array([-5, -1.5]),
  });
  const feeds = new Map<string, ArrayLike<number>>([...folded.weights, ['image', [2]]]);
  expect([...interpret(folded.graph, feeds)['y']!]).toEqual([1, 8.5]);
});

test('leaves a normalisation whose convolution is read elsewhere', () => {
  const g = new GraphBuilder();
  const shape = [1, 1, 1, 1];
  const conv = g.conv(g.input('image', shape), g.parameter('weight', shape), { stride: [1, 1], pads: [0, 0, 0, 0] });
  const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map((name) => g.parameter(name, shape));
  const normalized = g.batchNormalize(conv, scale!, shift!, mean!, variance!, { epsilon: 0, training: false });
  const graph = graphOf({ y: g.add(conv, normalized) });
  const weights = new Map([['weight', 3], ['scale', 2], ['shift', 1], ['mean', 1], ['variance', 4]].map(
    ([name, value]) => [name as string, new Float32Array([value as number])],
  ));
  const folded = foldBatchNorm(graph, weights);
  // By hand: 3·2 = 6, and 2·(6 − 1)/2 + 1 = 6, together 12.
  expect([...interpret(folded.graph, new Map<string, ArrayLike<number>>([...folded.weights, ['image', [2]]]))['y']!]).toEqual([12]);
});

test('a network without batch normalisation keeps its weights', () => {
  const weights = initializeWeights(models.nns2, { seed: 1, scheme: 'he' });
  const { embedding } = buildNetwork(models.nns2, { batch: 1, mode: 'inference' });
  const folded = foldBatchNorm(graphOf({ embedding }), weights);
  expect([...folded.weights]).toEqual([...weights]);
});
