import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Dimension, OnnxBuilder, type Value } from '../onnx/builder.ts';
import { adaptNetwork, type RawNetwork } from './adapt-network.ts';
import { BundleError } from './bundle-error.ts';
import { encodeManifest, type Bundle } from './create-bundle.ts';
import type { GoldenPicture } from './golden.ts';
import type { Manifest, NetworkInterface } from './manifest.ts';
import { networkOf } from './network.ts';
import { readBundle } from './read-bundle.ts';
import { wrapNetwork, type WrapSource } from './wrap-network.ts';

const [rows, cols, size] = [4, 5, 6];
const numbers = 3 * rows * cols;
const weights = Float32Array.from({ length: numbers * size }, (_, i) => Math.sin(1.7 * i));
const bias = Float32Array.from({ length: size }, (_, i) => 0.1 * i);

interface Foreign {
  readonly dims?: readonly Dimension[];
  readonly outputDims?: readonly Dimension[];
  /** From the flat pictures and their plain embedding to what the network gives. */
  readonly end?: (model: OnnxBuilder, embedding: Value, pictures: Value) => Value;
  readonly more?: (model: OnnxBuilder, embedding: Value) => void;
}

/** pictures × weights + bias, under names of its own. */
function foreign({ dims = ['batch', 3, rows, cols], outputDims = ['batch', size], end = (_, embedding) => embedding, more }: Foreign = {}): Uint8Array<ArrayBuffer> {
  const model = new OnnxBuilder();
  const data = model.input('data', 'float32', dims);
  const flat = model.node('Flatten', [data], { axis: { int: 1 } });
  const product = model.node('MatMul', [flat, model.initializer('w', { type: 'float32', dims: [numbers, size], data: weights })]);
  const embedding = model.node('Add', [product, model.initializer('b', { type: 'float32', dims: [size], data: bias })]);
  model.output('fc1', end(model, embedding, flat), 'float32', outputDims);
  more?.(model, embedding);
  return model.encode();
}

/** The nearest pixel, from 0 to 1. */
function toInput({ width, height, rgba }: GoldenPicture): Float32Array {
  return Float32Array.from({ length: numbers }, (_, i) => {
    const [x, y, channel] = [i % cols, Math.floor(i / cols) % rows, Math.floor(i / (rows * cols))];
    return rgba[4 * (Math.floor((y * height) / rows) * width + Math.floor((x * width) / cols)) + channel]! / 255;
  });
}

async function openNetwork(onnx: Uint8Array, { input, output }: Pick<NetworkInterface, 'input' | 'output'>): Promise<RawNetwork> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  return {
    run: async (values, dims) => {
      const { [output]: result } = await session.run({ [input]: new Tensor('float32', values, [...dims]) }, [output]);
      return { values: result!.data as Float32Array, dims: result!.dims };
    },
    dispose: () => session.release(),
  };
}

const wrap = (onnx: Uint8Array<ArrayBuffer>, change: Partial<WrapSource> = {}): Promise<Bundle> => wrapNetwork({
  onnx, file: 'foreign.onnx', name: 'foreign', spaceId: 'theirs', inputSize: [3, rows, cols],
  preprocessing: { version: 'face-1', color: 'bgr', mean: 0, std: 255 }, licence: 'MIT', ...change,
}, { toInput: (golden) => (change.inputSize ? new Float32Array(change.inputSize.reduce((a, b) => a * b, 1)) : toInput(golden)), openNetwork });

/** By hand: the unit vector of pictures × weights + bias. */
function expectedOf(picture: ArrayLike<number>): number[] {
  const vector = Array.from({ length: size }, (_, e) => bias[e]! + Array.from(picture).reduce((sum, value, i) => sum + value * weights[i * size + e]!, 0));
  return vector.map((value) => value / Math.hypot(...vector));
}

async function embed({ manifest, onnx }: Bundle, images: Float32Array, n: number): Promise<Float32Array> {
  const network = networkOf(manifest);
  const runner = adaptNetwork(await openNetwork(onnx, network), network, manifest);
  try {
    return await runner.run(images, n);
  } finally {
    await runner.dispose();
  }
}

const pictures = Float32Array.from({ length: 5 * numbers }, (_, i) => Math.cos(0.3 * i) + (i % 7) * 0.1);
const picture = (i: number): Float32Array => pictures.subarray(i * numbers, (i + 1) * numbers);

function expectEmbeddings(actual: Float32Array, n: number): void {
  const expected = Array.from({ length: n }, (_, i) => expectedOf(picture(i))).flat();
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => { expect(value).toBeCloseTo(expected[i]!, 5); });
}

