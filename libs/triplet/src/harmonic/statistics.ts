import { noTriplets, type LossSums } from '../loss/loss-sink.ts';
import type { SelectionCounts } from '../selection/sink.ts';
import { summarize, type TripletStatistics } from '../statistics.ts';
import type { Combination } from './mix.ts';
import type { View } from './views.ts';

/** Counts and means are over the triplets of all combinations, each as one; variance, norm and mean distance are of v2. */
export interface HarmonicStatistics extends TripletStatistics {
  /** Mean squared distance of v2 to v1 of the same image: 0 when v2 has become v1. */
  readonly referenceDistance: number;
  /** The combinations of the mix. */
  readonly combinations: Readonly<Partial<Record<Combination, CombinationStatistics>>>;
}

export interface CombinationStatistics {
  readonly triplets: number;
  readonly active: number;
  /** Active triplets per triplet that could be selected with these sources of anchor and positive. */
  readonly activeShare: number;
  /** Means over the selected triplets; null when there are none. */
  readonly loss: number | null;
  readonly positiveDistance: number | null;
  readonly negativeDistance: number | null;
}

export interface HarmonicRun {
  readonly views: readonly View[];
  readonly counts: readonly SelectionCounts[];
  readonly embeddings: ArrayLike<number>;
  readonly images: number;
  readonly meanNorm: number;
  readonly referenceDistance: number;
}

export function summarizeHarmonic({ views, counts, embeddings, images, meanNorm, referenceDistance }: HarmonicRun): HarmonicStatistics {
  const sums = noTriplets();
  const combinations: Partial<Record<Combination, CombinationStatistics>> = {};
  views.forEach(({ parts }, view) => {
    for (const part of parts) {
      for (const key of Object.keys(sums) as (keyof LossSums)[]) sums[key] += part.sums[key];
      combinations[part.combination] = describeCombination(part.sums, counts[view]!.opportunities);
    }
  });
  return { ...summarize(addCounts(counts), sums, embeddings, images, meanNorm), referenceDistance, combinations };
}

function describeCombination(sums: LossSums, opportunities: number): CombinationStatistics {
  const mean = (sum: number): number | null => (sums.selected === 0 ? null : sum / sums.selected);
  return {
    triplets: sums.selected,
    active: sums.active,
    activeShare: opportunities === 0 ? 0 : sums.active / opportunities,
    loss: mean(sums.loss),
    positiveDistance: mean(sums.positiveDistance),
    negativeDistance: mean(sums.negativeDistance),
  };
}

function addCounts(counts: readonly SelectionCounts[]): SelectionCounts {
  return counts.reduce((sum, next) => ({
    pairs: sum.pairs + next.pairs,
    opportunities: sum.opportunities + next.opportunities,
    semiHard: sum.semiHard === null || next.semiHard === null ? null : sum.semiHard + next.semiHard,
    fallbacks: sum.fallbacks + next.fallbacks,
    skipped: sum.skipped + next.skipped,
  }));
}
