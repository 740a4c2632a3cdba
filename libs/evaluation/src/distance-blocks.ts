import { countOf, type Embeddings } from './embeddings.ts';

// Two blocks of 32 rows × 128 float64 stay in the second-level cache and mostly in the first.
const blockRows = 32;

/** A rectangle of squared distances between rows; `distances` is only valid during the visit. */
export interface DistanceBlock {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
  /** [rows, stride] */
  readonly distances: Float64Array;
  readonly stride: number;
}

/** Visits the distances of all pairs of rows i ≤ j, block by block; blocks on the diagonal hold both halves. */
export function forEachDistanceBlock(embeddings: Embeddings, visit: (block: DistanceBlock) => void): void {
  const matrix = padded(embeddings);
  visitBlocks(matrix, matrix, (top) => top, visit);
}

/** Visits the distances from every row of one matrix (top, rows) to every row of another one (left, cols). */
export function forEachCrossBlock(from: Embeddings, to: Embeddings, visit: (block: DistanceBlock) => void): void {
  visitBlocks(padded(from), padded(to), () => 0, visit);
}

/** Rows in float64, with zeros at the end to make whole micro-tiles, which are computed and not shown. */
interface Padded {
  readonly count: number;
  readonly size: number;
  readonly data: Float64Array;
  readonly norms: Float64Array;
}

function padded(embeddings: Embeddings): Padded {
  const { size } = embeddings;
  const count = countOf(embeddings);
  const data = new Float64Array(Math.ceil(count / 4) * 4 * size);
  data.set(embeddings.data);
  return { count, size, data, norms: Float64Array.from({ length: data.length / size }, (_, row) => dot(data, row * size, row * size, size)) };
}

function visitBlocks(from: Padded, to: Padded, firstLeft: (top: number) => number, visit: (block: DistanceBlock) => void): void {
  const distances = new Float64Array(blockRows * blockRows);
  for (let top = 0; top < from.count; top += blockRows) {
    for (let left = firstLeft(top); left < to.count; left += blockRows) {
      const rows = Math.min(blockRows, from.count - top);
      const cols = Math.min(blockRows, to.count - left);
      fillBlock(from, to, top, left, rows, cols, distances);
      visit({ top, left, rows, cols, distances, stride: blockRows });
    }
  }
}

function dot(data: Float64Array, a: number, b: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += data[a + i]! * data[b + i]!;
  return sum;
}

/** ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b in float64, where the cancellation costs 1e-15; four by two products at a time. */
function fillBlock(from: Padded, to: Padded, top: number, left: number, rows: number, cols: number, out: Float64Array): void {
  const { size, data, norms } = from;
  const { data: others, norms: otherNorms } = to;
  for (let r = 0; r < rows; r += 4) {
    for (let c = 0; c < cols; c += 2) {
      let a0 = (top + r) * size;
      let a1 = a0 + size;
      let a2 = a1 + size;
      let a3 = a2 + size;
      let b0 = (left + c) * size;
      let b1 = b0 + size;
      let s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
      for (let i = 0; i < size; i++) {
        const x = others[b0++]!;
        const y = others[b1++]!;
        const p = data[a0++]!;
        s00 += p * x;
        s01 += p * y;
        const q = data[a1++]!;
        s10 += q * x;
        s11 += q * y;
        const u = data[a2++]!;
        s20 += u * x;
        s21 += u * y;
        const v = data[a3++]!;
        s30 += v * x;
        s31 += v * y;
      }
      const nx = otherNorms[left + c]!;
      const ny = otherNorms[left + c + 1]!;
      const at = r * blockRows + c;
      out[at] = squared(norms[top + r]!, nx, s00);
      out[at + 1] = squared(norms[top + r]!, ny, s01);
      out[at + blockRows] = squared(norms[top + r + 1]!, nx, s10);
      out[at + blockRows + 1] = squared(norms[top + r + 1]!, ny, s11);
      out[at + 2 * blockRows] = squared(norms[top + r + 2]!, nx, s20);
      out[at + 2 * blockRows + 1] = squared(norms[top + r + 2]!, ny, s21);
      out[at + 3 * blockRows] = squared(norms[top + r + 3]!, nx, s30);
      out[at + 3 * blockRows + 1] = squared(norms[top + r + 3]!, ny, s31);
    }
  }
}

function squared(normA: number, normB: number, product: number): number {
  const distance = normA + normB - 2 * product;
  return distance > 0 ? distance : 0;
}
