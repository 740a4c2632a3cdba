import { graphOf } from '../graph/node.ts';
import { sizeOf } from '../graph/shapes.ts';
import { initializeWeights } from '../initializers.ts';
import { Random } from '../random.ts';
import { interpret } from '../reference/interpret.ts';
import { type BuildOptions, buildNetwork } from './build-network.ts';
import type { ModelSpec } from './model-spec.ts';
import { models } from './networks.ts';
import { resolveSpec, type VariantConfig } from './resolve-spec.ts';

interface Golden {
  readonly config: VariantConfig;
  readonly mode: BuildOptions['mode'];
  readonly embeddings: readonly (readonly number[])[];
}

/**
 * From ONNX Runtime 1.32 in float32, on the same weights and images, by its own Conv, MaxPool and LpPool with
 * auto_pad SAME_UPPER, LRN, BatchNormalization, Gemm, Max and LpNormalization, put together from the spec in Python.
 */
const goldens: readonly Golden[] = [
  {
    config: { extends: 'nn1', input: [3, 33, 29], width: 0.125, embedding: 8 },
    mode: 'inference',
    embeddings: [
      [0.418313, -0.051036, -0.285197, -0.152826, 0.479679, 0.633269, 0.294194, -0.006659],
      [0.37416, -0.088564, -0.303499, -0.146976, 0.496464, 0.642703, 0.280169, -0.020231],
      [0.399565, -0.070602, -0.314951, -0.171755, 0.466757, 0.66377, 0.21663, -0.035886],
    ],
  },
  {
    config: { extends: 'nn2', input: [3, 37, 30], width: 0.125, embedding: 8 },
    mode: 'inference',
    embeddings: [
      [-0.176038, -0.180713, 0.27916, 0.505773, 0.163333, 0.135497, 0.591547, -0.455688],
      [-0.161597, -0.171971, 0.276034, 0.498602, 0.164726, 0.140982, 0.602381, -0.457865],
      [-0.180578, -0.196325, 0.282922, 0.520149, 0.162444, 0.126794, 0.569256, -0.460143],
    ],
  },
  {
    config: { extends: 'nns2', input: [3, 35, 29], width: 0.5, embedding: 8 },
    mode: 'inference',
    embeddings: [
      [0.390403, -0.148881, -0.313959, -0.666579, 0.197746, -0.402012, -0.286014, -0.001056],
      [0.432077, -0.195633, -0.304486, -0.648085, 0.191527, -0.346827, -0.313798, 0.082893],
      [0.286133, -0.002714, -0.267843, -0.703121, 0.182414, -0.452932, -0.228117, 0.248077],
    ],
  },
  {
    config: { extends: 'nn4', input: [3, 37, 30], width: 0.125, embedding: 8, normalization: 'batch' },
    mode: 'inference',
    embeddings: [
      [-0.179228, -0.422257, 0.155011, 0.677719, -0.389308, -0.069839, 0.373725, -0.100679],
      [-0.154095, -0.474574, 0.327763, 0.377154, -0.362705, -0.176087, 0.5792, -0.057672],
      [0.001482, -0.463223, 0.120308, 0.614383, -0.43925, -0.042672, 0.445668, 0.010015],
    ],
  },
  {
    config: { extends: 'nn4', input: [3, 37, 30], width: 0.125, embedding: 8, normalization: 'batch' },
    mode: 'training',
    embeddings: [
      [0.174526, -0.056659, 0.520518, 0.255326, 0.396884, -0.150813, 0.66103, -0.11392],
      [0.272401, 0.058751, -0.280136, 0.256889, 0.168864, -0.189198, 0.835958, -0.121413],
      [-0.071414, -0.41113, 0.390091, 0.464955, -0.217089, 0.180694, 0.553394, 0.267387],
    ],
  },
  {
    config: { extends: 'nns1', input: [3, 41, 34], width: 0.25, embedding: 8, normalization: 'none' },
    mode: 'inference',
    embeddings: [
      [0.202825, 0.216385, 0.010218, -0.431553, -0.480465, 0.010914, -0.648314, -0.272801],
      [0.205129, 0.1882, 0.040502, -0.53052, -0.445329, 0.082422, -0.629029, -0.196525],
      [0.221974, 0.136885, 0.010414, -0.505865, -0.435332, 0.152011, -0.649209, -0.204666],
    ],
  },
  {
    config: { extends: 'nn4.small2', input: [3, 40, 33], width: 0.125, embedding: 8 },
    mode: 'inference',
    embeddings: [
      [-0.535573, 0.432322, 0.176263, 0.113458, 0.637174, 0.270618, 0.0331, 0.0447],
      [-0.503739, 0.426882, 0.162067, 0.149087, 0.665509, 0.263495, 0.04494, 0.034264],
      [-0.518683, 0.430577, 0.158406, 0.192422, 0.648212, 0.235929, 0.055454, -0.067345],
    ],
  },
  {
    config: { extends: 'nn4.small2', input: [3, 40, 33], width: 0.125, embedding: 8 },
    mode: 'training',
    embeddings: [
      [0.022567, -0.206008, -0.167884, 0.75327, -0.277296, 0.366487, 0.363882, -0.13355],
      [0.12279, -0.374795, 0.565702, 0.393905, 0.529763, 0.122252, -0.018094, 0.27083],
      [-0.23267, -0.194123, -0.501311, 0.102638, 0.387922, 0.331731, 0.617695, 0.065245],
    ],
  },
];

