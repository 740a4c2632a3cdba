import { checkPixels, checkSize, type Pixels, type Size } from './pixels.ts';
import { invertSimilarity, scaleOf, type Similarity } from './similarity.ts';

/** More samples a side would cost more than they show: a bilinear sample itself covers two pixels. */
const mostSamples = 16;

/**
 * The picture moved by a similarity into `[rows, cols]`, RGB. A cell is the mean of n × n bilinear samples spread evenly
 * over it, n source pixels being about as wide as the cell: one sample where the picture is enlarged, and close to the
 * mean over the cell's area where it is shrunk. Edge pixels are repeated. Only + − × ÷, √ and comparisons of float64 in
 * one order: the same bits everywhere.
 */
export function warp(pixels: Pixels, toCell: Similarity, size: Size): Pixels {
  checkPixels(pixels);
  checkSize(size);
  const [rows, cols] = size;
  const back = invertSimilarity(toCell);
  const samples = Math.min(mostSamples, Math.max(1, Math.ceil(scaleOf(back) - 1e-6)));
  const data = new Uint8Array(3 * rows * cols);
  const sums = new Float64Array(3);
  const share = 1 / (samples * samples);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      sums.fill(0);
      for (let down = 0; down < samples; down++) {
        const v = row + (down + 0.5) / samples;
        for (let across = 0; across < samples; across++) {
          const u = col + (across + 0.5) / samples;
          addSample(pixels, back.a * u - back.b * v + back.dx, back.b * u + back.a * v + back.dy, sums);
        }
      }
      const at = 3 * (row * cols + col);
      for (let channel = 0; channel < 3; channel++) data[at + channel] = Math.floor(sums[channel]! * share + 0.5);
    }
  }
  return { width: cols, height: rows, channels: 3, data };
}

/** Adds the bilinear value at (x, y), in pixels. */
function addSample({ width, height, channels, data }: Pixels, x: number, y: number, sums: Float64Array): void {
  // Pixel values belong to pixel centres.
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const right = x - 0.5 - left;
  const lower = y - 0.5 - top;
  const x0 = clamp(left, width - 1) * channels;
  const x1 = clamp(left + 1, width - 1) * channels;
  const y0 = clamp(top, height - 1) * width * channels;
  const y1 = clamp(top + 1, height - 1) * width * channels;
  for (let channel = 0; channel < 3; channel++) {
    const upperLine = data[y0 + x0 + channel]! + right * (data[y0 + x1 + channel]! - data[y0 + x0 + channel]!);
    const lowerLine = data[y1 + x0 + channel]! + right * (data[y1 + x1 + channel]! - data[y1 + x0 + channel]!);
    sums[channel]! += upperLine + lower * (lowerLine - upperLine);
  }
}

function clamp(value: number, last: number): number {
  return value < 0 ? 0 : value > last ? last : value;
}
