import type { Pixels } from '@facenet/face';
import sharp, { type Metadata } from 'sharp';
import { formatOf, imageFormats } from './image-format.ts';
import { PhotoError } from './photo-error.ts';

export interface PhotoLimits {
  /** Of the file. */
  readonly maxBytes: number;
  /** Width × height, looked up in the header before anything is decoded: a few kilobytes may hold gigapixels. */
  readonly maxPixels: number;
}

export const defaultPhotoLimits: PhotoLimits = { maxBytes: 32 * 1024 * 1024, maxPixels: 50_000_000 };

export interface Photo extends Pixels {
  readonly channels: 3;
  readonly data: Uint8Array;
}

/**
 * A picture's file → upright RGB, 8 bits a channel: turned by its EXIF orientation, transparency laid over white, grey,
 * CMYK and 16 bits converted, the first frame of an animation. A PhotoError says what is wrong with it.
 */
export async function decodePhoto(file: Uint8Array, limits: Partial<PhotoLimits> = {}): Promise<Photo> {
  const { maxBytes, maxPixels } = { ...defaultPhotoLimits, ...limits };
  if (file.length > maxBytes) {
    throw new PhotoError('too_many_bytes', `the picture has ${count(file.length)} bytes; at most ${count(maxBytes)} are taken`);
  }
  if (!formatOf(file)) throw new PhotoError('not_an_image', `this is no picture that can be read; expected ${imageFormats.join(', ')}`);
  const { width, height } = await readHeader(file);
  if (width * height > maxPixels) {
    throw new PhotoError('too_many_pixels', `the picture has ${width}×${height} pixels; at most ${count(maxPixels)} are taken`);
  }
  return await readPixels(file, maxPixels);
}

async function readHeader(file: Uint8Array): Promise<Metadata> {
  try {
    // Without a limit: sharp's own would throw before it says the size.
    return await sharp(file, { limitInputPixels: false }).metadata();
  } catch {
    throw damaged();
  }
}

async function readPixels(file: Uint8Array, maxPixels: number): Promise<Photo> {
  try {
    // The limit is the second lock, should the header say one size and the data another.
    const { data, info } = await sharp(file, { limitInputPixels: maxPixels, failOn: 'error' })
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`internal: ${info.channels} channels after conversion to RGB`);
    return { width: info.width, height: info.height, channels: 3, data };
  } catch {
    throw damaged();
  }
}

// The decoder's own words are left out: they are about its insides, and nobody knows what they may quote.
const damaged = (): PhotoError => new PhotoError('damaged_image', 'the picture is damaged or cut off');

const count = (value: number): string => value.toLocaleString('en');
