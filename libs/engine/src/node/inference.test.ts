import { buildNetwork, initializeWeights, interpret, resolveSpec, graphOf } from '@facenet/architecture';
import { encodeInferenceModel, foldedNetwork, OnnxBuilder } from '@facenet/export';
import { openModel, openNetwork } from './inference.ts';
import { ProviderError } from './providers.ts';

const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], embedding: 16, width: 0.25, normalization: 'batch' });
const weights = initializeWeights(spec, { seed: 3, scheme: 'he' });
const bytes = encodeInferenceModel(foldedNetwork(spec, weights), { name: spec.name, metadata: {} });
const images = Float32Array.from({ length: 3 * 3 * 32 * 32 }, (_, i) => Math.sin(i * 0.7) + (i % 5) * 0.1);

test('embeds batches of any size as the reference interpreter does', async () => {
  const model = await openModel(bytes, { threads: 1 });
  expect(model).toMatchObject({ input: [3, 32, 32], embedding: 16 });
  const { embedding } = interpret(
    graphOf({ embedding: buildNetwork(spec, { batch: 3, mode: 'inference' }).embedding }),
    new Map<string, ArrayLike<number>>([...weights, ['image', images]]),
  );
  for (const n of [1, 2, 3]) {
    const result = await model.run(images.subarray(0, n * 3 * 32 * 32), n);
    expect(result).toHaveLength(n * 16);
    result.forEach((value, i) => { expect(value).toBeCloseTo(embedding![i]!, 5); });
  }
  await model.dispose();
});

test('refuses the wrong number of pixels, and to run after it is disposed of', async () => {
  const model = await openModel(bytes, { threads: 1 });
  await expect(model.run(images, 2)).rejects.toThrow('inference: 2 images of [3, 32, 32] are 6144 numbers; got 9216');
  await model.dispose();
  await model.dispose();
  await expect(model.run(images, 3)).rejects.toThrow('disposed');
});

test('refuses bytes that are no model, and models from something else to something else', async () => {
  await expect(openModel(new Uint8Array([1, 2, 3]))).rejects.toThrow('ONNX model: cannot be loaded');
  await expect(openModel('/nowhere/model.onnx')).rejects.toThrow('/nowhere/model.onnx: cannot be loaded');
  const other = new OnnxBuilder();
  other.output('y', other.node('Relu', [other.input('x', 'float32', ['N', 3])]), 'float32', ['N', 3]);
  await expect(openModel(other.encode())).rejects.toThrow(
    'ONNX model: inputs are x: float32 [N, 3]; expected one float32 with 4 axes, of which only the first is free',
  );
});

test('runs any network from one of its values to another, and says what sizes came out', async () => {
  const other = new OnnxBuilder();
  const data = other.input('data:0', 'float32', [1, 2, 3]);
  other.output('sum', other.node('ReduceSum', [data, other.int64s([2])], { keepdims: { int: 0 } }), 'float32', [1, 2]);
  other.output('double', other.node('Mul', [data, other.floats([2])]), 'float32', [1, 2, 3]);
  const bytes = other.encode();
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const sum = await openNetwork(bytes, { input: 'data:0', output: 'sum', threads: 1 });
  expect(await sum.run(values, [1, 2, 3])).toEqual({ values: Float32Array.of(6, 15), dims: [1, 2] });
  await expect(sum.run(values, [1, 3, 2])).rejects.toThrow('data:0');
  await sum.dispose();
  await sum.dispose();
  await expect(sum.run(values, [1, 2, 3])).rejects.toThrow('disposed');
  const double = await openNetwork(bytes, { input: 'data:0', output: 'double', threads: 1 });
  expect(await double.run(values, [1, 2, 3])).toEqual({ values: Float32Array.of(2, 4, 6, 8, 10, 12), dims: [1, 2, 3] });
  await double.dispose();
});

test('refuses a provider that is not there, and says why and how to get it', async () => {
  const other = new OnnxBuilder();
  other.output('y', other.node('Relu', [other.input('x', 'float32', ['N', 3])]), 'float32', ['N', 3]);
  const opening = openNetwork(other.encode(), { input: 'x', output: 'y', provider: 'cuda' });
  // A machine that has it proves nothing here.
  const error: unknown = await opening.then((network) => network.dispose(), (reason: unknown) => reason);
  if (error === undefined) return;
  expect(error).toMatchObject({ name: 'ProviderError', provider: 'cuda' });
  expect((error as Error).message).toMatch(/^provider 'cuda' cannot be used here \(.*\); it needs .*ONNXRUNTIME_NODE_INSTALL=cuda12/s);
});

test('says of a provider what the runtime says, without its sources', () => {
  // Printed by onnxruntime-node 1.30 on a machine without a graphics driver.
  const said = '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(' +
    'const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. ' +
    'Failed to get a WebGPU adapter: No supported adapters\n';
  const { reason, message } = new ProviderError('webgpu', said);
  expect(reason).toBe('Failed to get a WebGPU adapter: No supported adapters');
  expect(message).toMatch(/^provider 'webgpu' cannot be used here \(Failed to get .*\); it needs a graphics card/);
});
