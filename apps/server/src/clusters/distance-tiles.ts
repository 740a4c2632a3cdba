import { principalAxes } from './principal-axes.ts';
import type { Steps } from './steps.ts';

// A tile of 64 × 64 distances is some 30 kB, and its vectors of 128 numbers 130 kB: both stay near the processor.
const tileRows = 64;

/**
 * Vectors one after the other, turned so that their first `head` numbers say most of a distance; with zeros at the end
 * so that whole blocks of four can be computed.
 */
interface Matrix {
  readonly rows: number;
  readonly size: number;
  readonly data: Float64Array;
  readonly norms: Float64Array;
  readonly head: number;
  /** Length of what comes after the head. */
  readonly tails: Float64Array;
}

/**
 * Visits the pairs of rows a < b closer than `limit`, tile by tile, and yields the share that is done after each. Of most
 * pairs the head alone shows that they are further apart: a·b ≤ head(a)·head(b) + ‖tail(a)‖ ‖tail(b)‖ (Cauchy–Schwarz).
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
      fillTile(matrix, top, left, rows, cols, limit, tile);
      for (let r = 0; r < rows; r++) {
        for (let c = top === left ? r + 1 : 0; c < cols; c++) {
          const distance = tile[r * tileRows + c]!;
          if (distance < limit) visit(top + r, left + c, distance > 0 ? distance : 0);
        }
      }
      yield 1 - (1 - top / count) ** 2;
    }
  }
}

function* matrixOf(vectors: readonly Float32Array[], limit: number): Steps<Matrix> {
  const rows = vectors.length;
  const size = vectors[0]?.length ?? 0;
  const padded = Math.ceil(rows / 4) * 4;
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

/**
 * Squared distances of `rows` × `cols` pairs from (top, left) on, into `out` [tileRows, tileRows]: ‖a‖² + ‖b‖² − 2 a·b in
 * float64, where the cancellation costs 1e-15; four by two products at a time. Infinity stands for blocks that are not close.
 */
function fillTile({ size, data, norms, head, tails }: Matrix, top: number, left: number, rows: number, cols: number, limit: number, out: Float64Array): void {
  // Rounding must not hide a pair.
  const safe = limit + 1e-9;
  for (let r = 0; r < rows; r += 4) {
    const row = top + r;
    for (let c = 0; c < cols; c += 2) {
      const col = left + c;
      let a0 = row * size;
      let a1 = a0 + size;
      let a2 = a1 + size;
      let a3 = a2 + size;
      let b0 = col * size;
      let b1 = b0 + size;
      let s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
      const at = r * tileRows + c;
      for (let from = 0, to = head; ;) {
        for (let i = from; i < to; i++) {
          const x = data[b0++]!;
          const y = data[b1++]!;
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
        if (to === size) break;
        const most = Math.max(s00, s01, s10, s11, s20, s21, s30, s31);
        const tail = Math.max(tails[row]!, tails[row + 1]!, tails[row + 2]!, tails[row + 3]!) * Math.max(tails[col]!, tails[col + 1]!);
        const least = Math.min(norms[row]!, norms[row + 1]!, norms[row + 2]!, norms[row + 3]!) + Math.min(norms[col]!, norms[col + 1]!);
        if (least - 2 * (most + tail) >= safe) {
          s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = -Infinity;
          break;
        }
        from = head;
        to = size;
      }
      const nx = norms[col]!;
      const ny = norms[col + 1]!;
      out[at] = norms[row]! + nx - 2 * s00;
      out[at + 1] = norms[row]! + ny - 2 * s01;
      out[at + tileRows] = norms[row + 1]! + nx - 2 * s10;
      out[at + tileRows + 1] = norms[row + 1]! + ny - 2 * s11;
      out[at + 2 * tileRows] = norms[row + 2]! + nx - 2 * s20;
      out[at + 2 * tileRows + 1] = norms[row + 2]! + ny - 2 * s21;
      out[at + 3 * tileRows] = norms[row + 3]! + nx - 2 * s30;
      out[at + 3 * tileRows + 1] = norms[row + 3]! + ny - 2 * s31;
    }
  }
}

function dot(a: Float64Array, from: number, b: Float64Array, to: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[from + i]! * b[to + i]!;
  return sum;
}
