import { EvaluationError } from './errors.ts';
import type { PairRows } from './resolve-pairs.ts';
import { mean, populationDeviation, standardError } from './statistics.ts';

export interface FoldAccuracy {
  /** Chosen on the other folds. */
  readonly threshold: number;
  readonly accuracy: number;
}

export interface Accuracy {
  readonly accuracy: number;
  /** Population standard deviation of the folds. */
  readonly std: number;
  readonly standardError: number;
  /** The same choice made over all pairs: what a user of the model would take. */
  readonly threshold: number;
  readonly folds: readonly FoldAccuracy[];
}

// i × 0.01 and not i / 100: the last bit decides for distances right on a threshold, and numpy.arange multiplies.
const thresholds = Float64Array.from({ length: 400 }, (_, i) => i * 0.01);

/** LFW's accuracy: for each fold the threshold that is best on the others (`distance < t`, the first best of 0 … 3.99). */
export function foldAccuracy(distances: Float64Array, { sets, set, same }: PairRows): Accuracy {
  if (sets < 2) throw new EvaluationError(`accuracy over folds: expected at least 2 sets of pairs, got ${sets}`);
  const right = Array.from({ length: sets }, () => new Float64Array(thresholds.length));
  const pairs = new Float64Array(sets);
  distances.forEach((distance, pair) => {
    const row = right[set[pair]!]!;
    const isSame = same[pair] === 1;
    pairs[set[pair]!]!++;
    for (let t = 0; t < thresholds.length; t++) if (distance < thresholds[t]! === isSame) row[t]!++;
  });
  const total = thresholds.map((_, t) => right.reduce((sum, row) => sum + row[t]!, 0));
  const folds = right.map((own, fold): FoldAccuracy => {
    if (pairs[fold] === 0) throw new EvaluationError(`accuracy over folds: set ${fold + 1} has no pairs left`);
    const best = firstBest(total.map((sum, t) => sum - own[t]!));
    return { threshold: thresholds[best]!, accuracy: own[best]! / pairs[fold]! };
  });
  const accuracies = folds.map(({ accuracy }) => accuracy);
  return {
    accuracy: mean(accuracies),
    std: populationDeviation(accuracies),
    standardError: standardError(accuracies),
    threshold: thresholds[firstBest(total)]!,
    folds,
  };
}

function firstBest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
