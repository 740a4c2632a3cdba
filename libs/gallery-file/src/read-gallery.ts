import type { z } from 'zod';
import { vectorFromBase64 } from './base64.ts';
import { GalleryError } from './gallery-error.ts';
import { type FaceLine, formatName, formatVersion, type GalleryCounts, header as headerSchema, type GalleryHeader, type GalleryRecord, line as lineSchema, sealedLine } from './gallery-lines.ts';
import { type GalleryCrypto, LineSeal } from './line-seal.ts';
import { RecordRules } from './record-rules.ts';
import { Sha256 } from './sha256.ts';
import { splitLines } from './split-lines.ts';

export interface ReadOptions {
  readonly passphrase?: string | undefined;
  readonly crypto: GalleryCrypto;
  /** Hears of the header first; what it throws ends the reading. */
  readonly onHeader?: (header: GalleryHeader) => void;
}

/** A face with its vector decoded. */
export type ReadFace = Omit<FaceLine, 'vector'> & { readonly vector: Float32Array };
export type ReadRecord = Exclude<GalleryRecord, FaceLine> | ReadFace;

/**
 * The records of a file, in passing; a GalleryError names the line that is wrong. Only when the last record was given
 * and nothing was thrown is the file known to be whole, so whoever keeps records must be able to take them back.
 */
export async function* readGallery(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: ReadOptions): AsyncGenerator<ReadRecord, GalleryCounts, undefined> {
  const hash = new Sha256();
  let number = 0;
  let reader: LineReader | undefined;
  let trailer: { readonly counts: GalleryCounts } | undefined;
  for await (const bytes of splitLines(chunks)) {
    number++;
    if (trailer !== undefined) throw new GalleryError(number, 'format', 'a line after the trailer');
    if (reader === undefined) {
      reader = await LineReader.create(bytes, options);
    } else {
      const record = await reader.read(number, bytes);
      if (record.type === 'trailer') {
        checkTrailer(number, record, hash.digest(), reader.rules.counts);
        trailer = record;
        continue;
      }
      yield record;
    }
    hash.update(bytes).update(lineFeed);
  }
  if (trailer === undefined) throw new GalleryError(number + 1, number === 0 ? 'format' : 'truncated', number === 0 ? 'the file is empty' : 'the file ends without its trailer');
  return trailer.counts;
}

const lineFeed = Uint8Array.of(0x0a);

/** Knows the header, and so how the lines after it are to be read. */
class LineReader {
  readonly rules: RecordRules;
  readonly #header: GalleryHeader;
  readonly #seal: LineSeal | undefined;

  private constructor(header: GalleryHeader, seal: LineSeal | undefined) {
    this.rules = new RecordRules();
    this.#header = header;
    this.#seal = seal;
  }

  static async create(bytes: Uint8Array, { passphrase, crypto, onHeader }: ReadOptions): Promise<LineReader> {
    const value = parseJson(1, bytes);
    requireVersion(value);
    const header = check(1, headerSchema, value);
    onHeader?.(header);
    if (header.encryption === null) return new LineReader(header, undefined);
    if (passphrase === undefined) throw new GalleryError(1, 'passphrase', 'the file is encrypted and no passphrase was given');
    const seal = await LineSeal.create(crypto, passphrase, header.encryption, bytes);
    if (seal === undefined) throw new GalleryError(1, 'format', 'encryption.kdf.salt: not base64');
    return new LineReader(header, seal);
  }

  async read(number: number, bytes: Uint8Array): Promise<ReadRecord | Extract<z.output<typeof lineSchema>, { type: 'trailer' }>> {
    const record = check(number, lineSchema, parseJson(number, await this.#open(number, bytes)));
    if (record.type === 'trailer') return record;
    this.rules.check(number, record);
    return record.type === 'face' ? { ...record, vector: this.#vectorOf(number, record) } : record;
  }

  async #open(number: number, bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#seal === undefined) return bytes;
    const { data } = check(number, sealedLine, parseJson(number, bytes));
    const opened = await this.#seal.open(number, data);
    if (opened !== undefined) return opened;
    if (number === 2) throw new GalleryError(number, 'passphrase', 'the passphrase is another one, or the line was changed');
    throw new GalleryError(number, 'checksum', 'the line was changed or is not in its place');
  }

  #vectorOf(number: number, { vector: text }: FaceLine): Float32Array {
    const vector = vectorFromBase64(text);
    if (vector === undefined) throw new GalleryError(number, 'format', 'vector: not base64 of float32 numbers');
    if (vector.length !== this.#header.size) throw new GalleryError(number, 'format', `vector: ${vector.length} numbers, the header says ${this.#header.size}`);
    const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
    // Vectors that were kept as int8 are not of unit length to the last digit.
    if (!(Math.abs(length - 1) < 0.02)) throw new GalleryError(number, 'format', `vector: its length is ${length.toPrecision(4)} instead of 1`);
    return vector;
  }
}

function checkTrailer(number: number, trailer: { readonly counts: GalleryCounts; readonly sha256: string }, digest: string, counts: GalleryCounts): void {
  for (const name of ['persons', 'faces', 'links'] as const) {
    if (trailer.counts[name] !== counts[name]) throw new GalleryError(number, 'checksum', `the trailer says ${trailer.counts[name]} ${name}, the file has ${counts[name]}`);
  }
  if (trailer.sha256 !== digest) throw new GalleryError(number, 'checksum', `the lines have the SHA-256 ${digest}, the trailer says ${trailer.sha256}`);
}

function requireVersion(value: unknown): void {
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown; version?: unknown };
  if (format !== formatName) throw new GalleryError(1, 'format', 'the file is not a gallery');
  if (version !== formatVersion) throw new GalleryError(1, 'format', `the format has version ${JSON.stringify(version)}, and ${formatVersion} is read`);
}

function parseJson(number: number, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new GalleryError(number, 'format', number === 1 ? 'the file is not a gallery' : 'not JSON in UTF-8');
  }
}

function check<T extends z.ZodType>(number: number, schema: T, value: unknown): z.output<T> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new GalleryError(number, 'format', `${issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue?.message ?? 'not valid'}`);
}
