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
    for (let col = 0; col < cols; col++) {
      const at = ((row + top) * width + col + left) * channels;
      luma[row * cols + col] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    }
  }
  return { rows, cols, data: luma };
}

/** Variance of the Laplacian in units of the picture's own variance, which takes out light and contrast; 0 for a flat picture. */
export function laplacianShare({ rows, cols, data }: FaceLuma): number {
  const laplacian: number[] = [];
  for (let row = 1; row < rows - 1; row++) {
    for (let col = 1; col < cols - 1; col++) {
      const at = row * cols + col;
      laplacian.push(data[at - 1]! + data[at + 1]! + data[at - cols]! + data[at + cols]! - 4 * data[at]!);
    }
  }
  const contrast = varianceOf(data);
  return laplacian.length > 0 && contrast > 1e-9 ? varianceOf(laplacian) / contrast : 0;
}

/** The luma that a share of the face's pixels does not exceed. */
export function lumaAt({ data }: FaceLuma, share: number): number {
  const sorted = data.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Share of the face's pixels whose light the camera could no longer tell apart. */
export function blownShare({ data }: FaceLuma): number {
  return data.reduce((count, value) => count + Number(value >= 250), 0) / data.length;
}

function varianceOf(values: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return squares / values.length;
}
