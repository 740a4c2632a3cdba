import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { decodeImage, storedBytes } from '../decode.ts';
import { recordFile } from './recordio.fixture.ts';
import { listRecordIO } from './recordio-list.ts';

let folder: string;
let files = 0;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-rec-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Writes a .rec, and an .idx where there is one, under a new name. */
function write(rec: Uint8Array, idx?: string): string {
  const file = path.join(folder, `${files++}.rec`);
  writeFileSync(file, rec);
  if (idx !== undefined) writeFileSync(file.replace('.rec', '.idx'), idx);
  return file;
}

// Written by mxnet 1.9.1: MXIndexedRecordIO and pack as InsightFace's face2rec2.py uses them. Record 0 has the labels [6, 8];
// records 1 to 5 are PNGs of 2×2 pixels in one colour, (10 | 11, 20, 30) of identity 0 and (40 | 41 | 42, 50, 60) of identity 1;
// 6 and 7 have the labels [1, 3] and [3, 6]. Record 3's text holds the magic number three times at multiples of four, so that
// mxnet stored it in four parts, two of them empty or nearly so.
const byMxnet = {
  rec: inflateSync(Buffer.from(
    'eNrjUr5+ToGBgYGJARc44AAkHLmA6hKRRBnRVHUG+LnzcklxAZm8nh4uQVAjmThA5N8rs4qBlICni2NIxZzkB0ITmZXYOFgZ2PwYPlokGzWCDPB09XNZ55TQBGSi'
    + '28VEiV1iMLvyGL6yuHazY7HLhYFBAWJygz0zGXaJlLhGlCQzVIDMAnIdQDQLkK4EAhBbl4EhoUrzi99CJHddMNjECHaXgBpTJKdYxUK8YdBgz0JBGFwwgdnlxhTr'
    + 'usrnOQG7WCmxywhmVxpT4t6tlxOw2IWc3tgw0luDPTDoHNDVsWOoc3AApU0A/qZzvg==', 'base64')),
  idx: '0\t0\n1\t40\n2\t148\n3\t256\n4\t408\n5\t516\n6\t624\n7\t664\n',
};

const firstPixels = async (addresses: readonly string[]): Promise<number[][]> => Promise.all(addresses.map(async (address) => [...(await decodeImage(address)).data.subarray(0, 3)]));

test('reads what mxnet wrote, by the ranges of identities', async () => {
  const file = write(byMxnet.rec, byMxnet.idx);
  const identities = listRecordIO(file);
  expect(identities.map(({ name, files }) => [name, files.length])).toEqual([['0', 2], ['1', 3]]);
  expect(identities[0]!.files).toEqual([`${file}#1:40+108`, `${file}#2:148+108`]);
  expect(await firstPixels(identities.flatMap(({ files }) => files))).toEqual([[10, 20, 30], [11, 20, 30], [40, 50, 60], [41, 50, 60], [42, 50, 60]]);
});

test('puts the magic number back between the parts of a record', async () => {
  const [, { files }] = listRecordIO(write(byMxnet.rec, byMxnet.idx)) as [unknown, { files: string[] }];
  const png = await storedBytes(files[0]!);
  // What was packed: the text chunk at byte 33 is 'c', 0, 'x', magic, magic, 'yyyy', magic, 'z'.
  expect(png.subarray(37, 61).toString('hex')).toBe(`${Buffer.from('tEXtc\0x').toString('hex')}0a23d7ce0a23d7ce797979790a23d7ce7a`);
});

test('without an index, reads record after record and takes their own labels', async () => {
  const identities = listRecordIO(write(byMxnet.rec));
  expect(identities.map(({ name, files }) => [name, files.length])).toEqual([['0', 2], ['1', 3]]);
  expect(await firstPixels(identities.flatMap(({ files }) => files))).toEqual([[10, 20, 30], [11, 20, 30], [40, 50, 60], [41, 50, 60], [42, 50, 60]]);
});

const picture = Buffer.from('any bytes');

