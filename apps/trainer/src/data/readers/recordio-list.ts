import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from '../../cli/errors.ts';
import { formatAddress } from '../address.ts';
import type { Identity } from '../identity.ts';
import { imageHeaderBytes, partHeaderBytes, readImageRecord, readPartHeader, readRecord, RecordError } from './recordio.ts';
import { FileScan } from './span-file.ts';

/** Records of a file in some order: their keys, where they begin and how many bytes they take. */
interface Records {
  readonly keys: Float64Array;
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

/** Above this, InsightFace's ranges, which are 32-bit floats, no longer name single records. */
const largestExact = 2 ** 24;

/**
 * Lists the pictures of a RecordIO file by their label. With the `.idx` beside it, and InsightFace's identity ranges in
 * it, only the index and the range records are read; else the beginning of every record is.
 */
export function listRecordIO(file: string): Identity[] {
  const scan = new FileScan(file);
  try {
    const index = file.replace(/\.rec$/i, '.idx');
    const records = existsSync(index) ? readIndex(index, file, scan) : scanRecords(file, scan);
    const identities = identitiesByRange(file, records, scan) ?? identitiesByLabel(file, records, scan);
    if (identities.length === 0) throw new UsageError(`${file}: expected pictures, found none in ${records.keys.length} records`);
    return identities;
  } finally {
    scan.close();
  }
}

/** Lines of key, tab, offset. Every record is in it, so one ends where the next begins. */
function readIndex(index: string, file: string, scan: FileScan): Records {
  const { keys, offsets } = parseIndex(index);
  const order = Float64Array.from(offsets.keys()).sort((a, b) => offsets[a]! - offsets[b]!);
  const lengths = new Float64Array(offsets.length);
  order.forEach((row, i) => { lengths[row] = (i + 1 < order.length ? offsets[order[i + 1]!]! : scan.size) - offsets[row]!; });
  const last = order.at(-1);
  if (last === undefined) throw new UsageError(`${index}: is empty; expected lines of key, tab, offset`);
  const [key, offset] = [keys[last]!, offsets[last]!];
  if (offset >= scan.size) throw new UsageError(`${file}: ends at byte ${scan.size}, and ${index} has record ${key} at byte ${offset}; the file is cut short`);
  const { stored } = named(file, key, offset, () => readRecord(scan.read(offset, scan.size - offset)));
  if (offset + stored < scan.size) {
    throw new UsageError(`${index}: its last record, ${key}, ends at byte ${offset + stored}, and ${file} goes on to ${scan.size}; the index is cut short`);
  }
  return { keys, offsets, lengths };
}

function parseIndex(index: string): Pick<Records, 'keys' | 'offsets'> {
  const bytes = readFileSync(index);
  const numbers: number[][] = [[], []];
  let line = 1;
  let column = 0;
  let value = -1;
  const fail = (): never => { throw new UsageError(`${index}:${line}: expected a key, a tab and an offset`); };
  const finish = (): void => {
    if (value < 0 || column > 1) fail();
    numbers[column++]!.push(value);
    value = -1;
  };
  for (const byte of bytes) {
    if (byte >= 48 && byte <= 57) value = 10 * Math.max(0, value) + byte - 48;
    else if (byte === 9) finish();
    else if (byte === 10) {
      finish();
      if (column !== 2) fail();
      column = 0;
      line++;
    } else if (byte !== 13) fail();
  }
  // A number without the end of its line may have lost digits.
  if (value >= 0 || column > 0) throw new UsageError(`${index}:${line}: the line has no end; the index is cut short`);
  return { keys: Float64Array.from(numbers[0]!), offsets: Float64Array.from(numbers[1]!) };
}

/** Without an index, from record to record; they are counted from 0. */
function scanRecords(file: string, scan: FileScan): Records {
  const offsets: number[] = [];
  const lengths: number[] = [];
  for (let at = 0; at < scan.size;) {
    const start = at;
    named(file, offsets.length, start, () => {
      let flag: number;
      do {
        const part = readPartHeader(scan.read(at, 8), 0);
        if (at + part.stored > scan.size) throw new RecordError(`it needs ${part.stored} bytes from byte ${at} on, and the file ends after ${scan.size - at}`);
        ({ flag } = part);
        at += part.stored;
      } while (flag === 1 || flag === 2);
    });
    offsets.push(start);
    lengths.push(at - start);
  }
  return { keys: Float64Array.from(offsets.keys()), offsets: Float64Array.from(offsets), lengths: Float64Array.from(lengths) };
}

/**
 * InsightFace's form: record 0 has two labels, the keys of the first range record and of the one behind the last; a range
 * record has the keys of an identity's first image and of the one behind its last.
 */
function identitiesByRange(file: string, records: Records, scan: FileScan): Identity[] | undefined {
  const rows = new Map(Array.from(records.keys, (key, row) => [key, row]));
  const labelsAt = (key: number, whose: string): readonly number[] => {
    const row = rows.get(key);
    if (row === undefined) throw new UsageError(`${file}: ${whose} names record ${key}, which the index does not have`);
    return imageHeaderAt(file, records, row, scan).labels;
  };
  if (!rows.has(0)) return undefined;
  const head = imageHeaderAt(file, records, rows.get(0)!, scan);
  const [first, behind] = head.labels;
  if (head.labels.length !== 2 || head.picture || !(behind! < largestExact && first! < behind!)) return undefined;
  const identities = new Map<string, Identity>();
  for (let key = first!; key < behind!; key++) {
    const [from, to] = labelsAt(key, 'record 0');
    if (to === undefined || !(to >= from!)) throw new UsageError(`${file}: record ${key}: expected the first key of an identity and the one behind its last`);
    if (to === from) continue;
    const name = labelName(file, from!, labelsAt(from!, `record ${key}`)[0]!);
    if (identities.has(name)) throw new UsageError(`${file}: record ${key}: identity ${name} has two ranges of records`);
    const files: string[] = [];
    for (let image = from!; image < to; image++) {
      const row = rows.get(image);
      if (row === undefined) throw new UsageError(`${file}: record ${key} names record ${image}, which the index does not have`);
      files.push(addressOf(file, records, row));
    }
    identities.set(name, { name, files });
  }
  return inOrder(identities);
}

/** Every record's own label; records without a picture describe others. */
function identitiesByLabel(file: string, records: Records, scan: FileScan): Identity[] {
  const files = new Map<string, string[]>();
  const order = Float64Array.from(records.keys.keys()).sort((a, b) => records.offsets[a]! - records.offsets[b]!);
  for (const row of order) {
    const { labels, picture } = imageHeaderAt(file, records, row, scan);
    if (!picture) continue;
    const name = labelName(file, records.keys[row]!, labels[0]!);
    const mine = files.get(name);
    if (mine) mine.push(addressOf(file, records, row));
    else files.set(name, [addressOf(file, records, row)]);
  }
  return inOrder(new Map(Array.from(files, ([name, files]) => [name, { name, files }])));
}

function labelName(file: string, key: number, label: number): string {
  if (Number.isInteger(label)) return String(label);
  throw new UsageError(`${file}: record ${key}: expected the number of an identity as its first label, found ${label}`);
}

function inOrder(identities: ReadonlyMap<string, Identity>): Identity[] {
  return [...identities.values()].sort((a, b) => Number(a.name) - Number(b.name));
}

function addressOf(file: string, { keys, offsets, lengths }: Records, row: number): string {
  return formatAddress({ file, span: { record: String(keys[row]), offset: offsets[row]!, length: lengths[row]! } });
}

interface ImageHeader {
  readonly labels: readonly number[];
  /** A record without one describes others. */
  readonly picture: boolean;
}

/** Reads no more than the header where that is possible: in a record of one part. */
function imageHeaderAt(file: string, { keys, offsets, lengths }: Records, row: number, scan: FileScan): ImageHeader {
  const [key, offset, length] = [keys[row]!, offsets[row]!, lengths[row]!];
  return named(file, key, offset, () => {
    const start = scan.read(offset, Math.min(length, partHeaderBytes + imageHeaderBytes));
    const part = readPartHeader(start, 0);
    const bytes = start.length < partHeaderBytes + imageHeaderBytes ? Infinity : imageHeaderBytes + 4 * start.readUInt32LE(partHeaderBytes);
    if (part.flag !== 0 || bytes > part.length || part.stored > length) {
      const { labels, picture } = readImageRecord(readRecord(scan.read(offset, length)).data);
      return { labels, picture: picture.length > 0 };
    }
    const { labels } = readImageRecord(scan.read(offset + partHeaderBytes, bytes));
    return { labels, picture: part.length > bytes };
  });
}

/** Whatever is wrong with a record is said with its key and its place. */
function named<T>(file: string, key: number, offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RecordError) throw new UsageError(`${file}: record ${key} at byte ${offset}: ${error.message}`);
    throw error;
  }
}
