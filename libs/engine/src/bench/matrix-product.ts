import { OnnxBuilder } from '@facenet/export';

/** Y = A · B of size n × n: what the machine and the runtime can do at best. */
export function matrixProductModel(n: number): Uint8Array {
  const model = new OnnxBuilder({ name: 'ceiling' });
  const a = model.input('a', 'float32', [n, n]);
  const b = model.input('b', 'float32', [n, n]);
  // One number leaves the model, so that copying the product out is not measured; the shape keeps it whole inside.
  const product = model.node('MatMul', [a, b]);
  const corner = model.node('Slice', [product, model.int64s([0, 0]), model.int64s([1, 1])]);
  model.output('corner', corner, 'float32', [1, 1]);
  return model.encode();
}
