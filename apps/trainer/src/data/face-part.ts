import { type Box, FaceError, type Preprocessing, defaultPreprocessing, toInput } from '@facenet/face';
import type { FaceMark } from './address.ts';
import type { RgbImage } from './decode.ts';

/** A ready crop of the face that a box or five points mark in an upright picture. */
export function cutFace(picture: RgbImage, { kind, values }: FaceMark): RgbImage {
  if (kind === 'points') return alignFace(picture, values);
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

/** The five points of the usual 112×112 crop, moved by 12 pixels into a crop of 136 that leaves room for jitter. */
const template = [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041].map((value) => value + 12);
const alignedSide = 136;

/** Turned, scaled and moved (never sheared or mirrored) so that the points come to lie on the template, as least squares has it. */
function alignFace(picture: RgbImage, points: readonly number[]): RgbImage {
  const { a, b, x, y } = similarity(template, points);
  const scale = Math.hypot(a, b);
  if (!(scale > 0)) throw new FaceError('points: expected five different places, found the same one five times');
  // Where the picture shrinks, a pixel is the mean of as many samples as it covers pixels.
  const samples = Math.min(16, Math.max(1, Math.ceil(scale)));
  const data = new Uint8Array(3 * alignedSide * alignedSide);
  const sums = new Float64Array(3);
  for (let row = 0; row < alignedSide; row++) {
    for (let col = 0; col < alignedSide; col++) {
      sums.fill(0);
      for (let i = 0; i < samples * samples; i++) {
        const u = col + ((i % samples) + 0.5) / samples;
        const v = row + (Math.floor(i / samples) + 0.5) / samples;
        addSample(picture, a * u - b * v + x, b * u + a * v + y, sums);
      }
      const target = 3 * (row * alignedSide + col);
      for (let channel = 0; channel < 3; channel++) data[target + channel] = Math.round(sums[channel]! / samples ** 2);
    }
  }
  return { width: alignedSide, height: alignedSide, channels: 3, data };
}

/** Bilinear between the centres of four pixels; outside, the edge is repeated. (0, 0) is the picture's corner. */
function addSample({ width, height, data }: RgbImage, x: number, y: number, sums: Float64Array): void {
  const px = Math.min(width - 1, Math.max(0, x - 0.5));
  const py = Math.min(height - 1, Math.max(0, y - 0.5));
  const left = Math.floor(px);
  const top = Math.floor(py);
  const fx = px - left;
  const fy = py - top;
  const first = 3 * (top * width + left);
  const right = left + 1 < width ? 3 : 0;
  const below = top + 1 < height ? 3 * width : 0;
  for (let at = first; at < first + 3; at++) {
    const upper = (1 - fx) * data[at]! + fx * data[at + right]!;
    const lower = (1 - fx) * data[at + below]! + fx * data[at + below + right]!;
    sums[at - first]! += (1 - fy) * upper + fy * lower;
  }
}

/**
 * (u, v) → (a u − b v + x, b u + a v + y) with the least sum of squared distances to `to`. With both sets moved to their
 * means, a + bi = Σ ū·t / Σ |u|² as complex numbers.
 */
function similarity(from: readonly number[], to: readonly number[]): { a: number; b: number; x: number; y: number } {
  const mean = (values: readonly number[], axis: number): number => values.reduce((sum, value, i) => sum + (i % 2 === axis ? value : 0), 0) / (values.length / 2);
  const [fromX, fromY, toX, toY] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)];
  let [real, imaginary, square] = [0, 0, 0];
  for (let i = 0; i < from.length; i += 2) {
    const [u, v, s, t] = [from[i]! - fromX, from[i + 1]! - fromY, to[i]! - toX, to[i + 1]! - toY];
    real += u * s + v * t;
    imaginary += u * t - v * s;
    square += u * u + v * v;
  }
  const [a, b] = [real / square, imaginary / square];
  return { a, b, x: toX - a * fromX + b * fromY, y: toY - b * fromX - a * fromY };
}