test('takes the first of several labels, and the labels of a file without ranges', () => {
  const { rec, idx } = recordFile([{ labels: [7, 0.5, 0.25], picture }, { labels: 12, picture }, { labels: 7, picture }]);
  expect(listRecordIO(write(rec, idx)).map(({ name, files }) => [name, files.length])).toEqual([['7', 2], ['12', 1]]);
});

test('does not believe ranges that 32-bit floats cannot hold', () => {
  const { rec, idx } = recordFile([{ labels: [17_000_002, 17_000_003] }, { labels: 3, picture }, { labels: [1, 2] }]);
  expect(listRecordIO(write(rec, idx)).map(({ name }) => name)).toEqual(['3']);
});

const ranges = recordFile([{ labels: [3, 4] }, { labels: 5, picture }, { labels: 5, picture }, { labels: [1, 3] }]);

test('a file cut anywhere is refused, naming record and byte', () => {
  expect(listRecordIO(write(ranges.rec, ranges.idx))).toHaveLength(1);
  for (let length = 0; length < ranges.rec.length; length += 3) {
    expect(() => listRecordIO(write(ranges.rec.subarray(0, length), ranges.idx))).toThrow(/\.rec: (ends at byte \d+, and .*\.idx has record 3 at byte|record 3 at byte \d+)/);
  }
  // Records of 8 + 24 + 8, and of 8 + 24 + 9 bytes and 3 to fill up.
  expect(() => listRecordIO(write(ranges.rec.subarray(0, 100)))).toThrow('record 2 at byte 84: it needs 44 bytes from byte 84 on, and the file ends after 16');
});

test('an index cut short is refused', () => {
  const lines = ranges.idx.split('\n');
  expect(() => listRecordIO(write(ranges.rec, lines.slice(0, 3).join('\n')))).toThrow('3: the line has no end; the index is cut short');
  expect(() => listRecordIO(write(ranges.rec, `${lines.slice(0, 3).join('\n')}\n`))).toThrow(/its last record, 2, ends at byte 128, and .* goes on to 168; the index is cut short/);
  expect(() => listRecordIO(write(ranges.rec, ''))).toThrow('is empty');
  expect(() => listRecordIO(write(ranges.rec, '0\t0\n1\tforty\n'))).toThrow('.idx:2: expected a key, a tab and an offset');
});

test.each([
  ['ranges that name what is not there', recordFile([{ labels: [3, 4] }, { labels: 5, picture }, { labels: 5, picture }, { labels: [2, 9] }]), 'record 3 names record 4, which the index does not have'],
  ['a range record that has no range', recordFile([{ labels: [2, 3] }, { labels: 5, picture }, { labels: 7 }]), 'record 2: expected the first key of an identity'],
  ['one identity in two ranges', recordFile([{ labels: [3, 5] }, { labels: 5, picture }, { labels: 5, picture }, { labels: [1, 2] }, { labels: [2, 3] }]), 'record 4: identity 5 has two ranges'],
  ['labels that are no numbers of identities', recordFile([{ labels: 0.5, picture }]), 'record 0: expected the number of an identity as its first label, found 0.5'],
  ['no pictures', recordFile([{ labels: 5 }]), 'expected pictures, found none in 1 records'],
])('refuses %s', (_, { rec, idx }, message) => {
  expect(() => listRecordIO(write(rec, idx))).toThrow(message);
});

test('a damaged record is one broken picture, named with its place', async () => {
  const damaged = Buffer.from(byMxnet.rec);
  damaged[148] = 0;
  const identities = listRecordIO(write(damaged, byMxnet.idx));
  await expect(decodeImage(identities[0]!.files[1]!)).rejects.toThrow(/#2:148\+108: cannot decode the image \(expected the magic number 0xced7230a at the record's byte 0, found 0xced72300\)/);
  expect(await firstPixels([identities[0]!.files[0]!, identities[1]!.files[0]!])).toEqual([[10, 20, 30], [40, 50, 60]]);
  // Without an index nothing behind it can be found.
  expect(() => listRecordIO(write(damaged))).toThrow('record 2 at byte 148: expected the magic number');
});
