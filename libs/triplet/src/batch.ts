import { TripletError } from './errors.ts';

/** float32 normalisation leaves 1e-6; more than this means that the rows were never normalised. */
const normTolerance = 1e-3;

export interface Batch {
  readonly embeddings: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly margin: number;
}

export interface BatchShape {
  readonly size: number;
  readonly dimension: number;
  readonly meanNorm: number;
}

/** Refuses what the distances and the loss are not defined for: lengths that disagree, NaN, rows not of unit length. */
export function checkBatch({ embeddings, labels, margin }: Batch): BatchShape {
  const size = labels.length;
  const dimension = embeddings.length / size;
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new TripletError(`embeddings: expected ${size} rows of equal length, one per label, got ${embeddings.length} numbers`);
  }
  if (!(margin > 0 && margin < 4)) {
    throw new TripletError(`margin: expected a squared distance between 0 and 4, got ${margin}`);
  }
  return { size, dimension, meanNorm: checkUnitRows(embeddings, size, dimension, 'embeddings') };
}

/** Refuses NaN and rows not of unit length; returns the mean length. */
export function checkUnitRows(rows: ArrayLike<number>, size: number, dimension: number, name: string): number {
  let normSum = 0;
  for (let row = 0; row < size; row++) {
    let squares = 0;
    for (let k = row * dimension; k < (row + 1) * dimension; k++) squares += rows[k]! * rows[k]!;
    const norm = Math.sqrt(squares);
    // Written so that NaN fails too.
    if (!(Math.abs(norm - 1) <= normTolerance)) {
      throw new TripletError(`${name}: row ${row} has length ${norm}, expected unit length`);
    }
    normSum += norm;
  }
  return normSum / size;
}
