import { createTaps, type Taps } from './kernel.ts';
import { checkBox, checkPixels, checkSize, FaceError, type Box, type Pixels, type Size } from './pixels.ts';
import type { PerChannel, Preprocessing } from './preprocessing.ts';

export interface ToInputOptions {
  /** Turn the result left for right. */
  readonly mirror?: boolean;
}

/**
 * The part of a picture under `box`, resampled to `[rows, cols]` and normalised: float32 planes in
 * the preprocessing's order of colours.
 * Writes to `out` from `offset` where given, so that a batch [n, 3, rows, cols] needs no copy. The same picture gives
 * the same bits on every machine.
 *
 * @example toInput(pixels, cropBox(pixels.width, pixels.height, [140, 116], preprocessing), [140, 116], preprocessing)
 */
export function toInput(
  pixels: Pixels,
  box: Box,
  size: Size,
  preprocessing: Preprocessing,
  out: Float32Array = new Float32Array(3 * size[0] * size[1]),
  offset = 0,
  { mirror = false }: ToInputOptions = {},
): Float32Array {
  checkPixels(pixels);
  checkBox(box);
  checkSize(size);
  const [rows, cols] = size;
  if (offset < 0 || offset + 3 * rows * cols > out.length) {
    throw new FaceError(`output: ${3 * rows * cols} numbers from ${offset} on do not fit into ${out.length}`);
  }
  const across = createTaps(box.x, box.width, cols, pixels.width);
  const down = createTaps(box.y, box.height, rows, pixels.height);
  const band = usedRows(down);
  const narrowed = resampleRows(pixels, across, cols, band, mirror);
  resampleColumns(narrowed, down, size, band, preprocessing, out, offset);
  return out;
}

interface Band {
  readonly top: number;
  readonly rows: number;
}

function usedRows({ pixel }: Taps): Band {
  // Pixels rise from cell to cell, so the first and last taps bound them all.
  const top = pixel[0]!;
  return { top, rows: pixel[pixel.length - 1]! - top + 1 };
}

/** [rows, cols, channels] bytes → [3, band rows, cells], resampled along each row. */
function resampleRows(pixels: Pixels, taps: Taps, cells: number, band: Band, mirror: boolean): Float32Array {
  const { width, channels, data } = pixels;
  const { perCell, weight } = taps;
  const byte = taps.pixel.map((pixel) => pixel * channels);
  const plane = band.rows * cells;
  const step = mirror ? -1 : 1;
  const out = new Float32Array(3 * plane);
  for (let row = 0; row < band.rows; row++) {
    const line = (band.top + row) * width * channels;
    let target = row * cells + (mirror ? cells - 1 : 0);
    for (let tap = 0; tap < weight.length; target += step) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const end = tap + perCell; tap < end; tap++) {
        const at = line + byte[tap]!;
        const share = weight[tap]!;
        red += share * data[at]!;
        green += share * data[at + 1]!;
        blue += share * data[at + 2]!;
      }
      out[target] = red;
      out[target + plane] = green;
      out[target + 2 * plane] = blue;
    }
  }
  return out;
}

/** [3, band rows, cols] → [3, rows, cols], resampled along each column and normalised. */
function resampleColumns(
  source: Float32Array,
  { perCell, pixel, weight }: Taps,
  [rows, cols]: Size,
  band: Band,
  { color, ...preprocessing }: Preprocessing,
  out: Float32Array,
  offset: number,
): void {
  const sums = new Float64Array(cols);
  for (let channel = 0; channel < 3; channel++) {
    const from = color === 'bgr' ? 2 - channel : channel;
    const plane = from * band.rows * cols - band.top * cols;
    const [mean, std] = [ofChannel(preprocessing.mean, channel), ofChannel(preprocessing.std, channel)];
    for (let row = 0; row < rows; row++) {
      const target = offset + (channel * rows + row) * cols;
      const last = (row + 1) * perCell - 1;
      sums.fill(0);
      // Two taps at a time: all of them when enlarging, and half the passes over the sums otherwise.
      for (let tap = row * perCell; tap <= last; tap += 2) {
        const share = weight[tap]!;
        const line = plane + pixel[tap]! * cols;
        const next = tap < last ? tap + 1 : tap;
        const nextShare = tap < last ? weight[next]! : 0;
        const nextLine = plane + pixel[next]! * cols;
        for (let col = 0; col < cols; col++) {
          sums[col] = sums[col]! + share * source[line + col]! + nextShare * source[nextLine + col]!;
        }
      }
      for (let col = 0; col < cols; col++) out[target + col] = (sums[col]! - mean) / std;
    }
  }
}

function ofChannel(value: PerChannel, channel: number): number {
  return typeof value === 'number' ? value : value[channel]!;
}
