import type { Steps } from './steps.ts';

/** A symmetric matrix [size, size]; its eigenvectors are found by rotations (Jacobi), which keep it symmetric and are always exact enough. */
export function* eigenvectors(symmetric: Float64Array, size: number): Steps<{ readonly values: Float64Array; readonly vectors: Float64Array }> {
  const a = symmetric.slice();
  const vectors = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const total = a.reduce((sum, value) => sum + value * value, 0);
  // Quadratic convergence: few sweeps are ever needed.
  for (let sweep = 0; sweep < 12 && offDiagonal(a, size) > 1e-12 * total; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
      yield 0;
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors };
}

/** Turns the axes p and q so that a[p, q] becomes 0; `vectors` [axis, number] turn along. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const pq = a[p * size + q]!;
  if (pq === 0) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * pq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, c, s);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, c, s);
  for (let k = 0; k < size; k++) turn(vectors, p * size + k, q * size + k, c, s);
}

function turn(values: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = values[i]!;
  const y = values[j]!;
  values[i] = c * x - s * y;
  values[j] = s * x + c * y;
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) for (let col = 0; col < size; col++) if (row !== col) sum += a[row * size + col]! ** 2;
  return sum;
}

/**
 * Axes [size, size] of vectors one after the other, those along which they are longest first. A rotation changes no
 * distance, but most of every distance then stands in the first numbers.
 */
export function* principalAxes(data: Float64Array, rows: number, size: number, sample = 1000): Steps<Float64Array> {
  const moments = new Float64Array(size * size);
  const step = Math.max(1, Math.floor(rows / sample));
  for (let row = 0; row < rows; row += step) {
    for (let i = 0; i < size; i++) {
      const value = data[row * size + i]!;
      for (let j = 0; j < size; j++) moments[i * size + j]! += value * data[row * size + j]!;
    }
    yield 0;
  }
  const { values, vectors } = yield* eigenvectors(moments, size);
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[j]! - values[i]!);
  const axes = new Float64Array(size * size);
  order.forEach((axis, i) => { axes.set(vectors.subarray(axis * size, (axis + 1) * size), i * size); });
  return axes;
}