/** Divides by the length, inside the network. */
const unit = (model: OnnxBuilder, embedding: Value): Value => model.node('LpNormalization', [embedding], { axis: { int: 1 }, p: { int: 2 } });
/** [n, h, w, c] → as `foreign` has it. */
function channelsLastNetwork(): Uint8Array<ArrayBuffer> {
  const model = new OnnxBuilder();
  const turned = model.node('Transpose', [model.input('image', 'float32', ['N', rows, cols, 3])], { perm: { ints: [0, 3, 1, 2] } });
  const flat = model.node('Flatten', [turned], { axis: { int: 1 } });
  const product = model.node('MatMul', [flat, model.initializer('w', { type: 'float32', dims: [numbers, size], data: weights })]);
  model.output('out', model.node('Add', [product, model.initializer('b', { type: 'float32', dims: [size], data: bias })]), 'float32', ['N', size]);
  return model.encode();
}
/** Claims any batch, and reshapes to one. */
const secretlyOne = (): Uint8Array<ArrayBuffer> => foreign({ end: (model, embedding) => model.node('Reshape', [embedding, model.int64s([1, size])]) });

test.each<[string, () => Uint8Array<ArrayBuffer>, Partial<NetworkInterface>]>([
  ['raw vectors', () => foreign(), { input: 'data', output: 'fc1', layout: 'nchw', batch: 'any', normalized: false }],
  ['unit vectors', () => foreign({ end: unit }), { normalized: true, batch: 'any' }],
  ['one picture at a time', () => foreign({ dims: [1, 3, rows, cols], outputDims: [1, size] }), { batch: 1, normalized: false }],
  ['exactly two pictures', () => foreign({ dims: [2, 3, rows, cols], outputDims: [2, size] }), { batch: 2, normalized: false }],
  ['one picture, though it claims any number', secretlyOne, { batch: 1 }],
  ['channels last', channelsLastNetwork, { input: 'image', output: 'out', layout: 'nhwc', batch: 'any', normalized: false }],
  ['sizes that it does not state', () => foreign({ dims: ['n', 3, 'h', 'w'], outputDims: [] }), { batch: 'any', layout: 'nchw' }],
])('a network of %s gives the unit vectors of its outputs', async (_, make, network) => {
  const bundle = await wrap(make());
  expect(bundle.manifest).toMatchObject({
    spaceId: 'theirs', source: { kind: 'wrapped', file: 'foreign.onnx', network }, embedding: { size }, onnx: { precision: 'as given' }, inputSize: [3, rows, cols],
  });
  // Nothing is added to the file.
  expect(bundle.onnx).toEqual(make());
  const read = await readBundle({ manifest: encodeManifest(bundle.manifest), onnx: bundle.onnx });
  expect(read).toEqual(bundle);
  for (const n of [1, 3, 5]) expectEmbeddings(await embed(read, pictures.slice(0, n * numbers), n), n);
});

test('golden vectors are what the network gives for the stored pictures', async () => {
  const { manifest } = await wrap(foreign());
  for (const { rgba, width, height, embedding } of manifest.golden) {
    const expected = expectedOf(toInput({ name: '', width, height, rgba: new Uint8Array(Buffer.from(rgba, 'base64')) }));
    embedding.forEach((value, i) => { expect(value).toBeCloseTo(expected[i]!, 5); });
  }
  expect(manifest.parity.maxDifference).toBeLessThan(1e-6);
});

test('of several outputs the one asked for is taken', async () => {
  const onnx = foreign({ more: (model, embedding) => { model.output('half', model.node('Mul', [embedding, model.floats([0.5])]), 'float32', ['batch', size]); } });
  await expect(wrap(onnx)).rejects.toThrow('the network gives fc1: float32 [batch, 6], half: float32 [batch, 6]; choose the output with the embedding');
  await expect(wrap(onnx, { output: 'quarter' })).rejects.toThrow("the network has no output 'quarter'; it has fc1: float32 [batch, 6], half: float32 [batch, 6]");
  expect((await wrap(onnx, { output: 'half' })).manifest.source).toMatchObject({ network: { output: 'half' } });
});

test('an output that cannot be an embedding is passed over', async () => {
  const onnx = foreign({ more: (model, embedding) => { model.output('flag', model.node('Cast', [embedding], { to: { int: 7 } }), 'int64', ['batch', size]); } });
  expect((await wrap(onnx)).manifest.source).toMatchObject({ network: { output: 'fc1' } });
});

test('weights that an old file lists as inputs are none', async () => {
  // As exporters wrote them up to version 3 of the format: each initializer is also an input.
  const { onnx: schema } = await import('../onnx/generated/onnx.js');
  const proto = schema.ModelProto.decode(foreign());
  const [data] = proto.graph!.input!;
  proto.graph!.input = [data!, ...proto.graph!.initializer!.map(({ name, data_type, dims }) => ({
    name: name!, type: { tensor_type: { elem_type: data_type!, shape: { dim: dims!.map((size) => ({ dim_value: size })) } } },
  }))];
  const bundle = await wrap(new Uint8Array(schema.ModelProto.encode(proto).finish()));
  expectEmbeddings(await embed(bundle, pictures, 5), 5);
});

