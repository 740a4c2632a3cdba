import sharp from 'sharp';
import { CliError } from '../cli/errors.ts';

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

/** Decodes a file: turned upright by its EXIF orientation, transparency laid over white, grey and CMYK made RGB. */
export async function decodeImage(file: string): Promise<RgbImage> {
  try {
    const { data, info } = await sharp(file)
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to RGB`);
    return { width: info.width, height: info.height, channels: 3, data };
  } catch (error) {
    throw new ImageError(`${file}: cannot decode the image (${firstLine(error)})`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}
