/**
 * The safetensors layout: length of the header (8 bytes, little-endian), a JSON header, then the raw tensors.
 * Its header may also hold text under `__metadata__`. Readable in Python by `safetensors.safe_open`.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export function encodeTensorFile({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  // Spaces bring the tensors to a multiple of 8 bytes, as the format asks.
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = Buffer.alloc(8 + headerLength + offset, ' ');
  file.writeBigUInt64LE(BigInt(headerLength));
  text.copy(file, 8);
  let position = 8 + headerLength;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/** Throws on a damaged file, with `name` in the message. */
export function decodeTensorFile(file: Uint8Array, name: string): TensorFile {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = buffer.length >= 8 ? Number(buffer.readBigUInt64LE()) : Infinity;
  const start = 8 + headerLength;
  if (start > buffer.length) throw new Error(`${name}: not a checkpoint (its header would end at byte ${start} of ${buffer.length})`);
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(buffer.toString('utf8', 8, start)) as Record<string, Entry>;
  } catch {
    throw new Error(`${name}: not a checkpoint (its header is not JSON)`);
  }
  const { __metadata__: metadata = {}, ...entries } = header as unknown as { __metadata__?: Record<string, string> } & Record<string, Entry>;
  const tensors = new Map<string, Tensor>();
  for (const [tensor, { dtype, shape, data_offsets: [from, to] }] of Object.entries<Entry>(entries)) {
    if (dtype !== 'F32') throw new Error(`${name}: tensor '${tensor}' is ${dtype}, expected F32`);
    if (start + to > buffer.length) throw new Error(`${name}: cut off; tensor '${tensor}' ends at byte ${start + to} of ${buffer.length}`);
    const data = new Float32Array((to - from) / Float32Array.BYTES_PER_ELEMENT);
    new Uint8Array(data.buffer).set(buffer.subarray(start + from, start + to));
    tensors.set(tensor, { shape, data });
  }
  return { metadata, tensors };
}
