import type { Pixels } from '@facenet/face';

/** The means of `factor` × `factor` pixels; what is left at the right and lower edge joins no block and is dropped. */
export function shrink({ width, height, channels, data }: Pixels, factor: number): Pixels {
  const [cols, rows] = [Math.floor(width / factor), Math.floor(height / factor)];
  const out = new Uint8Array(3 * cols * rows);
  const sums = new Uint32Array(3 * cols);
  const area = factor * factor;
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let line = row * factor; line < (row + 1) * factor; line++) {
      let at = line * width * channels;
      for (let col = 0; col < cols; col++) {
        for (let step = 0; step < factor; step++, at += channels) {
          sums[3 * col]! += data[at]!;
          sums[3 * col + 1]! += data[at + 1]!;
          sums[3 * col + 2]! += data[at + 2]!;
        }
      }
    }
    for (let i = 0; i < sums.length; i++) out[3 * row * cols + i] = (sums[i]! + area / 2) / area;
  }
  return { width: cols, height: rows, channels: 3, data: out };
}
