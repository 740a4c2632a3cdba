/**
 * Vectors one after the other in float64, with zeros at the end to make whole blocks of four, which are computed and not
 * shown.
 */
export interface DistanceRows {
  readonly size: number;
  readonly data: Float64Array;
  /** Squared length of each row. */
  readonly norms: Float64Array;
  /** So many numbers of each row are looked at first, and with a limit perhaps no others; `size` where that is not wanted. */
  readonly head: number;
  /** Length of what comes after the head; not looked at where the head is all. */
  readonly tails: Float64Array;
}

/** A rectangle of pairs: rows from `top` on against those from `left` on. */
export interface DistancePlace {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** How many rows the data must be filled up to, with zeros. */
export function paddedRows(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/**
 * Squared distances of a rectangle of pairs into `out` [rows, stride]: ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b in float64, where the
 * cancellation costs 1e-15; four by two products at a time. Where the heads show that all eight are at least `limit`,
 * Infinity stands for them: a·b ≤ head(a)·head(b) + ‖tail(a)‖ ‖tail(b)‖ (Cauchy–Schwarz).
 */
export function fillDistances(from: DistanceRows, to: DistanceRows, { top, left, rows, cols }: DistancePlace, out: Float64Array, stride: number, limit: number): void {
  const { size, data, norms, head, tails } = from;
  const { data: others, norms: otherNorms, tails: otherTails } = to;
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
      for (let done = 0, end = head; ;) {
        for (let i = done; i < end; i++) {
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
        if (end === size) break;
        const most = Math.max(s00, s01, s10, s11, s20, s21, s30, s31);
        const tail = Math.max(tails[row]!, tails[row + 1]!, tails[row + 2]!, tails[row + 3]!) * Math.max(otherTails[col]!, otherTails[col + 1]!);
        const least = Math.min(norms[row]!, norms[row + 1]!, norms[row + 2]!, norms[row + 3]!) + Math.min(otherNorms[col]!, otherNorms[col + 1]!);
        if (least - 2 * (most + tail) >= safe) {
          s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = -Infinity;
          break;
        }
        done = head;
        end = size;
      }
      const nx = otherNorms[col]!;
      const ny = otherNorms[col + 1]!;
      const at = r * stride + c;
      out[at] = squared(norms[row]!, nx, s00);
      out[at + 1] = squared(norms[row]!, ny, s01);
      out[at + stride] = squared(norms[row + 1]!, nx, s10);
      out[at + stride + 1] = squared(norms[row + 1]!, ny, s11);
      out[at + 2 * stride] = squared(norms[row + 2]!, nx, s20);
      out[at + 2 * stride + 1] = squared(norms[row + 2]!, ny, s21);
      out[at + 3 * stride] = squared(norms[row + 3]!, nx, s30);
      out[at + 3 * stride + 1] = squared(norms[row + 3]!, ny, s31);
    }
  }
}

function squared(normA: number, normB: number, product: number): number {
  const distance = normA + normB - 2 * product;
  return distance > 0 ? distance : 0;
}

/** Product of two rows. */
export function dot(a: Float64Array, from: number, b: Float64Array, to: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[from + i]! * b[to + i]!;
  return sum;
}
