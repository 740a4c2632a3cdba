import { type DistanceRows, dot, fillDistances, paddedRows } from '@facenet/evaluation';
import { principalAxes } from './principal-axes.ts';
import type { Steps } from './steps.ts';

// A tile of 64 × 64 distances is some 30 kB, and its vectors of 128 numbers 130 kB: both stay near the processor.
const tileRows = 64;

/** Vectors turned so that their first `head` numbers say most of a distance. */
interface Matrix extends DistanceRows {
  readonly rows: number;
}

/**
 * Visits the pairs of rows a < b closer than `limit`, tile by tile, and yields the share that is done after each. Of most
 * pairs the head alone shows that they are further apart.
 */
export function* closePairs(
  vectors: readonly Float32Array[], limit: number, visit: (a: number, b: number, distance: number) => void,
): Steps<void> {
  const matrix = yield* matrixOf(vectors, limit);
  const tile = new Float64Array(tileRows * tileRows);
  const { rows: count } = matrix;
  for (let top = 0; top < count; top += tileRows) {
    for (let left = top; left < count; left += tileRows) {
      const rows = Math.min(tileRows, count - top);
      const cols = Math.min(tileRows, count - left);
      fillDistances(matrix, matrix, { top, left, rows, cols }, tile, tileRows, limit);
      for (let r = 0; r < rows; r++) {
        for (let c = top === left ? r + 1 : 0; c < cols; c++) {
          const distance = tile[r * tileRows + c]!;
          if (distance < limit) visit(top + r, left + c, distance);
        }
      }
      yield 1 - (1 - top / count) ** 2;
    }
  }
}

function* matrixOf(vectors: readonly Float32Array[], limit: number): Steps<Matrix> {
  const rows = vectors.length;
  const size = vectors[0]?.length ?? 0;
  const padded = paddedRows(rows);
  const given = new Float64Array(padded * size);
  vectors.forEach((vector, row) => {
    if (vector.length !== size) throw new Error(`internal: vectors of ${size} and of ${vector.length} numbers in one collection`);
    given.set(vector, row * size);
  });
  const axes = yield* principalAxes(given, rows, size);
  const data = new Float64Array(given.length);
  const norms = new Float64Array(padded);
  const energy = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) {
      const value = dot(given, row * size, axes, i * size, size);
      data[row * size + i] = value;
      energy[i]! += value * value;
    }
    norms[row] = dot(data, row * size, data, row * size, size);
    if (row % tileRows === 0) yield 0;
  }
  const head = headOf(energy, rows, limit);
  const tails = Float64Array.from({ length: padded }, (_, row) => Math.sqrt(dot(data, row * size + head, data, row * size + head, size - head)));
  return { rows, size, data, norms, head, tails };
}

/** So long that vectors with nothing in common in their heads are told apart by them, with something to spare; all where that is most. */
function headOf(energy: Float64Array, rows: number, limit: number): number {
  const allowed = Math.max(0.05, 0.85 - limit / 2) * rows;
  let tail = energy.reduce((sum, value) => sum + value, 0);
  let head = 0;
  while (head < energy.length && tail > allowed) tail -= energy[head++]!;
  return head > 0.8 * energy.length ? energy.length : head;
}
