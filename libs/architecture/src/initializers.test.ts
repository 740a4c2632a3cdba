import { graphOf } from './graph/node.ts';
import { sizeOf } from './graph/shapes.ts';
import { initializeWeights } from './initializers.ts';
import { Random } from './random.ts';
import { interpret } from './reference/interpret.ts';
import { buildNetwork } from './spec/build-network.ts';
import { models } from './spec/networks.ts';
import { resolveSpec } from './spec/resolve-spec.ts';

function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer);
}

/** Of the exact bits of every value. */
function digest(values: Float32Array): string {
  return bits(values).reduce((sum, word) => (sum * 31n + BigInt(word)) % (1n << 64n), 0n).toString(16);
}

function meanSquare(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}

describe('initializeWeights', () => {
  const he = initializeWeights(models.nns2, { seed: 5, scheme: 'he' });

  // The same steps in Python: xoshiro128**, AS 241 and float32 rounding by struct.pack.
  it('gives the same bits on every machine, He and normal', () => {
    expect([...bits(he.get('conv1/weight')!).subarray(0, 4)]).toEqual([1042937344, 1043563264, 3190374669, 3179334857]);
    expect(digest(he.get('conv1/weight')!)).toBe('11a709e590934c33');
    expect(digest(he.get('inception3a/branchPool/project/weight')!)).toBe('b23cefaca675edb');
    expect(digest(he.get('fc2/weight')!)).toBe('ff432fd035f090dd');
  });

  it('gives the same bits on every machine, Xavier and uniform', () => {
    const weights = initializeWeights(models.nns2, { seed: 5, scheme: 'xavier', distribution: 'uniform' });
    const values = weights.get('inception3a/branch3x3/conv/weight')!;
    expect([...bits(values).subarray(0, 4)]).toEqual([1028951703, 3174777851, 3164958449, 1032077074]);
    expect(digest(values)).toBe('f5e6f81795818bf3');
  });

  it.each([
    // Variances by He et al. and by Glorot and Bengio; 16 → 32 and 48 → 96 channels at 3×3.
    ['he', 'normal', 'inception3a/branch3x3/conv/weight', 2 / (16 * 9)],
    ['he', 'uniform', 'inception3a/branch3x3/conv/weight', 2 / (16 * 9)],
    ['xavier', 'normal', 'inception3a/branch3x3/conv/weight', 2 / (16 * 9 + 32 * 9)],
    ['xavier', 'uniform', 'inception5a/branch3x3/conv/weight', 2 / (48 * 9 + 96 * 9)],
    ['he', 'normal', 'fc1/weight', 2 / 4480],
    // Linear: nothing is lost to a ReLU.
    ['he', 'normal', 'fc2/weight', 1 / 896],
    // Behind an L2 pool over nine values.
    ['he', 'normal', 'inception5a/branchPool/project/weight', 2 / (9 * 224)],
  ] as const)('%s, %s: the variance of %s is right', (scheme, distribution, name, variance) => {
    const values = initializeWeights(models.nns2, { seed: 1, scheme, distribution }).get(name)!;
    // Five standard errors of the variance of a normal distribution, which are above those of a uniform one.
    expect(Math.abs(meanSquare(values) / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    if (distribution === 'uniform') {
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(Math.sqrt(3 * variance) * (1 + 1e-6));
    }
  });

  it('counts a maxout unit once, and keeps its mean square with gain 1', () => {
    const { parameters } = buildNetwork(models.nn1, { batch: 1, mode: 'inference' });
    const weight = parameters.find(({ name }) => name === 'fc1/weight');
    // E[max(a, b)²] = 1 for independent standard normal a and b.
    expect(weight).toMatchObject({ shape: [8192, 12544], fanIn: 12544, fanOut: 4096, gain: 1 });
  });

  it.each([
    { extends: 'nn1', input: [3, 32, 32], width: 0.25 }, { extends: 'nn2', input: [3, 64, 64], width: 0.25 },
    { extends: 'nns2', input: [3, 40, 32] },
  ])('passes a signal of mean square 1 through $extends without fading or exploding', (config) => {
    const spec = resolveSpec({ ...config, normalization: 'none' });
    const network = buildNetwork(spec, { batch: 2, mode: 'inference' });
    const random = new Random(1);
    const image = Float32Array.from({ length: sizeOf(network.image.shape) }, () => random.normal());
    const layers = network.layers.filter(({ layer }) => layer.kind !== 'embedding');
    const graph = graphOf(Object.fromEntries(layers.map(({ layer, node }) => [layer.name, node])));
    const weights = initializeWeights(spec, { seed: 1, scheme: 'he' });
    const strengths = Object.values(interpret(graph, new Map([...weights, ['image', image]]))).map(meanSquare);
    // Max pools strengthen it a little. Blind to the L2 pools, He's rule lets nn2 grow to about 1000.
    expect(Math.min(...strengths)).toBeGreaterThan(0.5);
    expect(Math.max(...strengths)).toBeLessThan(50);
  });

  it('starts biases at 0, batch normalisation at the identity, running statistics at 0 and 1', () => {
    const spec = resolveSpec({ extends: 'nn4.small2', width: 0.25 });
    const weights = initializeWeights(spec, { seed: 5, scheme: 'he' });
    const name = 'inception3a/branch5x5/reduce';
    const start = (part: string): number[] => [...new Set(weights.get(`${name}/${part}`))];
    expect([start('bias'), start('scale'), start('shift'), start('mean'), start('variance')])
      .toEqual([[0], [1], [0], [0], [1]]);
  });

  it('has one entry per parameter and two per batch normalisation', () => {
    const spec = resolveSpec({ extends: 'nns2', normalization: 'batch' });
    const network = buildNetwork(spec, { batch: 1, mode: 'training' });
    const names = [...initializeWeights(spec, { seed: 5, scheme: 'he' }).keys()].sort();
    expect(names).toEqual([
      ...network.parameters.map((parameter) => parameter.name),
      ...network.statistics.flatMap((statistic) => [`${statistic.name}/mean`, `${statistic.name}/variance`]),
    ].sort());
  });

  it('differs between seeds and between parameters of the same shape', () => {
    const other = initializeWeights(models.nns2, { seed: 6, scheme: 'he' });
    expect(other.get('conv1/weight')).not.toEqual(he.get('conv1/weight'));
    const nn1 = resolveSpec({ extends: 'nn1', width: 0.125 });
    const weights = initializeWeights(nn1, { seed: 5, scheme: 'he' });
    expect(weights.get('conv5/weight')).not.toEqual(weights.get('conv6/weight'));
  });

  it('leaves the other weights alone when a branch is dropped', () => {
    const without = resolveSpec({ extends: 'nns2', drop: ['inception3a/pool'] });
    const weights = initializeWeights(without, { seed: 5, scheme: 'he' });
    expect(weights.has('inception3a/branchPool/project/weight')).toBe(false);
    expect(weights.get('inception3a/branch3x3/conv/weight')).toEqual(he.get('inception3a/branch3x3/conv/weight'));
    expect(weights.get('inception4a/branch3x3/conv/weight')).toEqual(he.get('inception4a/branch3x3/conv/weight'));
  });
});
