import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkLfw, layOutLfw } from './lfw.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-lfw-'));
  for (const [name, images] of [['Ann', 2], ['Bob', 1]] as const) {
    mkdirSync(at('from', name), { recursive: true });
    for (let i = 1; i <= images; i++) writeFileSync(at('from', name, `${name}_000${i}.jpg`), `${name} ${i}`);
  }
  writeFileSync(at('pairs.txt'), '1\t1\nAnn\t1\t2\nAnn\t1\tBob\t1\n');
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const expected = { images: 3, people: 2 };

it('finds nothing wrong with a complete folder', () => {
  expect(checkLfw(at('from'), at('pairs.txt'), expected)).toEqual({ images: 3, people: 2, pairs: 2, problems: [] });
});

it('knows how large LFW is', () => {
  // 13,233 images of 5,749 people: the data set's own page.
  expect(checkLfw(at('from'), undefined).problems).toEqual(['expected 5,749 people, found 2', 'expected 13,233 images, found 3']);
});

it('says what is missing or misnamed, one line each', () => {
  rmSync(at('from', 'Bob'), { recursive: true });
  rmSync(at('from', 'Ann', 'Ann_0001.jpg'));
  writeFileSync(at('from', 'Ann', 'copy.jpg'), '');
  expect(checkLfw(at('from'), at('pairs.txt'), expected).problems).toEqual([
    'expected 2 people, found 1',
    'expected 3 images, found 2',
    'Ann: expected Ann_0001.jpg, found copy.jpg',
    `${at('pairs.txt')}:2: Ann/Ann_0001.jpg is missing`,
    `${at('pairs.txt')}:3: Bob/Bob_0001.jpg is missing`,
  ]);
});

it('lays out links to the same images, with the pairs', () => {
  expect(layOutLfw(at('from'), at('pairs.txt'), at('out'))).toEqual({ linked: 3, copied: 0 });
  expect(readFileSync(at('out', 'Ann', 'Ann_0002.jpg'), 'utf8')).toBe('Ann 2');
  expect(statSync(at('out', 'Bob', 'Bob_0001.jpg')).ino).toBe(statSync(at('from', 'Bob', 'Bob_0001.jpg')).ino);
  expect(checkLfw(at('out'), at('out', 'pairs.txt'), expected).problems).toEqual([]);
});

it('leaves a folder alone that holds something', () => {
  mkdirSync(at('out'));
  writeFileSync(at('out', 'mine.txt'), 'keep');
  expect(() => layOutLfw(at('from'), undefined, at('out'))).toThrow(/out: is not empty; expected a new folder/);
  expect(readFileSync(at('out', 'mine.txt'), 'utf8')).toBe('keep');
  expect(existsSync(at('out', 'Ann'))).toBe(false);
});
