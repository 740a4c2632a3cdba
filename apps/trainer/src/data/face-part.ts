import { alignFace, type Box, FaceError, type Point, type Preprocessing, defaultPreprocessing, toInput } from '@facenet/face';
import type { FaceMark } from './address.ts';
import type { RgbImage } from './decode.ts';

/** A ready crop of the face that a box or five points mark in an upright picture. */
export function cutFace(picture: RgbImage, { kind, values }: FaceMark): RgbImage {
  if (kind === 'points') return alignedAt(picture, values);
  const [x, y, width, height] = values as [number, number, number, number];
  return cutBox(picture, { x, y, width, height });
}

/** Longest side kept of a crop: a larger face is more than any network's input (224) can use, jitter included. */
const largestSide = 320;
/** Bytes as the resampling kernel gives them. */
const asBytes: Preprocessing = { ...defaultPreprocessing, mean: 0, std: 1 };

/** The picture under a box, resampled to whole pixels; where the box leaves the picture, its edge is repeated. */
function cutBox(picture: RgbImage, box: Box): RgbImage {
  const overlap = (start: number, length: number, size: number): boolean => start < size && start + length > 0;
  if (!overlap(box.x, box.width, picture.width) || !overlap(box.y, box.height, picture.height)) {
    throw new FaceError(`box: expected a part of the picture of ${picture.width}×${picture.height}, found ${box.width}×${box.height} at ${box.x}, ${box.y}`);
  }
  const scale = Math.min(1, largestSide / Math.max(box.width, box.height));
  const [width, height] = [box.width, box.height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const planes = toInput(picture, box, [height, width], asBytes);
  const data = new Uint8Array(planes.length);
  const plane = width * height;
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < plane; i++) data[3 * i + channel] = Math.round(planes[channel * plane + i]!);
  }
  return { width, height, channels: 3, data };
}

/** x and y of five points in turn → the aligned crop, the same as of a detected face. */
function alignedAt(picture: RgbImage, values: readonly number[]): RgbImage {
  const points = Array.from({ length: values.length / 2 }, (_, i): Point => ({ x: values[2 * i]!, y: values[2 * i + 1]! }));
  const { width, height, data } = alignFace(picture, points);
  return { width, height, channels: 3, data: new Uint8Array(data) };
}
