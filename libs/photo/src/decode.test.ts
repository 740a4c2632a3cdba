import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { decodePhoto, PhotoError } from './index.ts';

/** Two pixels side by side: red, blue. */
const redBlue = (): Sharp => sharp(Uint8Array.of(255, 0, 0, 0, 0, 255), { raw: { width: 2, height: 1, channels: 3 } });
const flat = (width: number, height: number, background: string): Sharp => sharp({ create: { width, height, channels: 3, background } });

const near = (data: Uint8Array, expected: readonly number[], tolerance: number): void => {
  expected.forEach((value, i) => { expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(tolerance); });
};

describe('decodePhoto', () => {
  // EXIF 2.3, 4.6.4: where the camera's first row and column lie in the upright picture.
  it.each<[number, number, number, readonly number[]]>([
    [1, 2, 1, [255, 0, 0, 0, 0, 255]], [3, 2, 1, [0, 0, 255, 255, 0, 0]], [2, 2, 1, [0, 0, 255, 255, 0, 0]],
    [6, 1, 2, [255, 0, 0, 0, 0, 255]], [8, 1, 2, [0, 0, 255, 255, 0, 0]],
  ])('turns EXIF orientation %d upright', async (orientation, width, height, expected) => {
    const file = await redBlue().withMetadata({ orientation }).tiff({ compression: 'none' }).toBuffer();
    const photo = await decodePhoto(file);
    expect(photo).toMatchObject({ width, height, channels: 3 });
    expect([...photo.data]).toEqual(expected);
  });

  it('lays transparency over white', async () => {
    const file = await sharp(Uint8Array.of(255, 0, 0, 255, 10, 20, 30, 0), { raw: { width: 2, height: 1, channels: 4 } }).png().toBuffer();
    expect([...(await decodePhoto(file)).data]).toEqual([255, 0, 0, 255, 255, 255]);
  });

  it('makes grey, with and without alpha, RGB', async () => {
    const grey = await sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace('b-w').png().toBuffer();
    expect([...(await decodePhoto(grey)).data]).toEqual([7, 7, 7, 200, 200, 200]);
    expect([...(await decodePhoto(png(1, 1, 8, 4, [40, 0]))).data]).toEqual([255, 255, 255]);
  });

  it('keeps the upper eight of 16 bits', async () => {
    expect([...(await decodePhoto(png(1, 1, 16, 2, [0x12, 0x34, 0xab, 0xcd, 0xff, 0x00]))).data]).toEqual([0x12, 0xab, 0xff]);
  });

  it('converts CMYK', async () => {
    const file = await flat(16, 16, '#c02020').toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(file).metadata()).channels).toBe(4);
    near((await decodePhoto(file)).data, [192, 32, 32], 30);
  });

  it('takes the first frame of an animation', async () => {
    const frames = sharp([await flat(3, 2, 'red').png().toBuffer(), await flat(3, 2, 'blue').png().toBuffer()], { join: { animated: true } });
    for (const file of [await frames.clone().gif().toBuffer(), await frames.clone().webp({ lossless: true }).toBuffer()]) {
      const photo = await decodePhoto(file);
      expect(photo).toMatchObject({ width: 3, height: 2 });
      expect([...photo.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)('reads a %s of one pixel', async (format) => {
    const photo = await decodePhoto(await flat(1, 1, '#808080').toFormat(format).toBuffer());
    expect(photo).toMatchObject({ width: 1, height: 1 });
    near(photo.data, [128, 128, 128], 3);
  });

  it('refuses gigapixels in a small file without decoding them', async () => {
    // A header of 30,000 × 30,000; whoever tried to decode it would find no pixels at all.
    const bomb = png(30_000, 30_000, 8, 2, []);
    await expect(decodePhoto(bomb)).rejects.toMatchObject({ reason: 'too_many_pixels', message: 'the picture has 30000×30000 pixels; at most 50,000,000 are taken' });
    await expect(decodePhoto(png(3, 3, 8, 0, new Array<number>(12).fill(0)), { maxPixels: 8 })).rejects.toMatchObject({ reason: 'too_many_pixels' });
  });

  it('refuses a file that is too long before it looks into it', async () => {
    await expect(decodePhoto(new Uint8Array(11), { maxBytes: 10 })).rejects.toMatchObject({ reason: 'too_many_bytes', message: 'the picture has 11 bytes; at most 10 are taken' });
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('no picture')],
    ['an SVG, which is a program', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a PDF', Buffer.from('%PDF-1.7\n')],
  ])('refuses %s as no image', async (_what, file) => {
    await expect(decodePhoto(file)).rejects.toMatchObject({ name: 'PhotoError', reason: 'not_an_image' });
  });

  it('says of HEIC, which phones keep, that it is not read', async () => {
    // ISO/IEC 23008-12: the brand heic, compatible with mif1, as iPhones write it.
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    await expect(decodePhoto(heic)).rejects.toMatchObject({ reason: 'not_an_image', format: 'HEIC', message: 'HEIC pictures are not read; expected JPEG, PNG, WebP, AVIF, GIF, TIFF' });
  });

  it('refuses a damaged picture without naming anything inside', async () => {
    const jpeg = await flat(64, 64, 'red').jpeg().toBuffer();
    const whole = await sharp(Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256)), { raw: { width: 64, height: 64, channels: 3 } }).png().toBuffer();
    for (const file of [jpeg.subarray(0, jpeg.length - 20), jpeg.subarray(0, 20), whole.subarray(0, whole.length / 2), Buffer.from('\xff\xd8\xff nothing', 'latin1')]) {
      const error: unknown = await decodePhoto(file).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PhotoError);
      expect(error).toMatchObject({ reason: 'damaged_image', message: 'the picture is damaged or cut off' });
    }
  });
});

/** A PNG by hand, since sharp writes no such files: its header may say anything. */
function png(width: number, height: number, depth: number, colourType: number, row: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from([0, ...row]))), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
