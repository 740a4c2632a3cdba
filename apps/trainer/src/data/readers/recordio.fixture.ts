/** A second writer of RecordIO for tests, from the format's description alone (see recordio.ts). */
export interface FixtureRecord {
  readonly labels: number | readonly number[];
  readonly picture?: Uint8Array;
}

/** Records with keys from 0 on, each in one part, and their index. */
export function recordFile(records: readonly FixtureRecord[]): { rec: Buffer; idx: string } {
  const offsets: number[] = [];
  let length = 0;
  const stored = records.map(({ labels, picture = new Uint8Array() }, key) => {
    const several = typeof labels === 'number' ? [] : labels;
    const header = Buffer.alloc(24);
    header.writeUInt32LE(several.length, 0);
    header.writeFloatLE(typeof labels === 'number' ? labels : 0, 4);
    header.writeBigUInt64LE(BigInt(key), 8);
    const data = Buffer.concat([header, Buffer.from(Float32Array.from(several).buffer), picture]);
    const part = Buffer.alloc(8);
    part.writeUInt32LE(0xced7230a, 0);
    part.writeUInt32LE(data.length, 4);
    const bytes = Buffer.concat([part, data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    offsets.push(length);
    length += bytes.length;
    return bytes;
  });
  return { rec: Buffer.concat(stored), idx: offsets.map((offset, key) => `${key}\t${offset}\n`).join('') };
}
