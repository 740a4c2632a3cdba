import { OnnxBuilder } from '@facenet/export';

/** For tests: an ONNX network from elsewhere, pictures × weights + bias, neither of our names nor of unit length. */
export const foreignSize = [6, 8] as const;
const [rows, cols] = foreignSize;
export const foreignEmbedding = 5;
const length = 3 * rows * cols;
const weights = Float32Array.from({ length: length * foreignEmbedding }, (_, i) => Math.sin(0.9 * i) / 10);
const bias = Float32Array.from({ length: foreignEmbedding }, (_, i) => 0.2 - 0.1 * i);

/** Takes one picture [1, rows, cols, 3] or any number of [3, rows, cols]. */
export function foreignNetwork(layout: 'nchw' | 'nhwc'): Uint8Array {
  const model = new OnnxBuilder();
  const data = model.input('data:0', 'float32', layout === 'nhwc' ? [1, rows, cols, 3] : ['None', 3, rows, cols]);
  const turned = layout === 'nhwc' ? model.node('Transpose', [data], { perm: { ints: [0, 3, 1, 2] } }) : data;
  const flat = model.node('Flatten', [turned], { axis: { int: 1 } });
  const product = model.node('MatMul', [flat, model.initializer('w', { type: 'float32', dims: [length, foreignEmbedding], data: weights })]);
  const embedding = model.node('Add', [product, model.initializer('b', { type: 'float32', dims: [foreignEmbedding], data: bias })]);
  model.output('fc1', embedding, 'float32', [layout === 'nhwc' ? 1 : 'None', foreignEmbedding]);
  return model.encode();
}

/** The same by hand, of an input [3, rows, cols], brought to unit length. */
export function foreignEmbeddingOf(input: ArrayLike<number>): number[] {
  const vector = Array.from(bias, (start, e) => Array.from(input).reduce((sum, value, i) => sum + value * weights[i * foreignEmbedding + e]!, start));
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
