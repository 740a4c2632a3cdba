// Small dense products over rows. The inner loops run over one row at a time, which the compiler keeps in registers.

/** out[i, j] = a_i · b_j for a [n, d] and b [m, d]; `out` is [n, m]. */
export function rowProducts(a: ArrayLike<number>, b: ArrayLike<number>, d: number, out: Float64Array): void {
  const [n, m] = [a.length / d, b.length / d];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += a[i * d + k]! * b[j * d + k]!;
      out[i * m + j] = sum;
    }
  }
}

/** Adds weights[i, j] · b_j to row i of `sumsA` and weights[i, j] · a_i to row j of `sumsB`. */
export function addWeightedRows(
  weights: Float64Array, a: ArrayLike<number>, b: ArrayLike<number>, d: number, sumsA: Float64Array, sumsB: Float64Array,
): void {
  const [n, m] = [a.length / d, b.length / d];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const weight = weights[i * m + j]!;
      if (weight === 0) continue;
      for (let k = 0; k < d; k++) {
        sumsA[i * d + k]! += weight * b[j * d + k]!;
        sumsB[j * d + k]! += weight * a[i * d + k]!;
      }
    }
  }
}
