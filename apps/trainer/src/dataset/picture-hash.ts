import type { RgbImage } from '../data/decode.ts';

/** What a picture looks like, however it was compressed or scaled. */
export interface PictureHash {
  /** 64 bits: whether the picture gets brighter from each of 8 rows of 9 cells to the next cell. */
  readonly bits: readonly [low: number, high: number];
  /** 16 × 16 cells of grey. */
  readonly cells: Uint8Array;
}

const side = 16;

/** The difference hash of Krawetz ("Kind of Like That", 2013), and a small grey picture to check its answers with. */
export function hashPicture(image: RgbImage): PictureHash {
  const cells = greyCells(image, 9, 8);
  const bits: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const at = 9 * (bit >> 3) + (bit & 7);
    if (cells[at + 1]! > cells[at]!) bits[bit >> 5]! |= 1 << (bit & 31);
  }
  return { bits, cells: Uint8Array.from(greyCells(image, side, side), Math.round) };
}

/** The mean grey of each cell; a pixel belongs to the cell that its centre lies in. */
function greyCells({ width, height, data }: RgbImage, cols: number, rows: number): Float64Array {
  const sums = new Float64Array(cols * rows);
  const counts = new Float64Array(cols * rows);
  const colOf = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * cols) / width));
  for (let y = 0, at = 0; y < height; y++) {
    const row = cols * Math.floor(((y + 0.5) * rows) / height);
    for (let x = 0; x < width; x++, at += 3) {
      // ITU-R BT.601 luma.
      sums[row + colOf[x]!]! += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      counts[row + colOf[x]!]!++;
    }
  }
  // A picture smaller than the grid leaves cells without a pixel.
  return sums.map((sum, i) => (counts[i]! > 0 ? sum / counts[i]! : 0));
}

/** Pearson's correlation of the small pictures: 1 for the same one, whatever its light. Flat pictures correlate with flat ones only. */
export function likeness(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    sumA += x;
    sumB += y;
    squareA += x * x;
    squareB += y * y;
    product += x * y;
  }
  const [varA, varB] = [squareA - (sumA * sumA) / a.length, squareB - (sumB * sumB) / a.length];
  if (varA === 0 || varB === 0) return Number(varA === varB);
  return (product - (sumA * sumB) / a.length) / Math.sqrt(varA * varB);
}
