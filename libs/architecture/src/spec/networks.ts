import type { LayerOf, LayerSpec, ModelSpec, PoolBranch, ReducedConvolution } from './model-spec.ts';

/**
 * The networks of Schroff, Kalenichenko and Philbin (2015), Tables 1 and 2 and section 3.3, and OpenFace's
 * nn4.small2. The paper gives only the totals of NNS1 and NNS2; their layers are this project's own.
 */

const nn1: ModelSpec = {
  name: 'nn1', input: [3, 220, 220], embedding: 128, normalization: 'lrn',
  layers: [
    { kind: 'conv', name: 'conv1', out: 64, kernel: 7, stride: 2 },
    { kind: 'maxPool', name: 'pool1', kernel: 3, stride: 2 },
    { kind: 'lrn', name: 'rnorm1' },
    { kind: 'conv', name: 'conv2a', out: 64, kernel: 1, stride: 1 },
    { kind: 'conv', name: 'conv2', out: 192, kernel: 3, stride: 1 },
    { kind: 'lrn', name: 'rnorm2' },
    { kind: 'maxPool', name: 'pool2', kernel: 3, stride: 2 },
    { kind: 'conv', name: 'conv3a', out: 192, kernel: 1, stride: 1 },
    { kind: 'conv', name: 'conv3', out: 384, kernel: 3, stride: 1 },
    { kind: 'maxPool', name: 'pool3', kernel: 3, stride: 2 },
    { kind: 'conv', name: 'conv4a', out: 384, kernel: 1, stride: 1 },
    { kind: 'conv', name: 'conv4', out: 256, kernel: 3, stride: 1 },
    { kind: 'conv', name: 'conv5a', out: 256, kernel: 1, stride: 1 },
    { kind: 'conv', name: 'conv5', out: 256, kernel: 3, stride: 1 },
    { kind: 'conv', name: 'conv6a', out: 256, kernel: 1, stride: 1 },
    { kind: 'conv', name: 'conv6', out: 256, kernel: 3, stride: 1 },
    { kind: 'maxPool', name: 'pool4', kernel: 3, stride: 2 },
    { kind: 'fullyConnected', name: 'fc1', units: 32 * 128, activation: 'maxout' },
    { kind: 'fullyConnected', name: 'fc2', units: 32 * 128, activation: 'maxout' },
    { kind: 'embedding', name: 'fc7128' },
  ],
};

const nn2: ModelSpec = {
  name: 'nn2', input: [3, 224, 224], embedding: 128, normalization: 'lrn',
  layers: [
    ...stem({ kernel: 7, conv1: 64, conv2: reduced(64, 192) }),
    inception('3a', { conv1x1: 64, conv3x3: reduced(96, 128), conv5x5: reduced(16, 32), pool: max(32) }),
    inception('3b', { conv1x1: 64, conv3x3: reduced(96, 128), conv5x5: reduced(32, 64), pool: l2(64) }),
    halving('3c', { conv3x3: reduced(128, 256), conv5x5: reduced(32, 64), pool: max() }),
    inception('4a', { conv1x1: 256, conv3x3: reduced(96, 192), conv5x5: reduced(32, 64), pool: l2(128) }),
    inception('4b', { conv1x1: 224, conv3x3: reduced(112, 224), conv5x5: reduced(32, 64), pool: l2(128) }),
    inception('4c', { conv1x1: 192, conv3x3: reduced(128, 256), conv5x5: reduced(32, 64), pool: l2(128) }),
    inception('4d', { conv1x1: 160, conv3x3: reduced(144, 288), conv5x5: reduced(32, 64), pool: l2(128) }),
    halving('4e', { conv3x3: reduced(160, 256), conv5x5: reduced(64, 128), pool: max() }),
    inception('5a', { conv1x1: 384, conv3x3: reduced(192, 384), conv5x5: reduced(48, 128), pool: l2(128) }),
    inception('5b', { conv1x1: 384, conv3x3: reduced(192, 384), conv5x5: reduced(48, 128), pool: max(128) }),
    ...averageHead(),
  ],
};

const nn3: ModelSpec = { ...nn2, name: 'nn3', input: [3, 160, 160] };

const nn4: ModelSpec = {
  ...nn2, name: 'nn4', input: [3, 96, 96],
  layers: [
    ...nn2.layers.slice(0, layerIndex(nn2, 'inception4e')),
    // "No 5×5 in the higher layers": of all choices of modules only these three give the printed totals.
    halving('4e', { conv3x3: reduced(160, 256), pool: max() }),
    inception('5a', { conv1x1: 384, conv3x3: reduced(192, 384), pool: l2(128) }),
    inception('5b', { conv1x1: 384, conv3x3: reduced(192, 384), pool: max(128) }),
    ...averageHead(),
  ],
};

