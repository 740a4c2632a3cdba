import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { OnnxBuilder } from './builder.ts';
import { encodeModel } from './encode.ts';
import { onnx } from './generated/onnx.js';
import { readTensor } from './tensor.ts';

async function run(bytes: Uint8Array, feeds: Record<string, RuntimeTensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Iterable<number | bigint>, Number)]));
}

test('a model with attributes, initializers and a dynamic batch runs for every batch size', async () => {
  const model = new OnnxBuilder({ metadata: { modelId: 'abc' } });
  const x = model.input('x', 'float32', ['N', 1, 2, 2]);
  const weight = model.initializer('weight', { type: 'float32', dims: [1, 1, 2, 2], data: new Float32Array([1, 2, 3, 4]) });
  const conv = model.node('Conv', [x, weight], { kernel_shape: { ints: [2, 2] }, auto_pad: { string: 'NOTSET' } }, 'conv1');
  const leaky = model.node('LeakyRelu', [conv], { alpha: { float: 0.5 } }, 'conv1');
  const flat = model.node('Flatten', [leaky], { axis: { int: 1 } });
  const shifted = model.node('Add', [flat, model.floats([10])]);
  const shape = model.node('Reshape', [shifted, model.int64s([-1])]);
  model.output('y', shape, 'float32', ['N']);
  const bytes = model.encode();

  // By hand: 1·1 + 2·1 + 3·1 + 4·1 + 10 = 20, and −10 / 2 + 10 = 5.
  const feed = (data: number[]): RuntimeTensor => new RuntimeTensor('float32', new Float32Array(data), [data.length / 4, 1, 2, 2]);
  expect(await run(bytes, { x: feed([1, 1, 1, 1]) })).toEqual({ y: [20] });
  expect(await run(bytes, { x: feed([1, 1, 1, 1, -1, -1, -1, -1]) })).toEqual({ y: [20, 5] });

  const decoded = onnx.ModelProto.decode(bytes);
  expect(decoded.metadata_props.map(({ key, value }) => [key, value])).toEqual([['modelId', 'abc']]);
  expect(decoded.graph!.input![0]!.type!.tensor_type!.shape!.dim![0]!.dim_param).toBe('N');
  expect(decoded.graph!.node!.map(({ name }) => name)).toEqual(['conv1', 'conv1_1', 'Flatten', 'Add', 'Reshape', 'output/y']);
});

test('every element type is stored and comes back as it was', async () => {
  const model = new OnnxBuilder();
  const tensors = {
    float32: { type: 'float32', dims: [2], data: new Float32Array([1.5, -2]) },
    // 0x3c00 is 1 and 0xc000 is −2 in IEEE 754 half precision.
    float16: { type: 'float16', dims: [2], data: new Uint16Array([0x3c00, 0xc000]) },
    float64: { type: 'float64', dims: [1], data: new Float64Array([Math.PI]) },
    int8: { type: 'int8', dims: [3], data: new Int8Array([-128, 0, 127]) },
    uint8: { type: 'uint8', dims: [2], data: new Uint8Array([0, 255]) },
    int32: { type: 'int32', dims: [1], data: new Int32Array([-(2 ** 31)]) },
    int64: { type: 'int64', dims: [1, 1], data: new BigInt64Array([2n ** 53n]) },
    bool: { type: 'bool', dims: [2], data: new Uint8Array([1, 0]) },
  } as const;
  for (const [name, tensor] of Object.entries(tensors)) {
    model.initializer(name, tensor);
    const value = tensor.type === 'float32' ? name : model.node('Cast', [name], { to: { int: 1 } });
    model.output(`${name}/out`, value, 'float32', tensor.dims);
  }
  const bytes = model.encode();

  expect(await run(bytes, {})).toEqual({
    'float32/out': [1.5, -2], 'float16/out': [1, -2], 'float64/out': [Math.fround(Math.PI)], 'int8/out': [-128, 0, 127],
    'uint8/out': [0, 255], 'int32/out': [-(2 ** 31)], 'int64/out': [2 ** 53], 'bool/out': [1, 0],
  });
  const read = onnx.ModelProto.decode(bytes).graph!.initializer!.map(readTensor);
  expect(read).toEqual(Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor })));
});

test('equal small constants are stored once', () => {
  const model = new OnnxBuilder();
  expect(model.int64s([1, 2])).toBe(model.int64s([1, 2]));
  expect(model.floats([1])).not.toBe(model.floats([1], [1]));
});

test('refuses tensors that do not fit, values that nothing makes and names taken twice', () => {
  const model = new OnnxBuilder();
  expect(() => model.initializer('w', { type: 'float32', dims: [2, 2], data: new Float32Array(3) }))
    .toThrow("tensor 'w': 3 elements; shape [2, 2] has 4");
  expect(() => model.initializer('w', { type: 'int64', dims: [1], data: new Int32Array(1) }))
    .toThrow("tensor 'w': 4 bytes per element; int64 has 8");
  expect(() => model.node('Relu', ['nowhere'])).toThrow("Relu 'Relu' reads 'nowhere', which nothing makes");
  expect(() => model.output('y', 'nowhere', 'float32', [])).toThrow("output 'y' reads 'nowhere', which nothing makes");
  model.input('x', 'float32', [1]);
  expect(() => model.input('x', 'float32', [1])).toThrow("two values named 'x'");
  expect(() => new OnnxBuilder({ opset: 12 })).toThrow('opset 12; expected 17 or more');
});

test('a model of 2 GiB is refused before any of it is copied', () => {
  // One array under 600 names: its data is only referenced until the size is known.
  const data = new Float32Array(2 ** 20);
  const tensors = new Map(Array.from({ length: 600 }, (_, i) => [`w${i}`, { type: 'float32', dims: [data.length], data } as const]));
  expect(() => encodeModel({}, {}, tensors)).toThrow('the ONNX model would have 2.34 GiB; a file of one protocol-buffer message ends at 2 GiB');
});
