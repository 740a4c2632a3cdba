import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { CliError } from '../cli/errors.ts';
import { type Address, parseAddress } from './address.ts';
import { cutFace } from './face-part.ts';
import { readImageRecord, readRecord } from './readers/recordio.ts';
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
    const parsed = parseAddress(address);
    const image = await decode(parsed.span ? encodedBytes(parsed) : parsed.file);
    return parsed.face ? cutFace(image, parsed.face) : image;
  } catch (error) {
    throw new ImageError(`${address}: cannot decode the image (${firstLine(error)})`);
  }
}

/** The picture's file as it was before it went into a larger one. */
export function encodedBytes({ file, span }: Address): Buffer {
  if (!span) return readFileSync(file);
  const bytes = readSpan(file, span.offset, span.length);
  return /\.rec$/i.test(file) ? readImageRecord(readRecord(bytes).data).picture : bytes;
}

async function decode(encoded: string | Buffer): Promise<RgbImage> {
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
