/** Examples to learn from, row by row, and their sides: +1 or −1. */
export interface Examples {
  /** [count, size] */
  readonly data: Float32Array;
  readonly size: number;
  readonly sides: Int8Array;
}

/** The decision is the sign of `weights · x + bias`. */
export interface LinearSvm {
  readonly weights: Float64Array;
  readonly bias: number;
  /** Of each example, 0 … C; those above 0 support the machine. */
  readonly multipliers: Float64Array;
}

export interface SvmOptions {
  /** Price of an error. */
  readonly c: number;
  readonly random: { integer(below: number): number };
  /** Ends when no multiplier could still gain by more than this from moving. */
  readonly tolerance?: number;
  readonly mostPasses?: number;
}

/**
 * The L2-regularised support vector machine with hinge loss,
 *
 *     min  ½ (‖w‖² + b²) + C Σ max(0, 1 − yᵢ (w·xᵢ + b)),
 *
 * by dual coordinate descent (Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008,
 * algorithm 1 with random permutations): each multiplier in turn is set to the best value within 0 … C given the others,
 * with w = Σ αᵢ yᵢ xᵢ kept up to date. The bias is the weight of a constant feature of 1, as in LIBLINEAR with `-B 1`.
 */
export function trainLinearSvm({ data, size, sides }: Examples, { c, random, tolerance = 0.01, mostPasses = 1000 }: SvmOptions): LinearSvm {
  const count = sides.length;
  if (count === 0 || data.length !== count * size) throw new Error(`internal: ${data.length} numbers are not ${count} examples of ${size}`);
  const weights = new Float64Array(size);
  let bias = 0;
  const multipliers = new Float64Array(count);
  const squares = Float64Array.from(sides, (_, i) => squaredLength(data, i * size, size) + 1);
  const order = Int32Array.from(sides, (_, i) => i);
  for (let pass = 0; pass < mostPasses; pass++) {
    shuffle(order, random);
    let [lowest, highest] = [Infinity, -Infinity];
    for (const i of order) {
      const side = sides[i]!;
      const old = multipliers[i]!;
      const gradient = side * (dot(weights, data, i * size) + bias) - 1;
      // At an end of its range a multiplier can only move inwards.
      const projected = old === 0 ? Math.min(gradient, 0) : old === c ? Math.max(gradient, 0) : gradient;
      lowest = Math.min(lowest, projected);
      highest = Math.max(highest, projected);
      if (projected === 0) continue;
      const moved = Math.min(Math.max(old - gradient / squares[i]!, 0), c);
      multipliers[i] = moved;
      const step = (moved - old) * side;
      for (let k = 0, at = i * size; k < size; k++, at++) weights[k]! += step * data[at]!;
      bias += step;
    }
    if (highest - lowest < tolerance) break;
  }
  return { weights, bias, multipliers };
}

function dot(weights: Float64Array, data: Float32Array, start: number): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[start + k]!;
  return sum;
}

function squaredLength(data: Float32Array, start: number, size: number): number {
  let sum = 0;
  for (let k = start; k < start + size; k++) sum += data[k]! * data[k]!;
  return sum;
}

function shuffle(order: Int32Array, random: SvmOptions['random']): void {
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.integer(last + 1);
    [order[last], order[chosen]] = [order[chosen]!, order[last]!];
  }
}
