import { alignedMargin, alignedSize } from './align.ts';
import type { Pixels } from './pixels.ts';

/** The luma of a face: the middle of an aligned crop, where hair and background hardly reach. */
export interface FaceLuma {
  readonly rows: number;
  readonly cols: number;
  /** 0 to 255, ITU-R BT.601. */
  readonly data: Float64Array;
}

/** From outside the eyes to outside the mouth: the margin and as much again and a little on each side. */
const border = (2 * alignedMargin + 4) / alignedSize;

export function lumaOfFace({ width, height, channels, data }: Pixels): FaceLuma {
  const left = Math.floor(border * width);
  const top = Math.floor(border * height);
  const [rows, cols] = [height - 2 * top, width - 2 * left];
  const luma = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    let at = ((row + top) * width + left) * channels;
    for (let i = row * cols; i < (row + 1) * cols; i++, at += channels) {
      luma[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    }
  }
  return { rows, cols, data: luma };
}

/** Variance of the Laplacian in units of the picture's own variance, which takes out light and contrast; 0 for a flat picture. */
export function laplacianShare({ rows, cols, data }: FaceLuma): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let row = 1; row < rows - 1; row++) {
    for (let at = row * cols + 1; at < (row + 1) * cols - 1; at++) {
      const value = data[at - 1]! + data[at + 1]! + data[at - cols]! + data[at + cols]! - 4 * data[at]!;
      count++;
      sum += value;
      squares += value * value;
    }
  }
  const contrast = varianceOf(data);
  // Of a Laplacian the mean is near 0, so that the difference of the two loses nothing.
  return count > 0 && contrast > 1e-9 ? Math.max(0, squares / count - (sum / count) ** 2) / contrast : 0;
}

/** The luma that a share of the face's pixels does not exceed. */
export function lumaAt({ data }: FaceLuma, share: number): number {
  let rank = Math.min(data.length - 1, Math.floor(share * data.length));
  // Only those of one step in 256 need to be in order.
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) counts[Math.floor(data[i]!)]!++;
  let step = 0;
  for (; rank >= counts[step]!; step++) rank -= counts[step]!;
  const within = new Float64Array(counts[step]!);
  for (let i = 0, found = 0; i < data.length; i++) if (Math.floor(data[i]!) === step) within[found++] = data[i]!;
  return within.sort()[rank]!;
}

/** Share of the face's pixels whose light the camera could no longer tell apart. */
export function blownShare({ data }: FaceLuma): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! >= 250) count++;
  return count / data.length;
}

function varianceOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return squares / values.length;
}
