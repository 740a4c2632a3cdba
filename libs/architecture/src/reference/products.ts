/**
 * `out[i, j] = Σ a[i, ·] · b[j, ·]` over two matrices with rows of `inner` numbers. Four rows of b at a time: one load
 * of a serves four sums, which do not wait for each other.
 */
export function rowProducts(
  a: Float64Array, rowsA: number, b: Float64Array, rowsB: number, inner: number, out: Float64Array,
): void {
  for (let i = 0; i < rowsA; i++) {
    const row = i * inner;
    let j = 0;
    for (; j + 4 <= rowsB; j += 4) {
      const [b0, b1, b2, b3] = [j * inner, (j + 1) * inner, (j + 2) * inner, (j + 3) * inner];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < inner; k++) {
        const value = a[row + k]!;
        s0 += value * b[b0 + k]!;
        s1 += value * b[b1 + k]!;
        s2 += value * b[b2 + k]!;
        s3 += value * b[b3 + k]!;
      }
      const at = i * rowsB + j;
      out[at] = s0;
      out[at + 1] = s1;
      out[at + 2] = s2;
      out[at + 3] = s3;
    }
    for (; j < rowsB; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[row + k]! * b[j * inner + k]!;
      out[i * rowsB + j] = sum;
    }
  }
}

/** [rows, cols] → [cols, rows]. */
export function transposed(matrix: Float64Array, rows: number, cols: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) result[col * rows + row] = matrix[row * cols + col]!;
  }
  return result;
}
