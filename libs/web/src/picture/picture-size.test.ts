import sharp from 'sharp';
import { pictureSize } from './picture-size.ts';

const plain = sharp({ create: { width: 321, height: 123, channels: 3, background: '#808080' } });

// Files by sharp; JPEG with a large profile in front and turned, progressive; both kinds of WebP and the extended one.
test.each([
  ['PNG', () => plain.clone().png()],
  ['JPEG', () => plain.clone().jpeg()],
  ['progressive JPEG with metadata', () => plain.clone().withMetadata({ orientation: 6 }).jpeg({ progressive: true })],
  ['GIF', () => plain.clone().gif()],
  ['lossy WebP', () => plain.clone().webp()],
  ['lossless WebP', () => plain.clone().webp({ lossless: true })],
  ['extended WebP', () => plain.clone().withMetadata().webp()],
])('reads the size of a %s', async (_what, encode) => {
  expect(await pictureSize(new Blob([new Uint8Array(await encode().toBuffer())]))).toEqual({ width: 321, height: 123 });
});

test.each([
  ['a text', Buffer.from('no picture at all, but long enough to be one')], ['nothing', Buffer.alloc(0)], ['a JPEG without end', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x40, 0])],
])('%s has no size', async (_what, bytes) => {
  expect(await pictureSize(new Blob([new Uint8Array(bytes)]))).toBeUndefined();
});