const constant = (model: OnnxBuilder, embedding: Value): Value => model.node('Add', [model.node('Mul', [embedding, model.floats([0])]), model.floats([1, 2, 3, 4, 5, 6], [6])]);
const divided = (model: OnnxBuilder, embedding: Value): Value => model.node('Div', [embedding, model.node('Mul', [embedding, model.floats([0])])]);
const zero = (model: OnnxBuilder, embedding: Value): Value => model.node('Mul', [embedding, model.floats([0])]);
const random = (model: OnnxBuilder, embedding: Value): Value => model.node('Add', [embedding, model.node('RandomNormalLike', [embedding])]);
/** Takes the mean of the batch off, as a batch normalisation left in training does. */
const company = (model: OnnxBuilder, embedding: Value): Value => model.node('Add', [
  model.node('Sub', [embedding, model.node('ReduceMean', [embedding], { axes: { ints: [0] } })]), model.floats([1, 2, 3, 4, 5, 6], [6]),
]);

test.each<[string, () => Uint8Array<ArrayBuffer>, string | RegExp, Partial<WrapSource>?]>([
  ['gives what is no number', () => foreign({ end: divided }), /gives 'noise' an embedding with (NaN|-?Infinity) at index \d; expected finite numbers/],
  ['gives vectors of no direction', () => foreign({ end: zero }), "gives 'noise' an embedding of length 0; expected one that has a direction"],
  ['gives all pictures one vector', () => foreign({ end: constant }), "gives 'noise' and 'checkerboard' the same embedding (squared distance 0.0e+0); expected different ones"],
  ['gives other vectors each time', () => foreign({ end: random }), /gives 'noise' another embedding each time: they differ by \d/],
  ['mixes the pictures of a batch', () => foreign({ end: (model, embedding) => model.node('Add', [embedding, company(model, embedding)]) }), /gives '\w+' another embedding in the company of other pictures: they differ by \d/],
  ['gives maps', () => foreign({ outputDims: ['batch', size, 1, 1], end: (model, embedding) => model.node('Reshape', [embedding, model.int64s([-1, size, 1, 1])]) }),
    'the network gives fc1: float32 [batch, 6, 1, 1]; expected a float32 output with 2 axes, [n, size]'],
  ['takes pictures of another size', () => foreign(), 'the network takes data: float32 [batch, 3, 4, 5]; pictures of 3x8x8 in the layout nchw are [n, 3, 8, 8]', { inputSize: [3, 8, 8] }],
  ['has another layout than is said', () => foreign(), 'the network takes data: float32 [batch, 3, 4, 5]; pictures of 3x4x5 in the layout nhwc are [n, 4, 5, 3]', { layout: 'nhwc' }],
  ['does not run on such pictures', () => foreign({ dims: ['n', 3, 'h', 'w'] }), /the network cannot be run on \[1, 3, 8, 8\] \(.*\)/, { inputSize: [3, 8, 8] }],
  ['has two inputs', () => foreign({ more: (model) => { model.input('training', 'bool', []); } }), 'the network takes data: float32 [batch, 3, 4, 5], training: bool []; expected one float32 input with 4 axes'],
  ['is no network', () => new Uint8Array([8, 1, 250]), 'not an ONNX model'],
  ['would take the space of a trained one', () => foreign(), "space 'space-0123456789abcdef': names with 'space-' in front are those of trained models", { spaceId: 'space-0123456789abcdef' }],
])('refuses a network that %s', async (_, make, message, change = {}) => {
  const wrapped = wrap(make(), change);
  await expect(wrapped).rejects.toThrow(message);
  await expect(wrapped).rejects.toThrow(BundleError);
});

test.each<[string, (manifest: Manifest) => unknown, string]>([
  ['preprocessing', (m) => ({ ...m, preprocessing: { ...m.preprocessing, color: 'rgb' } }), 'file, network and preprocessing together has'],
  ['input size', (m) => ({ ...m, inputSize: [3, cols, rows] }), 'file, network and preprocessing together has'],
  ['normalisation', (m) => ({ ...m, source: { ...m.source, network: { ...networkOf(m), normalized: true } } }), 'file, network and preprocessing together has'],
  ['precision', (m) => ({ ...m, onnx: { ...m.onnx, precision: 'float32' } }), 'onnx.precision is float32; a wrapped network has as given'],
  ['batch', (m) => ({ ...m, source: { ...m.source, network: { ...networkOf(m), batch: 0 } } }), 'source.network.batch: expected a whole number of at least 1, got 0'],
  ['space', (m) => ({ ...m, spaceId: 'ours' }), 'spaceId is ours; source.space, without a passing report of compatibility for another space, has theirs'],
  ['space of a trained model', (m) => ({ ...m, spaceId: 'space-1', source: { ...m.source, space: 'space-1' } }), "source.space is space-1; 'space-…' is the space of a trained model"],
  ['embedding size', (m) => ({ ...m, embedding: { ...m.embedding, size: 7 } }), 'model.onnx: outputs are fc1: float32 [batch, 6]; expected fc1: float32 [any, 7]'],
])('a wrapped bundle of another %s than its file was wrapped with is refused', async (_, change, message) => {
  const { manifest, onnx } = await wrap(foreign());
  await expect(readBundle({ manifest: JSON.stringify(change(manifest)), onnx })).rejects.toThrow(message);
});
