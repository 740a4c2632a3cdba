/**
 * MXNet's RecordIO (dmlc-core, include/dmlc/recordio.h; mxnet, python/mxnet/recordio.py), all numbers little-endian:
 *
 *     part:    magic u32 · flag (3 bits) and length (29 bits) u32 · data · padding to a multiple of 4
 *     record:  one part with flag 0, or parts with flags 1, 2 …, 3; between two parts the data had the magic number itself
 *     image:   flag u32 · label f32 · id u64 · id2 u64 · as many f32 labels as flag says · the encoded picture
 */
const magic = 0xced7230a;
export const partHeaderBytes = 8;
export const imageHeaderBytes = 24;
const flags = { whole: 0, first: 1, last: 3 } as const;

/** A record's bytes do not have the form; `byte` counts from the record's beginning. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

export interface PartHeader {
  readonly flag: number;
  readonly length: number;
  /** With header and padding. */
  readonly stored: number;
}

export function readPartHeader(bytes: Buffer, at: number): PartHeader {
  if (bytes.length < at + partHeaderBytes) throw new RecordError(`the record needs a header of 8 bytes at its byte ${at}, and there are ${bytes.length} bytes until the next record or the end of the file`);
  const found = bytes.readUInt32LE(at);
  if (found !== magic) throw new RecordError(`expected the magic number 0x${magic.toString(16)} at the record's byte ${at}, found 0x${found.toString(16).padStart(8, '0')}`);
  const word = bytes.readUInt32LE(at + 4);
  const length = word % 2 ** 29;
  return { flag: word >>> 29, length, stored: partHeaderBytes + Math.ceil(length / 4) * 4 };
}

export interface RecordData {
  readonly data: Buffer;
  /** Bytes that the record takes in its file. */
  readonly stored: number;
}

const magicBytes = Buffer.alloc(4);
magicBytes.writeUInt32LE(magic);

/** The record that begins at `bytes[0]`. */
export function readRecord(bytes: Buffer): RecordData {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const { flag, length, stored } = readPartHeader(bytes, at);
    const expected = pieces.length === 0 ? flag <= flags.first : flag >= 2 && flag <= flags.last;
    if (!expected) throw new RecordError(`flag ${flag} cannot stand at the record's byte ${at}`);
    if (bytes.length < at + stored) throw new RecordError(`the part at the record's byte ${at} needs ${stored} bytes, and there are ${bytes.length - at} until the next record or the end of the file`);
    if (pieces.length > 0) pieces.push(magicBytes);
    pieces.push(bytes.subarray(at + partHeaderBytes, at + partHeaderBytes + length));
    at += stored;
    if (flag === flags.whole || flag === flags.last) return { data: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), stored: at };
  }
}

export interface ImageRecord {
  readonly labels: readonly number[];
  readonly picture: Buffer;
}

export function readImageRecord(data: Buffer): ImageRecord {
  if (data.length < imageHeaderBytes) throw new RecordError(`expected an image header of ${imageHeaderBytes} bytes, found ${data.length}`);
  const count = data.readUInt32LE(0);
  const end = imageHeaderBytes + 4 * count;
  if (data.length < end) throw new RecordError(`the image header speaks of ${count} labels, and the record has ${data.length} bytes`);
  const labels = count === 0 ? [data.readFloatLE(4)] : Array.from({ length: count }, (_, i) => data.readFloatLE(imageHeaderBytes + 4 * i));
  return { labels, picture: data.subarray(end) };
}
