import { decodeBytes, decodeImage, type RgbImage } from './decode.ts';

/** A picture that is inside something else, as it would be on disk. */
export interface EncodedPicture {
  /** What a message calls it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The address of a picture, or the bytes of one. */
export type PictureSource = string | EncodedPicture;

export function nameOf(source: PictureSource): string {
  return typeof source === 'string' ? source : source.name;
}

export async function decodePicture(source: PictureSource): Promise<RgbImage> {
  return typeof source === 'string' ? decodeImage(source) : decodeBytes(source.bytes, source.name);
}
