import { FaceError, type Size } from './pixels.ts';
import type { Preprocessing } from './preprocessing.ts';

// Changes to a network's input [3, rows, cols] in place, for training. Each takes the tensor at `offset` of a batch.

/** What black and white are after normalisation; values are kept between them. */
export interface Tones {
  readonly black: number;
  readonly white: number;
}

export function tonesOf({ mean, std }: Preprocessing): Tones {
  if (typeof mean !== 'number' || typeof std !== 'number') {
    throw new FaceError('tones: expected one mean and one deviation for all channels; with one for each, a picture cannot be changed after it was normalised');
  }
  return { black: (0 - mean) / std, white: (255 - mean) / std };
}

export interface Planes {
  readonly data: Float32Array;
  readonly offset: number;
  readonly size: Size;
}

/** The picture at `index` of a batch [n, 3, rows, cols]. */
export function planesOf(batch: Float32Array, index: number, size: Size): Planes {
  const length = 3 * size[0] * size[1];
  const offset = index * length;
  if (index < 0 || offset + length > batch.length) {
    throw new FaceError(`picture ${index}: a batch of ${batch.length} numbers has ${Math.floor(batch.length / length)} pictures of ${size[0]}×${size[1]}`);
  }
  return { data: batch, offset, size };
}

/** Gaussian blur with a standard deviation in cells, cut off at three of them, edges repeated. */
export function blur(planes: Planes, sigma: number): void {
  if (!(sigma > 0)) throw new FaceError(`blur: expected a standard deviation above 0, got ${sigma}`);
  const [rows, cols] = planes.size;
  const kernel = gaussian(sigma);
  const line = new Float64Array(Math.max(rows, cols));
  for (let channel = 0; channel < 3; channel++) {
    const plane = planes.offset + channel * rows * cols;
    for (let row = 0; row < rows; row++) blurLine(planes.data, plane + row * cols, 1, cols, kernel, line);
    for (let col = 0; col < cols; col++) blurLine(planes.data, plane + col, cols, rows, kernel, line);
  }
}

export interface Patch {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** Fills a rectangle of cells with one value. */
export function erase({ data, offset, size: [rows, cols] }: Planes, patch: Patch, value: number): void {
  if (patch.top < 0 || patch.left < 0 || patch.top + patch.rows > rows || patch.left + patch.cols > cols) {
    throw new FaceError(`erase: ${patch.rows}×${patch.cols} at row ${patch.top}, column ${patch.left} leaves ${rows}×${cols}`);
  }
  for (let channel = 0; channel < 3; channel++) {
    for (let row = patch.top; row < patch.top + patch.rows; row++) {
      const start = offset + (channel * rows + row) * cols + patch.left;
      data.fill(value, start, start + patch.cols);
    }
  }
}

/** A patch with an area from 2 % to `largest` of the picture and sides at a ratio from 1:3 to 3:1; takes four numbers. */
export function randomPatch([rows, cols]: Size, largest: number, random: { next(): number }): Patch {
  const area = (0.02 + random.next() * Math.max(0, largest - 0.02)) * rows * cols;
  const aspect = 3 ** (random.next() * 2 - 1);
  const height = clampInteger(Math.sqrt(area * aspect), rows);
  const width = clampInteger(Math.sqrt(area / aspect), cols);
  return {
    top: Math.floor(random.next() * (rows - height + 1)),
    left: Math.floor(random.next() * (cols - width + 1)),
    rows: height,
    cols: width,
  };
}

function clampInteger(value: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(value)));
}

function gaussian(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = kernel.reduce((a, b) => a + b, 0);
  return kernel.map((value) => value / sum);
}

function blurLine(data: Float32Array, start: number, stride: number, length: number, kernel: Float64Array, line: Float64Array): void {
  const radius = (kernel.length - 1) / 2;
  for (let i = 0; i < length; i++) line[i] = data[start + i * stride]!;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) {
      const at = Math.min(length - 1, Math.max(0, i + k - radius));
      sum += kernel[k]! * line[at]!;
    }
    data[start + i * stride] = sum;
  }
}
