import type { PairRows } from './resolve-pairs.ts';
import { EvaluationError } from './errors.ts';
import { mean, standardError } from './statistics.ts';
import { countAt, thresholdAtFar, type SortedPairs, type ValAtFar } from './val-at-far.ts';

/** A mean over parts that share no pair, with its standard error. */
export interface MeanVal {
  readonly far: number;
  readonly value: number;
  readonly standardError: number;
  readonly pairsSame: number;
  readonly pairsDifferent: number;
  readonly parts: readonly ValAtFar[];
}

/** LFW's VAL: each fold's threshold comes from the different-person pairs of the others, its value from its own pairs. */
export function valOverFolds(distances: Float64Array, pairs: PairRows, far: number): MeanVal {
  if (pairs.sets < 2) throw new EvaluationError(`VAL over folds: expected at least 2 sets of pairs, got ${pairs.sets}`);
  return meanVal(far, Array.from({ length: pairs.sets }, (_, fold) => {
    const others = sortPairs(distances, pairs, (set) => set !== fold);
    return countAt(sortPairs(distances, pairs, (set) => set === fold), thresholdAtFar(others, far), far);
  }));
}

/** The paper's VAL: in each part on its own, threshold and value from the same pairs. */
export function meanVal(far: number, parts: readonly ValAtFar[]): MeanVal {
  const values = parts.map(({ value }) => value);
  return {
    far,
    value: mean(values),
    standardError: standardError(values),
    pairsSame: parts.reduce((sum, part) => sum + part.pairsSame, 0),
    pairsDifferent: parts.reduce((sum, part) => sum + part.pairsDifferent, 0),
    parts,
  };
}

/** The distances of the pairs in the sets asked for, ascending, apart by same and different. */
export function sortPairs(distances: Float64Array, { same, set }: PairRows, within: (set: number) => boolean = () => true): SortedPairs {
  const chosen = (isSame: number): Float64Array =>
    distances.filter((_, pair) => same[pair] === isSame && within(set[pair]!)).sort();
  const different = chosen(0);
  return { same: chosen(1), different, pairsDifferent: different.length };
}
