import type { DistanceHistogram } from './all-pairs.ts';
import { EvaluationError } from './errors.ts';
import { countBelow, type SortedPairs } from './val-at-far.ts';

/** Where as many strangers are accepted as same-person pairs are rejected. */
export interface EqualErrorRate {
  readonly value: number;
  /** Accepted are distances below it. */
  readonly threshold: number;
}

/** A figure read from a histogram, and by how much a finer one could change it. */
export interface Read<T> {
  readonly figure: T;
  readonly within: number;
}

/**
 * The equal error rate of a list of pairs, exact: where the staircase of (FAR, share rejected) meets FAR = share
 * rejected. Needs all distances.
 */
export function equalErrorRate({ same, different }: Pick<SortedPairs, 'same' | 'different'>): EqualErrorRate {
  requireBoth(same.length, different.length);
  const rejected = (threshold: number): number => 1 - countBelow(same, threshold) / same.length;
  // The first stranger whose acceptance would make FAR at least the share rejected; accepting it or not decides.
  let low = 0;
  let high = different.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((middle + 1) / different.length >= rejected(nextAbove(different[middle]!))) high = middle;
    else low = middle + 1;
  }
  const threshold = different[low]!;
  const far = countBelow(different, threshold) / different.length;
  // Below this stranger FAR stands still and the rejected fall; at it FAR rises. One of the two crosses.
  const standing = rejected(threshold);
  if (standing <= far) return { value: far, threshold };
  const [farAfter, rejectedAfter] = [countBelow(different, nextAbove(threshold)) / different.length, rejected(nextAbove(threshold))];
  // Strangers and same-person pairs tied at this distance pass together, along a slanted step.
  const fall = standing - rejectedAfter;
  const share = (standing - far) / (farAfter - far + fall);
  return { value: far + share * (farAfter - far), threshold };
}

/** As `equalErrorRate`, from counts of distances: known to the step in which the crossing lies. */
export function equalErrorRateOf({ width, same, different }: DistanceHistogram): Read<EqualErrorRate> {
  const [allSame, allDifferent] = [sum(same), sum(different)];
  requireBoth(allSame, allDifferent);
  let [far, rejected] = [0, 1];
  let [accepted, falseAccepts] = [0, 0];
  for (let bin = 0; bin < same.length; bin++) {
    accepted += same[bin]!;
    falseAccepts += different[bin]!;
    const [nextFar, nextRejected] = [falseAccepts / allDifferent, 1 - accepted / allSame];
    if (nextFar >= nextRejected) {
      const share = (rejected - far) / (nextFar - far + rejected - nextRejected);
      const value = far + share * (nextFar - far);
      const [least, most] = [Math.max(far, nextRejected), Math.min(nextFar, rejected)];
      return { figure: { value, threshold: (bin + share) * width }, within: Math.max(value - least, most - value) };
    }
    [far, rejected] = [nextFar, nextRejected];
  }
  throw new EvaluationError('internal: FAR never reached the share rejected');
}

/**
 * The area under the ROC from counts of distances: the chance that a same-person pair is closer than a pair of two
 * people, those in one step counting half, which bounds what a finer histogram could change.
 */
export function areaUnderRocOf({ same, different }: DistanceHistogram): Read<number> {
  const [allSame, allDifferent] = [sum(same), sum(different)];
  requireBoth(allSame, allDifferent);
  let [closer, wins, ties] = [0, 0, 0];
  for (let bin = 0; bin < same.length; bin++) {
    wins += closer * different[bin]!;
    ties += same[bin]! * different[bin]!;
    closer += same[bin]!;
  }
  const all = allSame * allDifferent;
  return { figure: (wins + ties / 2) / all, within: ties / 2 / all };
}

function requireBoth(same: number, different: number): void {
  if (same > 0 && different > 0) return;
  throw new EvaluationError(`error rates need pairs of one person and of two; got ${same} and ${different}`);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** The next float64 above a value of at least 0: `distance < nextAbove(d)` is `distance ≤ d`. */
export function nextAbove(value: number): number {
  float[0] = value;
  bits[0]!++;
  return float[0];
}