const nns1: ModelSpec = {
  name: 'nns1', input: [3, 165, 165], embedding: 128, normalization: 'lrn',
  layers: [
    ...stem({ kernel: 7, conv1: 32, conv2: reduced(32, 96) }),
    inception('3a', { conv1x1: 48, conv3x3: reduced(48, 64), conv5x5: reduced(8, 16), pool: max(32) }),
    inception('3b', { conv1x1: 48, conv3x3: reduced(48, 96), conv5x5: reduced(16, 32), pool: l2(32) }),
    halving('3c', { conv3x3: reduced(64, 128), conv5x5: reduced(16, 32), pool: max() }),
    inception('4a', { conv1x1: 128, conv3x3: reduced(64, 128), conv5x5: reduced(16, 32), pool: l2(64) }),
    halving('4e', { conv3x3: reduced(80, 160), pool: max() }),
    inception('5a', { conv1x1: 192, conv3x3: reduced(96, 192), pool: l2(64) }),
    { kind: 'fullyConnected', name: 'fc1', units: 1536, activation: 'relu' },
    { kind: 'embedding', name: 'fc2' },
  ],
};

const nns2: ModelSpec = {
  name: 'nns2', input: [3, 140, 116], embedding: 128, normalization: 'lrn',
  layers: [
    ...stem({ kernel: 5, conv1: 16, conv2: reduced(16, 24) }),
    inception('3a', { conv1x1: 16, conv3x3: reduced(16, 32), pool: l2(16) }),
    halving('3c', { conv3x3: reduced(24, 48), pool: max() }),
    inception('4a', { conv1x1: 48, conv3x3: reduced(24, 64), pool: l2(32) }),
    halving('4e', { conv3x3: reduced(32, 80), pool: max() }),
    inception('5a', { conv1x1: 96, conv3x3: reduced(48, 96), pool: l2(32) }),
    { kind: 'fullyConnected', name: 'fc1', units: 896, activation: 'relu' },
    { kind: 'embedding', name: 'fc2' },
  ],
};

// OpenFace trains it with LRN as well as batch normalisation; here the slots are empty under `batch`.
const nn4Small2: ModelSpec = {
  name: 'nn4.small2', input: [3, 96, 96], embedding: 128, normalization: 'batch', bias: 'always',
  layers: [
    ...stem({ kernel: 7, conv1: 64, conv2: reduced(64, 192) }),
    inception('3a', { conv1x1: 64, conv3x3: reduced(96, 128), conv5x5: reduced(16, 32), pool: max(32) }),
    inception('3b', { conv1x1: 64, conv3x3: reduced(96, 128), conv5x5: reduced(32, 64), pool: l2(64) }),
    halving('3c', { conv3x3: reduced(128, 256), conv5x5: reduced(32, 64), pool: max() }),
    inception('4a', { conv1x1: 256, conv3x3: reduced(96, 192), conv5x5: reduced(32, 64), pool: l2(128) }),
    halving('4e', { conv3x3: reduced(160, 256), conv5x5: reduced(64, 128), pool: max() }),
    inception('5a', { conv1x1: 256, conv3x3: reduced(96, 384), pool: l2(96) }),
    inception('5b', { conv1x1: 256, conv3x3: reduced(96, 384), pool: max(96) }),
    ...averageHead(),
  ],
};

export const models = {
  nn1, nn2, nn3, nn4, nns1, nns2, 'nn4.small2': nn4Small2,
} as const satisfies Record<string, ModelSpec>;

export type ModelName = keyof typeof models;

/** The first part of every inception network: pool → LRN after the first convolution, LRN → pool after the second. */
function stem({ kernel, conv1, conv2 }: { kernel: number; conv1: number; conv2: ReducedConvolution }): LayerSpec[] {
  return [
    { kind: 'conv', name: 'conv1', out: conv1, kernel, stride: 2 },
    { kind: 'maxPool', name: 'pool1', kernel: 3, stride: 2 },
    { kind: 'lrn', name: 'norm1' },
    inception('2', { conv3x3: conv2 }),
    { kind: 'lrn', name: 'norm2' },
    { kind: 'maxPool', name: 'pool2', kernel: 3, stride: 2 },
  ];
}

function averageHead(): LayerSpec[] {
  return [{ kind: 'averagePool', name: 'averagePool' }, { kind: 'embedding', name: 'fc' }];
}

function inception(id: string, branches: LayerOf<'inception'>['branches']): LayerOf<'inception'> {
  return { kind: 'inception', name: `inception${id}`, branches };
}

/** An inception module that halves the map. */
function halving(id: string, branches: LayerOf<'inception'>['branches']): LayerOf<'inception'> {
  return { kind: 'inception', name: `inception${id}`, stride: 2, branches };
}

function reduced(reduce: number, out: number): ReducedConvolution {
  return { reduce, out };
}

function max(project?: number): PoolBranch {
  return project === undefined ? { kind: 'max' } : { kind: 'max', project };
}

function l2(project: number): PoolBranch {
  return { kind: 'l2', project };
}

function layerIndex(spec: ModelSpec, name: string): number {
  return spec.layers.findIndex((layer) => layer.name === name);
}
