import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { CliError } from '../cli/errors.ts';
import { parseAddress, type Span } from './address.ts';
import { cutFace } from './face-part.ts';
import { readImageRecord, readRecord, RecordError } from './readers/recordio.ts';
import { readSpan } from './readers/span-file.ts';

/** Upright RGB, 8 bits a channel, rows from the top. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

/** A file that is not a picture, or a damaged one. */
export class ImageError extends CliError {
  override readonly name = 'ImageError';
}

// Parallelism comes from decoding many files at once; threads inside one small image only get in the way.
sharp.concurrency(1);
// Every file is read once, and its pixels are kept by us.
sharp.cache(false);

/**
 * Decodes the picture at an address: turned upright by its EXIF orientation, transparency laid over white, grey and CMYK made
 * RGB, and the face cut out where the address marks one.
 */
export async function decodeImage(address: string): Promise<RgbImage> {
  try {
    const { file, span, face } = parseAddress(address);
    const image = await decode(span ? unpack(file, span) : file);
    return face ? cutFace(image, face) : image;
  } catch (error) {
    throw new ImageError(`${address}: cannot decode the image (${firstLine(error)})`);
  }
}

/** Decodes the bytes of a picture's file in the same way. */
export async function decodeBytes(bytes: Uint8Array, name: string): Promise<RgbImage> {
  try {
    return await decode(bytes);
  } catch (error) {
    throw new ImageError(`${name}: cannot decode the image (${firstLine(error)})`);
  }
}

/** The bytes by which an image is known wherever it is stored: its encoded picture, or where that is damaged, what is in its place. */
export async function storedBytes(address: string): Promise<Buffer> {
  const { file, span } = parseAddress(address);
  if (!span) return await readFile(file);
  try {
    return unpack(file, span);
  } catch (error) {
    if (error instanceof RecordError) return readSpan(file, span.offset, span.length);
    throw error;
  }
}

function unpack(file: string, { offset, length }: Span): Buffer {
  const bytes = readSpan(file, offset, length);
  return /\.rec$/i.test(file) ? readImageRecord(readRecord(bytes).data).picture : bytes;
}

async function decode(encoded: string | Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(encoded)
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to RGB`);
  return { width: info.width, height: info.height, channels: 3, data };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}
