import { Random } from '@facenet/architecture';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OnnxBuilder } from '../onnx/builder.ts';
import { dataTypeOf } from '../onnx/tensor.ts';
import { fromFloat16, toFloat16 } from './float16.ts';

// Bit patterns by IEEE 754's binary16: 1 sign, 5 exponent, 10 fraction bits.
test.each([
  ['one', 1, 0x3c00],
  ['minus two', -2, 0xc000],
  ['a third', 1 / 3, 0x3555],
  ['minus zero', -0, 0x8000],
  ['half way between two, to the even one below', 1 + 2 ** -11, 0x3c00],
  ['half way between two, to the even one above', 1 + 3 * 2 ** -11, 0x3c02],
  ['a carry into the exponent', 2047.7, 0x6800],
  ['the smallest normal one', 2 ** -14, 0x0400],
  ['the largest subnormal one', 1023 * 2 ** -24, 0x03ff],
  ['the smallest one', 2 ** -24, 0x0001],
  ['half of the smallest, to zero', 2 ** -25, 0x0000],
  ['one and a half of the smallest, to the even one', -1.5 * 2 ** -24, 0x8002],
  ['the largest', 65504, 0x7bff],
  ['less than half beyond the largest', 65519, 0x7bff],
  ['half beyond the largest', 65520, 0x7c00],
  ['beyond all', -1e30, 0xfc00],
  ['infinity', Infinity, 0x7c00],
  ['no number', NaN, 0x7e00],
])('%s', (_, value, pattern) => {
  expect(toFloat16(Float32Array.of(value))).toEqual(Uint16Array.of(pattern));
});

test('every bit pattern but those of NaN comes back', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter((half) => (half & 0x7fff) <= 0x7c00);
  expect(toFloat16(fromFloat16(all))).toEqual(all);
});

test('rounds as ONNX Runtime does, in both directions', async () => {
  const random = new Random(3);
  // All magnitudes from far below the smallest float16 to beyond the largest.
  const values = Float32Array.from({ length: 20_000 }, () => (random.next() - 0.5) * 2 ** (45 * random.next() - 28));
  const model = new OnnxBuilder();
  const halves = model.node('Cast', [model.input('x', 'float32', ['N'])], { to: { int: dataTypeOf('float16') } });
  model.output('half', halves, 'float16', ['N']);
  model.output('back', model.node('Cast', [halves], { to: { int: dataTypeOf('float32') } }), 'float32', ['N']);
  // Unoptimised, or the runtime takes both casts for nothing.
  const session = await InferenceSession.create(model.encode(), { graphOptimizationLevel: 'disabled' });
  const { half, back } = await session.run({ x: new Tensor('float32', values, [values.length]) });
  const { buffer, byteOffset, length } = half!.data as Uint16Array;
  expect(toFloat16(values)).toEqual(new Uint16Array(buffer, byteOffset, length));
  expect(fromFloat16(toFloat16(values))).toEqual(back!.data);
  await session.release();
});
