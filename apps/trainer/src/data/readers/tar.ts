import { UsageError } from '../../cli/errors.ts';
import { FileScan } from './span-file.ts';

/** A regular file inside a tar file. */
export interface TarMember {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

const block = 512;
/** Names and text files inside headers; more is no name. */
const largestText = 1024 * 1024;

/**
 * The regular files of a tar file, in order: POSIX ustar and pax (IEEE Std 1003.1, "pax Interchange Format"), and GNU's long
 * names and large sizes. Headers are checked by their sums. Throws UsageError naming member and byte where the file is
 * cut short or damaged. `wanted` says whose content to read along.
 */
export function* readTar(file: string, wanted: (name: string) => boolean = () => false): Generator<TarMember & { readonly content?: Buffer }> {
  const scan = new FileScan(file);
  try {
    yield* members(file, scan, wanted);
  } finally {
    scan.close();
  }
}

function* members(file: string, scan: FileScan, wanted: (name: string) => boolean): ReturnType<typeof readTar> {
  let long: Extended = {};
  for (let at = 0; ;) {
    const fail = (why: string): never => { throw new UsageError(`${file}: byte ${at}: ${why}`); };
    const header = scan.read(at, block);
    if (header.length < block) fail(`expected a header of ${block} bytes or the end of the archive, and the file ends after ${header.length}; it is cut short`);
    if (header.every((byte) => byte === 0)) {
      checkEnd(file, scan, at);
      return;
    }
    const { name: short, size: shortSize, type } = readHeader(header, fail);
    const extension = extensions[type];
    const name = extension === undefined ? long.name ?? short : short;
    const size = extension === undefined ? long.size ?? shortSize : shortSize;
    const start = at + block;
    // Only regular files have content of their own; the size of a link or folder is not to be believed.
    const stored = extension !== undefined || regular.has(type) ? size : 0;
    if (start + stored > scan.size) fail(`'${name}' needs ${stored} bytes, and the file ends after ${scan.size - start}; it is cut short`);
    if (extension !== undefined) {
      if (size > largestText) fail(`expected an extended header of at most ${largestText} bytes, found ${size}`);
      long = { ...long, ...extension(Buffer.from(scan.read(start, size)), fail) };
    } else {
      if (regular.has(type) && !name.endsWith('/')) {
        const content = wanted(name) && size <= largestText ? { content: Buffer.from(scan.read(start, size)) } : {};
        yield { name, offset: start, length: size, ...content };
      } else if (unreadable.has(type)) {
        fail(`'${name}' is ${unreadable.get(type)!}; expected regular files`);
      }
      long = {};
    }
    at = start + Math.ceil(stored / block) * block;
  }
}

/** 0 and NUL are files, 7 is a contiguous file that everyone treats as one. */
const regular: ReadonlySet<string> = new Set(['0', '\0', '7']);
/** What would be lost silently if it were passed over. Folders, devices and pipes hold no pictures. */
const unreadable: ReadonlyMap<string, string> = new Map([['1', 'a hard link'], ['2', 'a symbolic link'], ['S', 'a sparse file'], ['M', 'a part of a file']]);

interface Extended {
  readonly name?: string;
  readonly size?: number;
}

type Fail = (why: string) => never;

/** Headers that say something about the next one, by their type. */
const extensions: Readonly<Partial<Record<string, (content: Buffer, fail: Fail) => Extended>>> = {
  L: (content) => ({ name: untilNul(content) }),
  K: () => ({}),
  x: readPax,
  // Of all members that follow; names and sizes are never among them.
  g: () => ({}),
};

/** Records `length key=value\n`, where length counts itself. */
function readPax(content: Buffer, fail: Fail): Extended {
  const values = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(' ', at);
    const length = Number(content.toString('latin1', at, Math.max(at, space)));
    const record = content.subarray(space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > content.length || content[at + length - 1] !== 10 || equals < 1) {
      fail(`expected an extended header of records 'length key=value', found something else at its byte ${at}`);
    }
    values.set(record.toString('utf8', 0, equals), record.toString('utf8', equals + 1));
    at += length;
  }
  if ([...values.keys()].some((key) => key.startsWith('GNU.sparse'))) fail('a sparse file; expected regular files');
  const [name, size] = [values.get('path'), values.get('size')];
  if (size !== undefined && !/^\d{1,15}$/.test(size)) fail(`expected a size, found '${size}'`);
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size: Number(size) }) };
}

/** Name, size and type of a header block, after its sum is checked. */
function readHeader(header: Buffer, fail: Fail): { name: string; size: number; type: string } {
  const sum = octal(header.subarray(148, 156));
  // The sum is taken with blanks where it stands itself.
  const found = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum !== found) fail(`expected a tar header, found a block whose sum is ${found} and not ${sum ?? 'a number'}; a compressed or damaged file`);
  const size = numberOf(header.subarray(124, 136));
  if (size === undefined) fail('expected a size in the header');
  // GNU's own format has other things where POSIX has the prefix.
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? untilNul(header.subarray(345, 500)) : '';
  const name = untilNul(header.subarray(0, 100));
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type: header.toString('latin1', 156, 157) };
}

/** Octal digits, or GNU's binary form, whose first bit is set. */
function numberOf(field: Buffer): number | undefined {
  if (field[0] !== 0x80) return octal(field);
  const value = field.subarray(1).reduce((total, byte) => 256 * total + byte, 0);
  return Number.isSafeInteger(value) ? value : undefined;
}

function octal(field: Buffer): number | undefined {
  const text = field.toString('latin1').replace(/[\0 ]+$/, '').trimStart();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function untilNul(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** Archives put one behind the other are two files for most programs, and half of the pictures would go unseen. */
function checkEnd(file: string, scan: FileScan, at: number): void {
  for (let byte = at; byte < scan.size; byte += block) {
    if (scan.read(byte, block).some((value) => value !== 0)) throw new UsageError(`${file}: byte ${byte}: goes on behind the end of its archive; expected one archive in a file`);
  }
}
