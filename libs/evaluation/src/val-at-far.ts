import { EvaluationError } from './errors.ts';

/** Distances of pairs, ascending. */
export interface SortedPairs {
  readonly same: Float64Array;
  /** At least the smallest ones; all that a FAR within `pairsDifferent` asks for, or an error says how many it needs. */
  readonly different: Float64Array;
  /** How many pairs of different people there were in all. */
  readonly pairsDifferent: number;
}

/** Verification at a false accept rate, with the counts it rests on. */
export interface ValAtFar {
  readonly far: number;
  /** Accepted are distances below it. */
  readonly threshold: number;
  /** Share of same-person pairs accepted. */
  readonly value: number;
  readonly accepted: number;
  readonly pairsSame: number;
  readonly falseAccepts: number;
  readonly pairsDifferent: number;
  /** falseAccepts / pairsDifferent, at most `far`; less where distances tie. */
  readonly achievedFar: number;
}

/** VAL at the largest threshold whose false accept rate on the same pairs is at most `far`. */
export function valAtFar(pairs: SortedPairs, far: number): ValAtFar {
  return countAt(pairs, thresholdAtFar(pairs, far), far);
}

/** The largest threshold that accepts at most `floor(far × pairsDifferent)` pairs of different people. */
export function thresholdAtFar({ different, pairsDifferent }: SortedPairs, far: number): number {
  const budget = falseAcceptBudget(far, pairsDifferent);
  if (budget === 0) throw new EvaluationError(refusal(far, pairsDifferent));
  if (budget >= different.length) {
    throw new EvaluationError(`FAR ${far} needs the ${budget + 1} smallest of ${pairsDifferent} distances, ${different.length} were kept`);
  }
  // Accepting is strict, so the first distance that must not pass is the threshold itself.
  return different[budget]!;
}

/** How many false accepts `far` allows among `pairs`; 0 means that so few pairs cannot say anything about it. */
export function falseAcceptBudget(far: number, pairs: number): number {
  if (!(far > 0 && far < 1)) throw new EvaluationError(`FAR: expected a number between 0 and 1, got ${far}`);
  // 0.29 × 100 is 28.999999999999996 in binary.
  return Math.floor(far * pairs * (1 + 1e-12));
}

/** Why `valAtFar` refuses, or undefined. */
export function refusalAtFar({ pairsDifferent }: Pick<SortedPairs, 'pairsDifferent'>, far: number): string | undefined {
  return falseAcceptBudget(far, pairsDifferent) === 0 ? refusal(far, pairsDifferent) : undefined;
}

function refusal(far: number, pairs: number): string {
  return `FAR ${far} allows no false accept among ${pairs} pairs of different people: at least ${Math.ceil(1 / far)} pairs are needed`;
}

export function countAt(pairs: SortedPairs, threshold: number, far: number): ValAtFar {
  const accepted = countBelow(pairs.same, threshold);
  const falseAccepts = countBelow(pairs.different, threshold);
  if (pairs.same.length === 0) throw new EvaluationError('VAL: there is no pair of one person');
  return {
    far,
    threshold,
    value: accepted / pairs.same.length,
    accepted,
    pairsSame: pairs.same.length,
    falseAccepts,
    pairsDifferent: pairs.pairsDifferent,
    achievedFar: falseAccepts / pairs.pairsDifferent,
  };
}

/** How many of the ascending `values` lie below `limit`. */
export function countBelow(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
