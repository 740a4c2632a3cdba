import { type DistanceRows, dot, fillDistances, paddedRows } from './distance-kernel.ts';
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

interface Padded extends DistanceRows {
  readonly count: number;
}

function padded(embeddings: Embeddings): Padded {
  const { size } = embeddings;
  const count = countOf(embeddings);
  const data = new Float64Array(paddedRows(count) * size);
  data.set(embeddings.data);
  const norms = Float64Array.from({ length: paddedRows(count) }, (_, row) => dot(data, row * size, data, row * size, size));
  // Every distance is wanted, so all of a row is its head.
  return { count, size, data, norms, head: size, tails: new Float64Array(paddedRows(count)) };
}

function visitBlocks(from: Padded, to: Padded, firstLeft: (top: number) => number, visit: (block: DistanceBlock) => void): void {
  const distances = new Float64Array(blockRows * blockRows);
  for (let top = 0; top < from.count; top += blockRows) {
    for (let left = firstLeft(top); left < to.count; left += blockRows) {
      const rows = Math.min(blockRows, from.count - top);
      const cols = Math.min(blockRows, to.count - left);
      fillDistances(from, to, { top, left, rows, cols }, distances, blockRows, Infinity);
      visit({ top, left, rows, cols, distances, stride: blockRows });
    }
  }
}
