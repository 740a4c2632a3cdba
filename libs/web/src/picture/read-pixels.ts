import type { Pixels } from '@facenet/face';
import { errorOf } from '../errors.ts';
import type { SentPicture } from '../link/calls.ts';
import { pictureSize } from './picture-size.ts';

/** Width × height, as on the server. */
const maxPixels = 50_000_000;

/** A canvas of more is refused by phones, and costs the picture's memory a second time. */
const stripPixels = 4_000_000;

/** Upright RGBA, transparency laid over white. A PictureError says what is wrong with it. */
export async function readPixels(picture: SentPicture): Promise<Pixels> {
  switch (picture.kind) {
    case 'rgba': return overWhite(checkSize(picture));
    case 'bitmap': return drawn(picture.bitmap);
    case 'file': return drawn(await decode(picture.file));
    default: return picture satisfies never;
  }
}

async function decode(file: Blob): Promise<ImageBitmap> {
  // Before it is decoded: a few kilobytes may hold gigapixels.
  const size = await pictureSize(file);
  if (size) checkSize(size);
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw errorOf('not_a_picture', 'the file is no picture that this browser reads, or it is damaged');
  }
}

function drawn(bitmap: ImageBitmap): Pixels {
  try {
    const { width, height } = checkSize(bitmap);
    const data = new Uint8ClampedArray(4 * width * height);
    const rows = Math.min(height, Math.max(1, Math.floor(stripPixels / width)));
    const canvas = new OffscreenCanvas(width, rows);
    const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (!context) throw errorOf('not_supported', 'this browser draws no pictures in workers');
    context.fillStyle = 'white';
    for (let top = 0; top < height; top += rows) {
      context.fillRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, -top);
      data.set(context.getImageData(0, 0, width, Math.min(rows, height - top)).data, 4 * width * top);
    }
    return { width, height, channels: 4, data };
  } finally {
    bitmap.close();
  }
}

function overWhite({ width, height, data }: Extract<SentPicture, { kind: 'rgba' }>): Pixels {
  const out = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]!;
    const white = 255 * (255 - alpha);
    for (let channel = 0; channel < 3; channel++) out[at + channel] = (data[at + channel]! * alpha + white) / 255;
    out[at + 3] = 255;
  }
  return { width, height, channels: 4, data: out };
}

function checkSize<Sized extends { readonly width: number; readonly height: number }>(picture: Sized): Sized {
  const { width, height } = picture;
  if (width * height <= maxPixels) return picture;
  throw errorOf('too_many_pixels', `the picture has ${width}×${height} pixels; at most ${maxPixels.toLocaleString('en')} are taken`);
}
