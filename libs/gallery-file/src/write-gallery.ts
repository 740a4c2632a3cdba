import { formatName, formatVersion, type GalleryHeader, type GalleryRecord } from './gallery-lines.ts';
import { type GalleryCrypto, LineSeal, newEncryption } from './line-seal.ts';
import { Sha256 } from './sha256.ts';

export interface WriteOptions {
  /** Every line after the header is encrypted with it. */
  readonly passphrase?: string | undefined;
  readonly crypto: GalleryCrypto;
}

export type HeaderFields = Omit<GalleryHeader, 'type' | 'format' | 'version' | 'encryption'>;

/**
 * A gallery as lines of bytes, in passing. A person's line comes before the faces of that person; the trailer has the
 * counts of what was written and the digest of all lines before it as they stand in the file.
 */
export async function* writeGallery(
  fields: HeaderFields, records: AsyncIterable<GalleryRecord> | Iterable<GalleryRecord>, { passphrase, crypto }: WriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = new Sha256();
  const encoder = new TextEncoder();
  const encryption = passphrase === undefined ? null : newEncryption(crypto);
  const header = encoder.encode(JSON.stringify({ type: 'header', format: formatName, version: formatVersion, ...fields, encryption } satisfies GalleryHeader));
  const seal = encryption === null || passphrase === undefined ? undefined : await LineSeal.create(crypto, passphrase, encryption, header);
  let number = 1;
  const ended = (line: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(line.length + 1);
    bytes.set(line);
    bytes[line.length] = 0x0a;
    hash.update(bytes);
    return bytes;
  };
  const lineOf = async (value: object): Promise<Uint8Array> => {
    number++;
    const plain = encoder.encode(JSON.stringify(value));
    return ended(seal === undefined ? plain : encoder.encode(JSON.stringify({ type: 'sealed', data: await seal.seal(number, plain) })));
  };

  yield ended(header);
  const counts = { persons: 0, faces: 0, links: 0 };
  for await (const record of records) {
    if (record.type !== 'collection') counts[`${record.type}s`]++;
    yield await lineOf(record);
  }
  yield await lineOf({ type: 'trailer', counts, sha256: hash.digest() });
}