const SEED = 5;

/** Numbers that anyone can make again: uniform in [low, high), from the stream `name`. */
function uniform(name: string, count: number, low: number, high: number): Float32Array {
  const random = new Random(SEED, name);
  return Float32Array.from({ length: count }, () => low + (high - low) * random.next());
}

/** Ranges of what starts as a constant, so that leaving one out shows. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  bias: [-0.5, 0.5], scale: [0.5, 1.5], shift: [-0.5, 0.5], mean: [-1, 1], variance: [0.5, 2],
};

function embed(spec: ModelSpec, { batch, mode }: BuildOptions, images: Float32Array): Float64Array {
  const network = buildNetwork(spec, { batch, mode });
  const feeds = new Map<string, Float32Array>(initializeWeights(spec, { seed: SEED, scheme: 'he' }));
  for (const [name, { length }] of feeds) {
    const range = ranges[name.split('/').at(-1)!];
    if (range) feeds.set(name, uniform(name, length, ...range));
  }
  feeds.set('image', images);
  return interpret(graphOf({ embedding: network.embedding }), feeds).embedding!;
}

describe('buildNetwork', () => {
  it.each(goldens.map((golden) => [`${golden.config.extends as string} in ${golden.mode}`, golden] as const))(
    'embeds as ONNX Runtime does: %s', (_, { config, mode, embeddings }) => {
      const spec = resolveSpec(config);
      const images = uniform('image', 3 * sizeOf(spec.input), -20, 20);
      const actual = embed(spec, { batch: 3, mode }, images);
      const differences = embeddings.flat().map((value, i) => Math.abs(value - actual[i]!));
      expect(actual).toHaveLength(3 * 8);
      expect(Math.max(...differences)).toBeLessThan(6e-6);
    },
  );

  const tiny = { extends: 'nns2', input: [3, 21, 18], width: 0.25, embedding: 16 } as const;

  it('gives unit length, and one image the same embedding in any company unless training', () => {
    const spec = resolveSpec({ ...tiny, normalization: 'batch' });
    const images = uniform('image', 2 * sizeOf(spec.input), -1, 1);
    const both = embed(spec, { batch: 2, mode: 'inference' }, images);
    const alone = embed(spec, { batch: 1, mode: 'inference' }, images.subarray(sizeOf(spec.input)));
    expect(alone).toEqual(both.subarray(16));
    expect(alone.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 12);
    const inTraining = embed(spec, { batch: 2, mode: 'training' }, images);
    expect(Math.abs(inTraining[16]! - alone[0]!)).toBeGreaterThan(1e-4);
  });

  it('stays finite on an image of zeros with zero biases', () => {
    const spec = resolveSpec(tiny);
    const feeds = initializeWeights(spec, { seed: 1, scheme: 'he' });
    feeds.set('image', new Float32Array(sizeOf(spec.input)));
    const network = buildNetwork(spec, { batch: 1, mode: 'inference' });
    expect([...interpret(graphOf({ y: network.embedding }), feeds).y!]).toEqual(new Array(16).fill(0));
  });

  it('names parameters by layer, branch and part', () => {
    const { parameters } = buildNetwork(models.nn2, { batch: 1, mode: 'inference' });
    const named = (start: string): string[] =>
      parameters.filter(({ name }) => name.startsWith(start)).map(({ name, shape }) => `${name} ${shape.join('×')}`);
    expect(named('inception3a')).toEqual([
      'inception3a/branch1x1/conv/weight 64×192×1×1', 'inception3a/branch1x1/conv/bias 1×64×1×1',
      'inception3a/branch3x3/reduce/weight 96×192×1×1', 'inception3a/branch3x3/reduce/bias 1×96×1×1',
      'inception3a/branch3x3/conv/weight 128×96×3×3', 'inception3a/branch3x3/conv/bias 1×128×1×1',
      'inception3a/branch5x5/reduce/weight 16×192×1×1', 'inception3a/branch5x5/reduce/bias 1×16×1×1',
      'inception3a/branch5x5/conv/weight 32×16×5×5', 'inception3a/branch5x5/conv/bias 1×32×1×1',
      'inception3a/branchPool/project/weight 32×192×1×1', 'inception3a/branchPool/project/bias 1×32×1×1',
    ]);
    expect(named('fc')).toEqual(['fc/weight 128×1024', 'fc/bias 1×128']);
  });

  it.each(Object.keys(models))('%s: every parameter name is unique and is the name of its node', (name) => {
    const { parameters, statistics } = buildNetwork(resolveSpec({ extends: name, normalization: 'batch' }), {
      batch: 2, mode: 'training',
    });
    const names = [...parameters, ...statistics].map((each) => each.name);
    expect(new Set(names).size).toBe(names.length);
    expect(parameters.map(({ node }) => [node.kind, (node.attributes as { name: string }).name, node.shape]))
      .toEqual(parameters.map((parameter) => ['parameter', parameter.name, parameter.shape]));
  });

  it('reads the running statistics as inputs in inference, and only the image in training', () => {
    const spec = resolveSpec({ ...tiny, normalization: 'batch' });
    const inputs = (mode: BuildOptions['mode']): unknown[] => {
      const { nodes } = graphOf({ y: buildNetwork(spec, { batch: 2, mode }).embedding });
      return nodes.filter(({ kind }) => kind === 'input').map(({ attributes }) => attributes);
    };
    expect(inputs('training')).toEqual([{ name: 'image', shape: [2, 3, 21, 18] }]);
    expect(inputs('inference')).toContainEqual({ name: 'conv1/mean', shape: [1, 8, 1, 1] });
    // Two per convolution: conv1, 2 in the second module, 4 in 3a, 4a and 5a, 2 in 3c and 4e.
    expect(inputs('inference')).toHaveLength(1 + 2 * (1 + 2 + 3 * 4 + 2 * 2));
  });

  it.each([
    ['lrn', 2, 0, true], ['batch', 0, 19, false], ['none', 0, 0, true],
  ] as const)('with %s has %i local response and %i batch normalisations', (normalization, lrn, batch, bias) => {
    const network = buildNetwork(resolveSpec({ ...tiny, normalization }), { batch: 2, mode: 'training' });
    const { nodes } = graphOf({ y: network.embedding });
    const count = (kind: string): number => nodes.filter((node) => node.kind === kind).length;
    expect([count('channelWindowSum'), count('batchNormalize')]).toEqual([lrn, batch]);
    expect(network.statistics).toHaveLength(batch);
    expect(network.layers.filter(({ layer }) => layer.kind === 'lrn')).toHaveLength(lrn);
    expect(network.parameters.some(({ name }) => name === 'conv1/bias')).toBe(bias);
    // A hidden fully connected layer has a bias and no batch normalisation whatever the network has.
    expect(network.parameters.filter(({ name }) => name.startsWith('fc1/')).map(({ role }) => role))
      .toEqual(['fullyConnected', 'bias']);
  });

  it('orders LRN after the first pool and before the second', () => {
    const kinds = buildNetwork(models.nns2, { batch: 1, mode: 'training' }).layers.slice(0, 6).map(({ layer }) => layer.kind);
    expect(kinds).toEqual(['conv', 'maxPool', 'lrn', 'inception', 'lrn', 'maxPool']);
  });

  it('takes the global average without a reshape of the map', () => {
    const { nodes } = graphOf({ y: buildNetwork(models.nn4, { batch: 2, mode: 'training' }).embedding });
    expect(nodes.filter(({ kind }) => kind === 'reshape').map(({ inputs }) => inputs[0]!.shape)).toEqual([[2, 896, 1, 1]]);
  });
});
