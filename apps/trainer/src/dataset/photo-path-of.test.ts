import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { photoPathOf } from './photo-path-of.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-photo-path-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const write = (name: string, content: object | string): void => {
  writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
};

test('crops of dataset align are what their record says, also in a file beside it', () => {
  write('align.json', { detector: 'eyes-1', alignment: 'two-eyes-160-1', format: 'jpeg', minScore: 0.5, notAligned: [] });
  const made = { detector: 'eyes-1', alignment: 'two-eyes-160-1' };
  expect(photoPathOf(folder)).toEqual(made);
  expect(photoPathOf(path.join(folder, 'faces.rec'))).toEqual(made);
  expect(photoPathOf(path.join(folder, 'faces-{000..012}.tar'))).toEqual(made);
});

test('drawn crops have eyes and mouth where the alignment puts them, drawn scenes have not', () => {
  write('synth.json', { style: 1, seed: 1, identities: 2, images: 2, photos: false });
  expect(photoPathOf(folder)).toMatchObject({ alignment: 'five-point-136-1' });
  write('synth.json', { style: 1, seed: 1, identities: 2, images: 2, photos: true });
  expect(photoPathOf(folder)).toBeUndefined();
});

test('of other crops it is not known', () => {
  expect(photoPathOf(folder)).toBeUndefined();
  expect(photoPathOf(path.join(folder, 'faces.csv'))).toBeUndefined();
});

test.each([
  ['that is no JSON', '{', 'align.json: cannot be read'],
  ['without an alignment', { detector: 'eyes-1' }, 'align.json: expected the names of a detector and an alignment, got {"detector":"eyes-1"}'],
])('refuses a record %s', (_what, content, message) => {
  write('align.json', content);
  expect(() => photoPathOf(folder)).toThrow(message);
});
