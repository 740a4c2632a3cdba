import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { decodeImage } from './decode.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-decode-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const file = (name: string): string => path.join(folder, name);

/** Two pixels side by side: red, blue. */
const redBlue = sharp(Uint8Array.of(255, 0, 0, 0, 0, 255), { raw: { width: 2, height: 1, channels: 3 } });

test('turns a picture upright by its EXIF orientation', async () => {
  // 6: the camera was turned, so that rows read from the top are columns read from the right (EXIF 2.3, 4.6.4).
  await redBlue.clone().withMetadata({ orientation: 6 }).tiff({ compression: 'none' }).toFile(file('turned.tiff'));
  expect(await decodeImage(file('turned.tiff'))).toMatchObject({ width: 1, height: 2, data: Buffer.from([255, 0, 0, 0, 0, 255]) });
});

test('lays transparency over white', async () => {
  const pixels = Uint8Array.of(255, 0, 0, 255, 10, 20, 30, 0);
  await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } }).png().toFile(file('alpha.png'));
  expect((await decodeImage(file('alpha.png'))).data).toEqual(Buffer.from([255, 0, 0, 255, 255, 255]));
});

test('makes grey and 16-bit pictures 8-bit RGB', async () => {
  await sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace('b-w').png().toFile(file('grey.png'));
  expect((await decodeImage(file('grey.png'))).data).toEqual(Buffer.from([7, 7, 7, 200, 200, 200]));
  await redBlue.clone().toColourspace('rgb16').png().toFile(file('deep.png'));
  expect((await decodeImage(file('deep.png'))).data).toEqual(Buffer.from([255, 0, 0, 0, 0, 255]));
});

test('says which file is broken, in one line', async () => {
  writeFileSync(file('broken.jpg'), 'no picture');
  await expect(decodeImage(file('broken.jpg'))).rejects.toThrow(/^.*broken\.jpg: cannot decode the image \(.+\)$/);
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } }).jpeg().toBuffer();
  writeFileSync(file('cut.jpg'), whole.subarray(0, whole.length - 20));
  await expect(decodeImage(file('cut.jpg'))).rejects.toThrow('cut.jpg: cannot decode');
});
