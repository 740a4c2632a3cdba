import { checkUnitRows } from '../batch.ts';
import { TripletError } from '../errors.ts';
import { describeSpread, type SpreadStatistics } from '../statistics.ts';

export interface RegressionStepOptions {
  /** [n, d], rows of unit length: v1 of each image, frozen. */
  readonly reference: ArrayLike<number>;
  /** [n, d], rows of unit length: v2 of the same images in the same order. */
  readonly embeddings: ArrayLike<number>;
  /** d: the length of one embedding. */
  readonly size: number;
}

export interface RegressionStep {
  /** Mean squared distance of v2 to v1 of the same image, 2 − 2 cos: 0 to 4. */
  readonly loss: number;
  /** [n, d], ∂loss/∂embedding = 2 (v2 − v1) / n. */
  readonly gradient: Float32Array;
  readonly statistics: RegressionStatistics;
}

export interface RegressionStatistics extends SpreadStatistics {
  /** The loss again, under the name that `HarmonicStatistics` has for it. */
  readonly referenceDistance: number;
}

/** Draws every embedding to its reference: asymmetric metric learning's regression (arXiv 2006.16331). Needs no labels. */
export function regressionStep(options: RegressionStepOptions): RegressionStep {
  const { reference, embeddings, size } = options;
  const rows = embeddings.length / size;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new TripletError(`embeddings: expected rows of ${size} numbers, got ${embeddings.length} numbers`);
  }
  const meanNorm = checkUnitRows(embeddings, rows, size, 'embeddings');
  checkReference(reference, rows, size);
  const gradient = new Float32Array(embeddings.length);
  const loss = regress(reference, embeddings, rows, 1, gradient);
  return { loss, gradient, statistics: { referenceDistance: loss, ...describeSpread(embeddings, rows, meanNorm) } };
}

/** Refuses a reference of other images or of another size: neither is bridged silently. */
export function checkReference(reference: ArrayLike<number>, rows: number, size: number): void {
  const dimension = reference.length / rows;
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new TripletError(`reference: expected ${rows} rows of ${size} numbers, one per row of the embeddings, ` +
      `got ${reference.length} numbers`);
  }
  if (dimension !== size) {
    throw new TripletError(`reference: has embeddings of ${dimension} numbers, those to be learnt have ${size}; ` +
      `learn embeddings of ${dimension}, or declare a projection`);
  }
  checkUnitRows(reference, rows, size, 'reference');
}

/** Returns the mean squared distance and adds `weight` times its gradient. */
export function regress(
  reference: ArrayLike<number>, embeddings: ArrayLike<number>, rows: number, weight: number, gradient: Float32Array,
): number {
  const scale = 2 * weight / rows;
  let sum = 0;
  for (let i = 0; i < embeddings.length; i++) {
    const difference = embeddings[i]! - reference[i]!;
    sum += difference * difference;
    if (weight > 0) gradient[i]! += scale * difference;
  }
  return sum / rows;
}
