import { decodeTensorFile, encodeTensorFile } from './tensor-file.ts';

const file = {
  metadata: { step: '3' },
  tensors: new Map([['a', { shape: [2, 1], data: Float32Array.of(1, -2) }], ['empty', { shape: [0], data: new Float32Array() }]]),
};

test('lays out header and tensors as the safetensors format says', () => {
  const bytes = Buffer.from(encodeTensorFile(file));
  const headerLength = Number(bytes.readBigUInt64LE());
  expect(headerLength % 8).toBe(0);
  expect(JSON.parse(bytes.toString('utf8', 8, 8 + headerLength))).toEqual({
    __metadata__: { step: '3' },
    a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
    empty: { dtype: 'F32', shape: [0], data_offsets: [8, 8] },
  });
  // 1 and −2 in IEEE 754, little-endian.
  expect([...bytes.subarray(8 + headerLength)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

test('reads back what it wrote', () => {
  expect(decodeTensorFile(encodeTensorFile(file), 'x')).toEqual(file);
});

test('names a damaged file and what is wrong with it', () => {
  const bytes = encodeTensorFile(file);
  expect(() => decodeTensorFile(bytes.subarray(0, bytes.length - 1), 'x')).toThrow("x: cut off; tensor 'a'");
  expect(() => decodeTensorFile(Uint8Array.of(1, 2, 3), 'x')).toThrow('x: not a checkpoint');
  expect(() => decodeTensorFile(Buffer.alloc(64, 0xff), 'x')).toThrow('x: not a checkpoint');
});
