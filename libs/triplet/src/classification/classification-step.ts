import { TripletError } from '../errors.ts';
import { addWeightedRows, rowProducts } from './row-products.ts';

export interface ClassificationStepOptions {
  /** [n, d], rows of unit length. */
  readonly embeddings: Float32Array;
  /** [n], the class of each row, 0 … classes − 1. */
  readonly labels: ArrayLike<number>;
  /** [classes, d]: a direction for each class. Their lengths do not matter. */
  readonly head: Float32Array;
  /** d: the length of one embedding. */
  readonly size: number;
  /** s: logits are s · cos. */
  readonly scale: number;
  /** m: the angle to the own class counts as this much larger, in radians; 0 is plain softmax. */
  readonly margin: number;
}

export interface ClassificationStep {
  /** Mean cross entropy in nats. */
  readonly loss: number;
  /** [n, d], ∂loss/∂embedding. */
  readonly gradient: Float32Array;
  /** [classes, d], ∂loss/∂head. */
  readonly headGradient: Float32Array;
  readonly statistics: ClassificationStatistics;
}

export interface ClassificationStatistics {
  /** Share of the rows whose own class is the nearest. */
  readonly classAccuracy: number;
  /** Mean cosine between a row and the direction of its own class. */
  readonly classCosine: number;
}

/**
 * Cross entropy over the cosines between embeddings and class directions. With a margin it is ArcFace (Deng et al.,
 * arXiv 1801.07698): the own class gets s · cos(θ + m), so that it must win by an angle. Where θ + m would pass π the
 * cosine is continued by cos θ − m · sin m, as its authors' code does, so that the logit stays monotonous.
 * Throws a TripletError when sizes or labels do not fit.
 */
export function classificationStep(options: ClassificationStepOptions): ClassificationStep {
  const { embeddings, labels, head, size, scale, margin } = options;
  const [n, classes] = [labels.length, head.length / size];
  check(options, n, classes);
  const { directions, norms } = unitRows(head, size);
  const cosines = new Float64Array(n * classes);
  rowProducts(embeddings, directions, size, cosines);
  // From here on `cosines` becomes ∂loss/∂cosine, row by row.
  let [loss, correct, ownCosine] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const row = cosines.subarray(i * classes, (i + 1) * classes);
    const own = labels[i]!;
    const cosine = row[own]!;
    ownCosine += cosine;
    if (row.every((other, j) => j === own || other < cosine)) correct++;
    const { value, slope } = withMargin(cosine, margin);
    row[own] = value;
    loss += softmaxGradient(row, own, scale);
    for (let j = 0; j < classes; j++) row[j]! *= scale / n;
    row[own] *= slope;
  }
  const gradient = new Float64Array(n * size);
  const headGradient = new Float64Array(classes * size);
  addWeightedRows(cosines, embeddings, directions, size, gradient, headGradient);
  throughUnitRows(headGradient, directions, norms, size);
  return {
    loss: loss / n, gradient: Float32Array.from(gradient), headGradient: Float32Array.from(headGradient),
    statistics: { classAccuracy: correct / n, classCosine: ownCosine / n },
  };
}

/** cos(θ + m) as a function of cos θ, and its slope. */
function withMargin(cosine: number, margin: number): { readonly value: number; readonly slope: number } {
  if (margin === 0) return { value: cosine, slope: 1 };
  if (cosine <= Math.cos(Math.PI - margin)) return { value: cosine - margin * Math.sin(margin), slope: 1 };
  // At θ = 0 the slope is infinite; rounding can put a cosine above 1.
  const sine = Math.sqrt(Math.max(1 - cosine * cosine, 1e-6));
  return {
    value: cosine * Math.cos(margin) - sine * Math.sin(margin),
    slope: Math.cos(margin) + (cosine / sine) * Math.sin(margin),
  };
}

/** Turns cosines into p − [own class] in place and returns −log p of the own class. */
function softmaxGradient(row: Float64Array, own: number, scale: number): number {
  let largest = -Infinity;
  for (const cosine of row) if (cosine > largest) largest = cosine;
  const ownLogit = scale * (row[own]! - largest);
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += row[j] = Math.exp(scale * (row[j]! - largest));
  for (let j = 0; j < row.length; j++) row[j]! /= sum;
  row[own]! -= 1;
  return Math.log(sum) - ownLogit;
}

function unitRows(rows: Float32Array, d: number): { readonly directions: Float64Array; readonly norms: Float64Array } {
  const directions = Float64Array.from(rows);
  const norms = new Float64Array(rows.length / d);
  for (let j = 0; j < norms.length; j++) {
    const row = directions.subarray(j * d, (j + 1) * d);
    const norm = Math.max(Math.hypot(...row), 1e-12);
    norms[j] = norm;
    for (let k = 0; k < d; k++) row[k]! /= norm;
  }
  return { directions, norms };
}

/** The gradient with respect to rows from that with respect to their directions: (g − (g · u) u) / ‖w‖, in place. */
function throughUnitRows(gradient: Float64Array, directions: Float64Array, norms: Float64Array, d: number): void {
  for (let j = 0; j < norms.length; j++) {
    let along = 0;
    for (let k = 0; k < d; k++) along += gradient[j * d + k]! * directions[j * d + k]!;
    for (let k = 0; k < d; k++) gradient[j * d + k] = (gradient[j * d + k]! - along * directions[j * d + k]!) / norms[j]!;
  }
}

function check({ embeddings, labels, head, size, scale, margin }: ClassificationStepOptions, n: number, classes: number): void {
  if (embeddings.length !== n * size || n === 0) {
    throw new TripletError(`embeddings: expected rows of ${size} numbers, got ${embeddings.length} for ${n} labels`);
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw new TripletError(`head: expected at least two rows of ${size} numbers, got ${head.length}`);
  }
  if (!(scale > 0)) throw new TripletError(`scale: expected a positive number, got ${scale}`);
  if (!(margin >= 0 && margin < Math.PI / 2)) throw new TripletError(`margin: expected an angle from 0 to below π/2, got ${margin}`);
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new TripletError(`labels: expected classes 0 … ${classes - 1}, got ${label} in row ${i}`);
    }
  }
}
