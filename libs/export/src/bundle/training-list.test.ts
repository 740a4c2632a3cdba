import { createHash } from 'node:crypto';
import { comparableName, encodeTrainingList, findTrainingOverlap, identityEntry, parseTrainingList, trainingEntry } from './training-list.ts';

const entry = (content: string): string => trainingEntry(createHash('sha256').update(content).digest('hex'));
const images = ['first', 'second', 'third'];
const entries = {
  trainedImages: new Set(images.map(entry)), heldOutImages: new Set([entry('kept')]),
  trainedIdentities: new Set([entry('aaron eckhart')]), heldOutIdentities: new Set<string>(),
};
const file = encodeTrainingList(entries);

test('the file is laid out as documented', () => {
  const sorted = images.map((each) => createHash('sha256').update(each).digest().subarray(0, 8)).sort((a, b) => Buffer.compare(a, b));
  const counts = Buffer.alloc(16);
  [3, 1, 1, 0].forEach((count, i) => counts.writeUInt32LE(count, 4 * i));
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 8);
  expect(Buffer.from(file)).toEqual(Buffer.concat([Buffer.from('FNTRAIN1'), counts, ...sorted, digest('kept'), digest('aaron eckhart')]));
});

test('every entry is found in its section and in no other', () => {
  const many = Array.from({ length: 257 }, (_, i) => entry(String(i)));
  const list = parseTrainingList(encodeTrainingList({ ...entries, trainedImages: new Set(many) }));
  expect(list.counts).toEqual({ trainedImages: 257, heldOutImages: 1, trainedIdentities: 1, heldOutIdentities: 0 });
  expect(many.every((each) => list.has('trainedImages', each))).toBe(true);
  expect(many.some((each) => list.has('heldOutImages', each) || list.has('heldOutIdentities', each))).toBe(false);
  expect(Array.from({ length: 500 }, (_, i) => entry(`other ${i}`)).some((each) => list.has('trainedImages', each))).toBe(false);
  // The smallest and the largest there can be.
  expect(['0'.repeat(16), 'f'.repeat(16)].some((each) => list.has('trainedImages', each))).toBe(false);
});

test('says what an evaluation shares with the training', async () => {
  const overlap = findTrainingOverlap(parseTrainingList(file), {
    images: [{ name: 'a.jpg', entry: entry('second') }, { name: 'b.jpg', entry: entry('new') }, { name: 'c.jpg', entry: entry('kept') }],
    identities: [{ name: 'Aaron_Eckhart', entry: await identityEntry('Aaron_Eckhart') }, { name: '0001', entry: await identityEntry('0001') }],
  });
  expect(overlap).toEqual({ trainedImages: ['a.jpg'], heldOutImages: ['c.jpg'], trainedIdentities: ['Aaron_Eckhart'], heldOutIdentities: [] });
});

test.each([
  ['Aaron_Eckhart', 'aaron eckhart'], ['aaron  eckhart', 'aaron eckhart'], ['José', 'josé'], ['José', 'josé'], ['m.0abc', 'm 0abc'],
  ['0001', undefined], ['n000001', undefined], ['person-00042', undefined], ['p_7', undefined], ['--', undefined],
])('the name %s is compared as %s', (name, comparable) => {
  expect(comparableName(name)).toBe(comparable);
});

const changed = (at: number, value: number): Uint8Array => file.with(at, value);
const swapped = file.slice();
swapped.set(file.subarray(24, 32), 32);
swapped.set(file.subarray(32, 40), 24);

test.each([
  ['too short', file.slice(0, 10), 'got 10 bytes'],
  ['something else', changed(0, 88), 'which begins with FNTRAIN1, got XNTRAIN1'],
  ['cut off', file.slice(0, -1), '63 bytes; its counts need 64'],
  ['of other counts', changed(8, 4), '64 bytes; its counts need 72'],
  ['not sorted', swapped, 'trainedImages: not sorted at entry 1'],
])('a file that is %s is refused', (_, bytes, message) => {
  expect(() => parseTrainingList(bytes)).toThrow(message);
});
