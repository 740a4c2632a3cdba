import { TripletError } from '../errors.ts';

/**
 * Takes reference embeddings into the space of another size by a declared matrix: rows [n, d1] · matrixᵀ, with the matrix
 * [d2, d1] row-major, brought to unit length. Cutting off or padding with zeros is such a matrix too, and has to be
 * declared as one. An orthonormal one keeps the distances when d2 ≥ d1.
 */
export function projectReference(
  reference: ArrayLike<number>, n: number, d1: number, matrix: ArrayLike<number>, d2: number,
): Float32Array {
  if (reference.length !== n * d1) {
    throw new TripletError(`reference: expected ${n} rows of ${d1} numbers, got ${reference.length} numbers`);
  }
  if (matrix.length !== d2 * d1) {
    throw new TripletError(`projection: expected a matrix of ${d2} rows of ${d1} numbers, from the size of the reference to ` +
      `that of the embeddings, got ${matrix.length} numbers`);
  }
  const projected = new Float32Array(n * d2);
  const image = new Float64Array(d2);
  for (let row = 0; row < n; row++) {
    let squares = 0;
    for (let i = 0; i < d2; i++) {
      let sum = 0;
      for (let k = 0; k < d1; k++) sum += matrix[i * d1 + k]! * reference[row * d1 + k]!;
      image[i] = sum;
      squares += sum * sum;
    }
    const length = Math.sqrt(squares);
    // Below this the direction is rounding; written so that NaN fails too.
    if (!(length > 1e-6 && length < Infinity)) {
      throw new TripletError(`projection: takes row ${row} of the reference to a vector of length ${length}, which has no direction`);
    }
    for (let i = 0; i < d2; i++) projected[row * d2 + i] = image[i]! / length;
  }
  return projected;
}
