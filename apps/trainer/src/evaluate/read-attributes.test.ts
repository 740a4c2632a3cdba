import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { imageSetOf } from './image-set.ts';
import { attributesOf, readAttributes } from './read-attributes.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-attributes-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const list = (text: string): string => {
  const file = path.join(folder, 'list.csv');
  writeFileSync(file, text);
  return file;
};
const images = imageSetOf([
  { name: 'Ann', files: ['/data/Ann/1.jpg', '/data/Ann/2.jpg'] },
  { name: 'Bob', files: ['/data/Bob/1.jpg'] },
  { name: 'Cy', files: ['/data/Cy/1.jpg'] },
]);

test('attributes of people hold for all of their images', () => {
  const { attributes, without } = attributesOf(readAttributes(list('identity,age,"hat, or none"\r\nAnn,old,\nBob,young,none\nEve,old,hat\n')), images);
  expect(without).toBe(1);
  expect(attributes).toEqual([
    { name: 'age', values: ['old', 'young'], of: Int32Array.of(0, 0, 1, -1) },
    { name: 'hat, or none', values: ['none'], of: Int32Array.of(-1, -1, 0, -1) },
  ]);
});

test('attributes of files are found by folder and name', () => {
  const { attributes } = attributesOf(readAttributes(list('file,light\nAnn/2.jpg,dark\nelsewhere/Cy/1.jpg,bright\n')), images);
  expect(attributes[0]!.of).toEqual(Int32Array.of(-1, 1, -1, 0));
});

test.each([
  ['name,age\nAnn,3\n', "list.csv:1: expected the names of the columns, 'file' or 'identity' first, then attributes, got 'name,age'"],
  ['identity\nAnn\n', "list.csv:1: expected at least one attribute after 'identity'"],
  ['identity,age,age\nAnn,1,2\n', "list.csv:1: expected a name of its own for each attribute, got 'age'"],
  ['identity,age\nAnn\n', 'list.csv:2: expected 2 fields as in the first line, got 1'],
  ['identity,age\nAnn,1\nAnn,2\n', "list.csv:3: 'Ann' is there twice"],
  ['identity,age\nZoe,1\n', "none of its 1 lines names one of these people; expected names such as 'Ann'"],
])('refuses %j', (text, message) => {
  expect(() => attributesOf(readAttributes(list(text)), images)).toThrow(message);
});

test('refuses an attribute that is no group', () => {
  const many = imageSetOf(Array.from({ length: 50 }, (_, i) => ({ name: `p${i}`, files: [`p${i}/1.jpg`] })));
  const text = `identity,year\n${Array.from({ length: 50 }, (_, i) => `p${i},${1950 + i}\n`).join('')}`;
  expect(() => attributesOf(readAttributes(list(text)), many)).toThrow("attribute 'year' has 50 values; expected at most 40, such as ranges of a number");
});
