import { element } from '@facenet/page';
import type { Pixels } from '@facenet/face';

/** Pixels as a picture on the page. */
export function facePicture(crop: Pixels, alt: string): HTMLElement {
  const canvas = element('canvas', { width: crop.width, height: crop.height, class: 'face-crop', role: 'img', 'aria-label': alt });
  canvas.getContext('2d')!.putImageData(imageOf(crop), 0, 0);
  return canvas;
}

/** A small picture's bytes, to be kept beside a vector. */
export async function thumbnailOf(crop: Pixels): Promise<Blob> {
  const canvas = new OffscreenCanvas(crop.width, crop.height);
  canvas.getContext('2d')!.putImageData(imageOf(crop), 0, 0);
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

function imageOf({ width, height, channels, data }: Pixels): ImageData {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[channels * i + c]!;
    rgba[4 * i + 3] = 255;
  }
  return new ImageData(rgba, width, height);
}
