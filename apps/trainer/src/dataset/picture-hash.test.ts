import sharp from 'sharp';
import { decodeImage, type RgbImage } from '../data/decode.ts';
import { hashPicture, likeness } from './picture-hash.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function paint(width: number, height: number, grey: (x: number, y: number) => number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.fill(grey(x, y), 3 * (y * width + x), 3 * (y * width + x) + 3);
  return { width, height, channels: 3, data };
}

test('a bit says that its cell is darker than the next one', () => {
  // 9 × 8 pixels are the cells themselves: dark, bright, dark, … in the even rows, and falling in the odd ones.
  const { bits } = hashPicture(paint(9, 8, (x, y) => (y % 2 === 0 ? 100 * (x % 2) : 200 - 20 * x)));
  // Of each row's eight steps the first, third, … go up: 0b01010101, then none.
  expect(bits.map((part) => part >>> 0)).toEqual([0x00550055, 0x00550055]);
});

test('likeness is correlation', () => {
  // By hand: deviations (−1.5, −.5, .5, 1.5) and (−1, −1, 1, 1): 4 / √(5 · 4).
  expect(likeness(Uint8Array.of(1, 2, 3, 4), Uint8Array.of(10, 10, 12, 12))).toBeCloseTo(4 / Math.sqrt(20), 12);
  expect(likeness(Uint8Array.of(5, 5), Uint8Array.of(9, 9))).toBe(1);
  expect(likeness(Uint8Array.of(5, 5), Uint8Array.of(9, 8))).toBe(0);
});

test('a picture that is made smaller and compressed again keeps its hash but for a few bits', async () => {
  const picture = paint(120, 96, (x, y) => 128 + 60 * Math.sin(x / 9 + y / 17) + 50 * Math.sin((x * y) / 700));
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-hash-'));
  const file = path.join(folder, 'again.jpg');
  await sharp(picture.data, { raw: { width: 120, height: 96, channels: 3 } }).resize(90, 72).jpeg({ quality: 40 }).toFile(file);
  const [before, after] = [hashPicture(picture), hashPicture(await decodeImage(file))];
  rmSync(folder, { recursive: true });
  const apart = before.bits.map((part, i) => ((part ^ after.bits[i]!) >>> 0).toString(2).replaceAll('0', '').length);
  expect(apart[0]! + apart[1]!).toBeLessThanOrEqual(5);
  expect(likeness(before.cells, after.cells)).toBeGreaterThan(0.98);
});
