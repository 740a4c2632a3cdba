import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddingsFile, isEmbeddingsFile, readEmbeddingsFile, rowsFor, writeEmbeddingsFile } from './index.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-embeddings-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function written(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Unit vectors whose numbers need all their digits. */
const vectors: EmbeddingsFile = (() => {
  const keys = ['Ann/0001.jpg', 'Ann/0002.jpg', 'Ben "B", Jr/ä 1.png'];
  const rows = keys.map((_, row) => Array.from({ length: 5 }, (_, i) => Math.sin(1 + 7 * row + i) / 3));
  const data = Float32Array.from(rows.flatMap((row) => row.map((value) => value / Math.hypot(...row))));
  return { size: 5, keys, data, normalised: 0 };
})();

describe.each(['vectors.jsonl', 'vectors.csv', 'vectors.npy'])('%s', (name) => {
  test('reads back to the bit what was written', () => {
    writeEmbeddingsFile(at(`deep/${name}`), vectors);
    expect(readEmbeddingsFile(at(`deep/${name}`))).toEqual(vectors);
    expect(readdirSync(at('deep')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  test('refuses to write one image twice', () => {
    const twice = { ...vectors, keys: ['a', 'b', 'a'] };
    expect(() => { writeEmbeddingsFile(at(name), twice); }).toThrow(`${at(name)}: 'a' would be written twice`);
  });

  test('brings vectors to unit length and counts those that were not', () => {
    // 3-4-5, and one that is a unit vector already.
    writeEmbeddingsFile(at(name), { size: 2, keys: ['a', 'b'], data: Float32Array.of(3, 4, 0, 1), normalised: 0 });
    const { data, normalised } = readEmbeddingsFile(at(name));
    expect([...data]).toEqual([...Float32Array.of(0.6, 0.8, 0, 1)]);
    expect(normalised).toBe(1);
  });

  test('names the vector without a direction', () => {
    writeEmbeddingsFile(at(name), { size: 2, keys: ['a', 'b'], data: Float32Array.of(0, 1, 0, 0), normalised: 0 });
    expect(() => readEmbeddingsFile(at(name))).toThrow(/'b' has length 0; expected a vector with a direction/);
  });
});

test('JSON Lines keep the space and the model', () => {
  writeEmbeddingsFile(at('v.jsonl'), { ...vectors, spaceId: 'facenet-1', modelId: 'sha256:00' });
  expect(readEmbeddingsFile(at('v.jsonl'))).toMatchObject({ spaceId: 'facenet-1', modelId: 'sha256:00' });
});

test('paths of Windows and with ./ name the same image; its line ends and its mark at the start are no part of the text', () => {
  const file = written('v.csv', '\uFEFFfile,0,1\r\nAnn\\1.jpg,1,0\r\n./Ben/1.jpg,0,-1e0\r\n');
  expect(readEmbeddingsFile(file)).toMatchObject({ keys: ['Ann/1.jpg', 'Ben/1.jpg'], data: Float32Array.of(1, 0, 0, -1) });
});

test('lines longer than a block of reading stay whole', () => {
  const size = 200_000;
  const long = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 0.125 : -0.25));
  const file = written('v.jsonl', ['a', 'b'].map((name) => `${JSON.stringify({ file: `${name}/ü.jpg`, embedding: long })}\n`).join(''));
  const { keys, data } = readEmbeddingsFile(file);
  expect(keys).toEqual(['a/ü.jpg', 'b/ü.jpg']);
  expect(data[2 * size - 1]).toBeCloseTo(-0.25 / Math.sqrt(size * (0.125 ** 2 + 0.25 ** 2) / 2), 8);
});

test.each<[string, string, string]>([
  ['v.jsonl', '{"file":"a","embedding":[1]}\n{"file":"a","embedding":[1]}\n', "line 2: 'a' has an embedding already, in line 1"],
  ['v.jsonl', '{"file":"a","embedding":[1,0]}\n{"file":"b","embedding":[1]}\n', "line 2: 'b' has 1 numbers, the vectors before it 2"],
  ['v.jsonl', '{"file":"a","embedding":[1,null]}\n', 'line 1: expected {"file":"Name/0001.jpg","embedding":[numbers]}, got {"file":"a"'],
  ['v.jsonl', '{"file":"a","embedding":[1]}\n{"file":"b","embe', 'line 2: expected a JSON object, got {"file":"b","embe'],
  ['v.jsonl', '{"space":"x"}\n', "line 1: unknown key 'space'; expected 'file' and 'embedding', or a header of 'spaceId', 'modelId', 'size'"],
  ['v.jsonl', '{"spaceId":7}\n', 'line 1: spaceId: expected text, got 7'],
  ['v.jsonl', '{"size":3}\n{"file":"a","embedding":[1,0]}\n', 'line 1 promises vectors of 3 numbers, they have 2'],
  ['v.jsonl', '\n', 'holds no embedding'],
  ['v.csv', 'a,1,0\n', "line 1: expected the names of the columns, 'file,e0,e1,…', got 'a,1,0'"],
  ['v.csv', 'file,e0,e1\na,1\n', 'line 2: expected 2 numbers as named in the first line, got 1'],
  ['v.csv', 'file,e0,e1\na,1,\n', "line 2: number 2 of 'a': expected a number, got ''"],
  ['v.csv', 'file,e0,e1\n"a,1,0\n', 'line 2: the quote of the path does not end'],
  ['v.csv', 'file,e0,e1\na,1,Infinity\n', "line 2: number 2 of 'a' is Infinity; expected a finite one"],
  ['v.npy', 'no array', 'expected'],
])('%s with %j: an error that says where', (name, content, message) => {
  const file = written(name, content);
  expect(() => readEmbeddingsFile(file)).toThrow(message);
  expect(() => readEmbeddingsFile(file)).toThrow(file);
});

test('a file that is missing, or of no known format, is named', () => {
  expect(() => readEmbeddingsFile(at('none.csv'))).toThrow(`${at('none.csv')}: cannot read the embeddings (ENOENT)`);
  expect(() => readEmbeddingsFile(at('v.txt'))).toThrow(`${at('v.txt')}: expected a file of embeddings named .jsonl, .ndjson, .csv, .npy, got '.txt'`);
  mkdirSync(at('bundle.csv'));
  expect([isEmbeddingsFile(at('v.NPY')), isEmbeddingsFile(at('bundle.csv')), isEmbeddingsFile(at('bundle'))]).toEqual([true, false, false]);
});

describe('NumPy', () => {
  /** A file by the description of the format (numpy.lib.format), put together by hand. */
  function npy(version: 1 | 2, header: string, bytes: Uint8Array): Buffer {
    const text = Buffer.from(`${header}\n`, 'latin1');
    const length = Buffer.alloc(version === 1 ? 2 : 4);
    if (version === 1) length.writeUInt16LE(text.length);
    else length.writeUInt32LE(text.length);
    return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]), length, text, bytes]);
  }
  const names = (): void => { writeFileSync(at('v.txt'), 'a\nb\n'); };
  const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

  test('the bytes numpy.save writes for float32 [2, 2]', () => {
    names();
    // numpy.save of numpy.array([[1, 0], [0, 1]], 'float32'): a header of 128 bytes in all, whose shape ends with ', }'.
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
    const bytes = npy(1, header, floats(1, 0, 0, 1));
    expect(readEmbeddingsFile(written('v.npy', bytes))).toMatchObject({ size: 2, keys: ['a', 'b'], data: Float32Array.of(1, 0, 0, 1) });
    writeEmbeddingsFile(at('w.npy'), { size: 2, keys: ['a', 'b'], data: Float32Array.of(1, 0, 0, 1), normalised: 0 });
    expect(readFileSync(at('w.npy'))).toEqual(bytes);
    expect(readFileSync(at('w.txt'), 'utf8')).toBe('a\nb\n');
  });

  test('float64, the other byte order, version 2, and column after column', () => {
    names();
    const big = Buffer.alloc(32);
    [1, 0, 0, -1].forEach((value, i) => big.writeDoubleBE(value, 8 * i));
    const read = (bytes: Buffer): number[] => [...readEmbeddingsFile(written('v.npy', bytes)).data];
    expect(read(npy(2, "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 2), }", big))).toEqual([1, 0, 0, -1]);
    // Columns (0.6, 0) and (0.8, 1) are rows (0.6, 0.8) and (0, 1).
    expect(read(npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", floats(0.6, 0, 0.8, 1)))).toEqual([...Float32Array.of(0.6, 0.8, 0, 1)]);
  });

  test.each<[string, () => Buffer, string]>([
    ['integers', () => npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 1), }", new Uint8Array(16)), "numbers of type '<i8'; expected float32 ('<f4') or float64 ('<f8')"],
    ['one dimension', () => npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", floats(1, 1)), 'shape (2); expected two dimensions, images and numbers'],
    ['a part of a file', () => npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", floats(1, 0, 0)), 'expected 86 bytes for [2, 2], got 82'],
    ['other names than rows', () => npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }", floats(1, 1, 1)), '3 rows, but'],
    ['another file', () => Buffer.from('PK\x03\x04 a zip file'), 'not a NumPy file'],
    ['a header that is cut', () => npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", floats()).subarray(0, 40), 'ends within its header'],
  ])('%s: refused', (_, bytes, message) => {
    names();
    const file = written('v.npy', bytes());
    expect(() => readEmbeddingsFile(file)).toThrow(`${file}: ${message}`);
  });

  test('without the names beside it, it says what is expected', () => {
    const file = written('v.npy', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", floats(1)));
    expect(() => readEmbeddingsFile(file)).toThrow(`${file}: expected ${at('v.txt')} beside it, with the path of each row's image on a line`);
  });
});

describe('rowsFor', () => {
  const images = ['Ann/0002.jpg', 'Ann/0001.jpg'].map((name) => path.join('some/lfw', name));

  test('finds images by their path below the folder', () => {
    expect([...rowsFor(vectors, images, 'some/lfw')]).toEqual([1, 0]);
    expect([...rowsFor(vectors, images, 'some/lfw/')]).toEqual([1, 0]);
  });

  test('names a missing image and how many are missing', () => {
    const more = [...images, 'some/lfw/Cy/1.jpg', 'some/lfw/Cy/2.jpg'];
    expect(() => rowsFor(vectors, more, 'some/lfw', { name: 'v.csv' })).toThrow(
      "v.csv: no embedding of 'Cy/1.jpg'; 2 of 4 images in some/lfw are missing from it (its first is 'Ann/0001.jpg')",
    );
    expect([...rowsFor(vectors, more, 'some/lfw', { missing: 'skip' })]).toEqual([1, 0, -1, -1]);
  });
});
