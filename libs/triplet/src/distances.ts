import { sharedWorkspace } from './kernels/create-workspace.ts';

/** Squared distances of unit vectors, [n, n], as 2 − 2 a·b clamped at 0, so from 0 to 4. */
export function squaredDistances(embeddings: ArrayLike<number>, size: number, dimension: number): Float32Array {
  const workspace = sharedWorkspace().open(embeddings, size, dimension);
  workspace.computeDistances();
  const { distances, stride } = workspace;
  const compact = new Float32Array(size * size);
  for (let row = 0; row < size; row++) compact.set(distances.subarray(row * stride, row * stride + size), row * size);
  return compact;
}

/** The same from its definition, Σ (a − b)², in float64 and for vectors of any length: the measure of the fast one. */
export function squaredDistancesExact(embeddings: ArrayLike<number>, size: number, dimension: number): Float64Array {
  const distances = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      distances[i * size + j] = squaredDistance(embeddings, i * dimension, j * dimension, dimension);
    }
  }
  return distances;
}

export function squaredDistance(embeddings: ArrayLike<number>, a: number, b: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += (embeddings[a + k]! - embeddings[b + k]!) ** 2;
  return sum;
}

/**
 * How far the float32 distance can lie from the exact one for rows whose squared lengths differ from 1 by at most
 * `defect`: each of the d products and sums rounds by 2⁻²⁴ of at most 1, doubled, then 2 − x rounds once below 4.
 */
export function distanceErrorBound(dimension: number, defect: number): number {
  const unit = 2 ** -24;
  return 2 * (dimension + 1) * unit * (1 + defect) + 4 * unit + 2 * defect;
}
