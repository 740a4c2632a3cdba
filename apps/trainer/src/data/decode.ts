import { readFile } from 'node:fs/promises';
import { decodePhoto, DetectorError, type Photo, type PhotoLimits } from '@facenet/photo';
import { CliError } from '../cli/errors.ts';
import { parseAddress, type Span } from './address.ts';
import { cutFace } from './face-part.ts';
import { readImageRecord, readRecord, RecordError } from './readers/recordio.ts';
import { readSpan } from './readers/span-file.ts';

/** Upright RGB, 8 bits a channel, rows from the top. */
export type RgbImage = Photo;

/** A file that is not a picture, or a damaged one. */
export class ImageError extends CliError {
  override readonly name = 'ImageError';
}

/** Of files on the user's own disk: only what no camera makes is too much. */
export const ownPictures: PhotoLimits = { maxBytes: 2 ** 30, maxPixels: 268_000_000 };

/** Decodes the picture at an address, the face cut out where the address marks one. */
export async function decodeImage(address: string): Promise<RgbImage> {
  return await inImage(address, async () => {
    const { file, span, face } = parseAddress(address);
    const image = await decodePhoto(await fileBytes(file, span), ownPictures);
    return face ? cutFace(image, face) : image;
  });
}

/** Decodes the bytes of a picture's file. */
export async function decodeBytes(bytes: Uint8Array, name: string): Promise<RgbImage> {
  return await inImage(name, () => decodePhoto(bytes, ownPictures));
}

/** Names the picture in whatever is wrong with it. */
export async function inImage<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Its fault, whatever the picture.
    if (error instanceof DetectorError) throw error;
    throw new ImageError(`${name}: cannot decode the image (${reasonOf(error)})`);
  }
}

/** The encoded picture in a file, or in a part of one. */
export async function fileBytes(file: string, span: Span | undefined): Promise<Uint8Array> {
  return span ? unpack(file, span) : await readFile(file);
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

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}
