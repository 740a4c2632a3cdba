import type { LossSums } from './loss/loss-sink.ts';
import type { SelectionCounts } from './selection/sink.ts';

/** How the embeddings of a batch lie, whatever is learnt from them. */
export interface SpreadStatistics {
  /** Mean squared distance over all pairs of rows: 0 when every row is the same, about 2 when spread evenly. */
  readonly meanDistance: number;
  /** Mean squared distance from the mean embedding, 0 to 1. */
  readonly embeddingVariance: number;
  readonly meanNorm: number;
}

/** One line of the training log. */
export interface TripletStatistics extends SpreadStatistics {
  /** Ordered anchor–positive pairs of the batch. */
  readonly pairs: number;
  readonly triplets: number;
  /** Triplets with a loss above 0. */
  readonly active: number;
  /** Active triplets per triplet that the rule could have selected (one per pair, or per anchor, or every one). */
  readonly activeShare: number;
  /** Share of the pairs that had a semi-hard negative; null under a rule that does not ask. */
  readonly semiHardShare: number | null;
  /** Pairs without one that took their negative by the fallback, and those left out by it. */
  readonly fallbacks: number;
  readonly skipped: number;
  /** Means over the selected triplets; null when there are none. */
  readonly positiveDistance: number | null;
  readonly negativeDistance: number | null;
}

export function summarize(
  counts: SelectionCounts, sums: LossSums, embeddings: ArrayLike<number>, size: number, meanNorm: number,
): TripletStatistics {
  return {
    pairs: counts.pairs,
    triplets: sums.selected,
    active: sums.active,
    activeShare: sums.active / counts.opportunities,
    semiHardShare: counts.semiHard === null ? null : counts.semiHard / counts.pairs,
    fallbacks: counts.fallbacks,
    skipped: counts.skipped,
    positiveDistance: sums.selected === 0 ? null : sums.positiveDistance / sums.selected,
    negativeDistance: sums.selected === 0 ? null : sums.negativeDistance / sums.selected,
    ...describeSpread(embeddings, size, meanNorm),
  };
}

export function describeSpread(embeddings: ArrayLike<number>, size: number, meanNorm: number): SpreadStatistics {
  const variance = embeddingVariance(embeddings, size);
  // Σ over ordered pairs of ‖x − y‖² = 2 n² · variance, an identity for any points; a single row has no pair.
  return { meanDistance: 2 * variance * size / Math.max(1, size - 1), embeddingVariance: variance, meanNorm };
}

/** Two passes: the difference of two nearly equal sums would lose what a collapse is told by. */
export function embeddingVariance(embeddings: ArrayLike<number>, size: number): number {
  const dimension = embeddings.length / size;
  const mean = new Float64Array(dimension);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < dimension; k++) mean[k]! += embeddings[row * dimension + k]!;
  }
  for (let k = 0; k < dimension; k++) mean[k]! /= size;
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < dimension; k++) sum += (embeddings[row * dimension + k]! - mean[k]!) ** 2;
  }
  return sum / size;
}
