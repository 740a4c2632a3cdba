import type { Pixels } from '@facenet/face';
import sharp from 'sharp';
import { foreignFormatOf, formatOf, imageFormats } from './image-format.ts';
import { PhotoError } from './photo-error.ts';

export interface PhotoLimits {
  /** Of the file. */
  readonly maxBytes: number;
  /** Width × height by the header, before anything is decoded: a few kilobytes may hold gigapixels. */
  readonly maxPixels: number;
}

export const defaultPhotoLimits: PhotoLimits = { maxBytes: 32 * 1024 * 1024, maxPixels: 50_000_000 };

// Parallelism comes from many pictures at once; threads inside one of them only get in the way.
sharp.concurrency(1);
// Every file is decoded once, and pixels of faces have no business in a cache.
sharp.cache(false);

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
  if (!formatOf(file)) throw notRead(file);
  try {
    return await readPixels(file, maxPixels);
  } catch {
    throw await whyNot(file, maxPixels);
  }
}

async function readPixels(file: Uint8Array, maxPixels: number): Promise<Photo> {
  // What is cut off is an error, what only departs from its format is not: cameras write such files.
  const { data, info } = await sharp(file, { limitInputPixels: maxPixels, failOn: 'error' })
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`internal: ${info.channels} channels after conversion to RGB`);
  return { width: info.width, height: info.height, channels: 3, data };
}

/** Whoever sends HEIC has a photo, and is told what to do about it. */
function notRead(file: Uint8Array): PhotoError {
  const foreign = foreignFormatOf(file);
  const what = foreign === undefined ? 'this is no picture that can be read' : `${foreign} pictures are not read`;
  return new PhotoError('not_an_image', `${what}; expected ${imageFormats.join(', ')}`, foreign);
}

/** The decoder refuses too many pixels itself, but does not say how many there are. */
async function whyNot(file: Uint8Array, maxPixels: number): Promise<PhotoError> {
  try {
    const { width, height } = await sharp(file, { limitInputPixels: false }).metadata();
    return width * height > maxPixels
      ? new PhotoError('too_many_pixels', `the picture has ${width}×${height} pixels; at most ${count(maxPixels)} are taken`)
      : damaged();
  } catch {
    return damaged();
  }
}

// The decoder's own words are left out: they are about its insides, and nobody knows what they may quote.
const damaged = (): PhotoError => new PhotoError('damaged_image', 'the picture is damaged or cut off');

const count = (value: number): string => value.toLocaleString('en');
