import { maskedCrc32c } from './crc32c.ts';

/** One point of every curve: the scalars of a step. */
export interface ScalarEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** The first record of every event file. */
export function encodeFileVersion(wallTime: number): Uint8Array {
  // Event { double wall_time = 1; string file_version = 3; }
  return frame(Buffer.concat([double(1, wallTime), bytes(3, Buffer.from('brain.Event:2'))]));
}

export function encodeScalars({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  // Event { double wall_time = 1; int64 step = 2; Summary summary = 5; }
  // Summary { repeated Value value = 1; }  Value { string tag = 1; float simple_value = 2; }
  const values = Object.entries(scalars).map(([tag, value]) => bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)])));
  return frame(Buffer.concat([double(1, wallTime), varint(2, step), bytes(5, Buffer.concat(values))]));
}

/** TFRecord: length, its checksum, the data, its checksum, all little-endian. */
function frame(data: Buffer): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, checksum(length), data, checksum(data)]);
}

function checksum(data: Buffer): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(maskedCrc32c(data));
  return buffer;
}

// Protocol buffers: a key is field << 3 | wire type; 0 is a varint, 1 is 64 bits, 2 is length and bytes, 5 is 32 bits.
function double(field: number, value: number): Buffer {
  const buffer = Buffer.alloc(9);
  buffer[0] = (field << 3) | 1;
  buffer.writeDoubleLE(value, 1);
  return buffer;
}

function float(field: number, value: number): Buffer {
  const buffer = Buffer.alloc(5);
  buffer[0] = (field << 3) | 5;
  buffer.writeFloatLE(value, 1);
  return buffer;
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), encodeVarint(value.length), value]);
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([field << 3]), encodeVarint(value)]);
}

function encodeVarint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Buffer.from(out);
}
