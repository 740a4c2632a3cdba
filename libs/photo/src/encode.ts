import type { Pixels } from '@facenet/face';
import sharp from 'sharp';

/** A PNG file of a picture, without loss. */
export async function encodePhoto({ data, width, height, channels }: Pixels): Promise<Uint8Array> {
  return await sharp(data, { raw: { width, height, channels } }).removeAlpha().png({ compressionLevel: 6 }).toBuffer();
}
