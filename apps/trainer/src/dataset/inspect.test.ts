import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { drawContactSheet } from './inspect-sheet.ts';
import { inspectFolder } from './inspect.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

async function plainPicture(file: string, width: number, height: number, red: number): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r: red, g: 0, b: 0 } } }).png().toFile(file);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-inspect-'));
  for (const [i, name] of ['a', 'a', 'a', 'b', 'b', 'c'].entries()) await plainPicture(at(name, `${i}.png`), 20, 20, 40 * i);
  await plainPicture(at('c', 'wide.png'), 30, 20, 7);
  await plainPicture(at('d', 'one.png'), 20, 20, 9);
  writeFileSync(at('d', 'broken.jpg'), 'not a picture');
  copyFileSync(at('a', '0.png'), at('a', '9.png'));
  copyFileSync(at('a', '0.png'), at('b', '9.png'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

it('counts what is there and names what is wrong', async () => {
  const found = await inspectFolder(folder);
  expect(found).toMatchObject({
    identities: 4,
    images: 10,
    // 4, 3, 2 and 1 images.
    imagesPerIdentity: { min: 1, median: 2.5, max: 4 },
    sizes: [{ width: 20, height: 20, images: 9 }, { width: 30, height: 20, images: 1 }],
    oneImage: ['d'],
    duplicates: [{ files: [at('a', '0.png'), at('a', '9.png'), at('b', '9.png')], identities: ['a', 'b'] }],
  });
  expect(found.identitiesWithAtLeast.slice(0, 2)).toEqual([{ images: 2, identities: 3 }, { images: 5, identities: 0 }]);
  expect(found.broken.map(({ file }) => file)).toEqual([at('d', 'broken.jpg')]);
});

it('draws a row of pictures for each identity', async () => {
  const { data, info } = await sharp(await drawContactSheet(folder, { identities: 2, images: 3 })).raw().toBuffer({ resolveWithObject: true });
  // Cells of 72 with 2 between and around; of four identities the first and the third.
  expect([info.width, info.height]).toEqual([224, 150]);
  const redAt = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
  expect(redAt(38 + 74, 38)).toEqual([40, 0, 0]);
  expect(redAt(38, 38 + 74)).toEqual([200, 0, 0]);
  expect(redAt(38 + 2 * 74, 38 + 74)).toEqual([255, 255, 255]);
});
