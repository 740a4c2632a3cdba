/** A second writer of tar for tests, from POSIX's table of the ustar header: fields of the block of 512 bytes by their offset. */
export interface FixtureMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: string;
  readonly prefix?: string;
  /** The 12 bytes of the size field, where they are not the octal length of the content. */
  readonly size?: Uint8Array;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);

export function tarMember({ name, content = '', type = '0', prefix = '', size }: FixtureMember): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(size ? Buffer.from(size).toString('latin1') : `${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, padded(bytes)]);
}

/** Members, two blocks of zeros, and zeros up to a multiple of `record` blocks. */
export function tarFile(members: readonly FixtureMember[], record = 20): Buffer {
  const bytes = Buffer.concat([...members.map(tarMember), Buffer.alloc(1024)]);
  const unit = 512 * record;
  return Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit)]);
}

/** A pax record: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
  return `${length}${rest}`;
}
