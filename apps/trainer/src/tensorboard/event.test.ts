import protobuf from 'protobufjs';
import { crc32c } from './crc32c.ts';
import { encodeFileVersion, encodeScalars } from './event.ts';

test('CRC-32C of the published vectors', () => {
  // RFC 3720, B.4, and the check value of the CRC catalogue.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

// Field numbers from tensorflow/core/util/event.proto and framework/summary.proto.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
  message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }
`, { keepCase: true });

function unframe(record: Uint8Array): unknown {
  const buffer = Buffer.from(record);
  const length = Number(buffer.readBigUInt64LE());
  expect(buffer.length).toBe(length + 16);
  const data = buffer.subarray(12, 12 + length);
  const unmask = (masked: number): number => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  expect(unmask(buffer.readUInt32LE(8))).toBe(crc32c(buffer.subarray(0, 8)));
  expect(unmask(buffer.readUInt32LE(12 + length))).toBe(crc32c(data));
  const event = root.lookupType('Event');
  return event.toObject(event.decode(data), { longs: Number });
}

test('writes what TensorBoard reads: framed events of scalars', () => {
  expect(unframe(encodeFileVersion(12.5))).toEqual({ wall_time: 12.5, file_version: 'brain.Event:2' });
  expect(unframe(encodeScalars({ wallTime: 1e9, step: 70_000, scalars: { 'train/loss': 0.25, 'train/épsilon': -3 } }))).toEqual({
    wall_time: 1e9, step: 70_000, summary: { value: [{ tag: 'train/loss', simple_value: 0.25 }, { tag: 'train/épsilon', simple_value: -3 }] },
  });
});
