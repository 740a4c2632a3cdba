import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '../decode.ts';
import { parseCsv } from './csv.ts';
import { listCsv } from './csv-list.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-csv-'));
  // 40 × 30 pixels; red is 5 × column, green is 8 × row.
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => [5 * (Math.floor(i / 3) % 40), 8 * Math.floor(i / 120), 9][i % 3]!);
  await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } }).png().toFile(path.join(folder, 'ramp.png'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

function list(text: string): ReturnType<typeof listCsv> {
  const file = path.join(folder, `${files++}.csv`);
  writeFileSync(file, text);
  return listCsv(file);
}

test('groups by identity, finds files beside the list, and leaves other columns alone', () => {
  const elsewhere = path.resolve('/elsewhere/b.jpg');
  expect(list(`identity,age,file\nzoe,30,"a, b.jpg"\nann,31,${elsewhere}\nzoe,32,sub/c.jpg\n`)).toEqual([
    { name: 'ann', files: [elsewhere] },
    { name: 'zoe', files: [path.join(folder, 'a, b.jpg'), path.join(folder, 'sub/c.jpg')] },
  ]);
});

test('cuts a box out of the picture, and repeats the edge outside', async () => {
  const [{ files: [inside, outside] }] = list('file,identity,x,y,width,height\nramp.png,a,10,5,20,8\nramp.png,a,-2,28,6,4\n') as unknown as [{ files: [string, string] }];
  const cut = await decodeImage(inside);
  expect([cut.width, cut.height]).toEqual([20, 8]);
  const at = (image: typeof cut, x: number, y: number): number[] => [...image.data.subarray(3 * (y * image.width + x), 3 * (y * image.width + x) + 3)];
  expect([at(cut, 0, 0), at(cut, 19, 7)]).toEqual([[5 * 10, 8 * 5, 9], [5 * 29, 8 * 12, 9]]);
  const edge = await decodeImage(outside);
  expect([at(edge, 0, 3), at(edge, 5, 0)]).toEqual([[0, 8 * 29, 9], [5 * 3, 8 * 28, 9]]);
});

test('a box beside the picture is one broken picture', async () => {
  const [{ files: [gone] }] = list('file,identity,x,y,width,height\nramp.png,a,40,0,5,5\n') as unknown as [{ files: [string] }];
  await expect(decodeImage(gone)).rejects.toThrow(/ramp\.png#box=40,0,5,5: cannot decode the image \(box: expected a part of the picture of 40×30/);
});

test.each([
  ['file,name\na.jpg,b\n', "expected a column 'identity', found file, name"],
  ['file,identity,x,y,widht,height\na.jpg,b,1,1,1,1\n', 'expected all of the columns x, y, width, height or none, found none named width'],
  ['file,identity\na.jpg,ann\nb.jpg\n', '.csv:3: expected 2 cells as in the first line, found 1'],
  ['file,identity\na.jpg,\n', ".csv:2: expected a file and an identity, found 'a.jpg' and ''"],
  ['file,identity,x,y,width,height\na.jpg,b,1,1,one,1\n', ".csv:2: column 'width': expected a number, found 'one'"],
  ['file,identity,x,y,width,height\na.jpg,b,1,1,0,1\n', '.csv:2: expected a width and a height above 0, found 0 × 1'],
  ['file,identity\na.jpg,"half\n', '.csv:2: expected a cell, quoted as a whole'],
  ['', 'is empty'],
  ['file,identity\n', 'names no pictures'],
])('refuses %j', (text, message) => {
  expect(() => list(text)).toThrow(message);
});

test('reads cells as RFC 4180 has them', () => {
  // Section 2 of the RFC: quotes doubled, commas and line breaks inside quotes, CRLF or LF, with or without one at the end.
  expect(parseCsv('\uFEFFa,"b ""c"", d"\r\n"two\nlines",\n\nlast,1', 'x.csv')).toEqual([
    { line: 1, cells: ['a', 'b "c", d'] }, { line: 2, cells: ['two\nlines', ''] }, { line: 5, cells: ['last', '1'] },
  ]);
});
