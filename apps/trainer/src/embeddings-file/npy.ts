import { closeSync, existsSync, fstatSync, readSync } from 'node:fs';
import { UsageError } from '../cli/errors.ts';
import { type EmbeddingsFile, RowCollector } from './embeddings-file.ts';
import { forEachLine, open } from './lines.ts';

/**
 * NumPy's own format (numpy.lib.format): a matrix of float32 or float64 [images, numbers], and beside it a text file of
 * the same name with the path of each row's image on a line.
 */
export function readNpy(file: string): EmbeddingsFile {
  const names = namesFile(file);
  if (!existsSync(names)) throw new UsageError(`${file}: expected ${names} beside it, with the path of each row's image on a line`);
  const keys = readNames(names);
  const handle = open(file);
  try {
    const { rows: count, cols, itemBytes, littleEndian, fortranOrder, start } = readHeader(handle, file);
    if (keys.length !== count) throw new UsageError(`${file}: ${count} rows, but ${names} names ${keys.length} images`);
    const expected = start + count * cols * itemBytes;
    if (fstatSync(handle).size !== expected) throw new UsageError(`${file}: expected ${expected} bytes for [${count}, ${cols}], got ${fstatSync(handle).size}`);
    const rows = new RowCollector(file);
    const row = new Float64Array(cols);
    const element = (view: DataView, index: number): number => (
      itemBytes === 4 ? view.getFloat32(4 * index, littleEndian) : view.getFloat64(8 * index, littleEndian)
    );
    // Column after column can only be read whole.
    const whole = fortranOrder ? readBytes(handle, start, count * cols * itemBytes) : undefined;
    for (let r = 0; r < count; r++) {
      const view = whole ?? readBytes(handle, start + r * cols * itemBytes, cols * itemBytes);
      for (let c = 0; c < cols; c++) row[c] = element(view, whole ? c * count + r : c);
      rows.add(keys[r]!, row, `row ${r}`);
    }
    return rows.finish();
  } finally {
    closeSync(handle);
  }
}

/** The matrix as float32; the paths go into `namesFile`. */
export function* formatNpy({ keys, data, size }: EmbeddingsFile): Generator<Uint8Array> {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${keys.length}, ${size}), }`;
  // Magic, version and length take 10 bytes; the whole is filled up with blanks and a line feed to a multiple of 64.
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length + 1);
  yield Buffer.concat([magic, Buffer.of(1, 0), length, Buffer.from(`${padded}\n`, 'latin1')]);
  for (let row = 0; row < keys.length; row++) {
    const bytes = Buffer.alloc(4 * size);
    for (let i = 0; i < size; i++) bytes.writeFloatLE(data[row * size + i]!, 4 * i);
    yield bytes;
  }
}

export function namesFile(npy: string): string {
  return npy.replace(/\.npy$/i, '.txt');
}

const magic = Buffer.from('\x93NUMPY', 'latin1');

interface NpyHeader {
  readonly rows: number;
  readonly cols: number;
  readonly itemBytes: 4 | 8;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  /** Where the numbers begin. */
  readonly start: number;
}

function readHeader(handle: number, file: string): NpyHeader {
  const fixed = Buffer.alloc(12);
  const read = readSync(handle, fixed, 0, 12, 0);
  if (read < 12 || !fixed.subarray(0, 6).equals(magic)) throw new UsageError(`${file}: not a NumPy file (it does not begin with \\x93NUMPY)`);
  const version = fixed[6]!;
  if (version < 1 || version > 3) throw new UsageError(`${file}: NumPy format version ${version}; this program reads 1 to 3`);
  const [length, start] = version === 1 ? [fixed.readUInt16LE(8), 10] : [fixed.readUInt32LE(8), 12];
  if (start + length > fstatSync(handle).size) throw new UsageError(`${file}: ends within its header`);
  const text = Buffer.from(readBytes(handle, start, length).buffer).toString('latin1');
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1]?.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => parseInt(part, 10));
  if (descr === undefined || order === undefined || shape === undefined) throw new UsageError(`${file}: cannot read its header ${text.trim().slice(0, 100)}`);
  const type = /^([<>])f([48])$/.exec(descr);
  if (type === null) throw new UsageError(`${file}: numbers of type '${descr}'; expected float32 ('<f4') or float64 ('<f8')`);
  if (shape.length !== 2) throw new UsageError(`${file}: shape (${shape.join(', ')}); expected two dimensions, images and numbers`);
  return {
    rows: shape[0]!, cols: shape[1]!, itemBytes: type[2] === '4' ? 4 : 8, littleEndian: type[1] === '<',
    fortranOrder: order === 'True', start: start + length,
  };
}

function readBytes(handle: number, start: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = readSync(handle, bytes, done, Math.min(length - done, 1 << 30), start + done);
    if (read === 0) throw new Error('internal: the file has become shorter while it was read');
    done += read;
  }
  return new DataView(bytes.buffer);
}

function readNames(file: string): string[] {
  const names: string[] = [];
  forEachLine(file, (line) => { if (line !== '') names.push(line); });
  return names;
}
