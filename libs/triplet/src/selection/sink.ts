import type { Anchor } from './anchor.ts';

/** Where a rule puts what it selects: a list, or straight into loss and pair weights. */
export interface TripletSink {
  /** The anchor with its positive of this place in `positives` and its negative of this rank. */
  add(anchor: Anchor, positive: number, rank: number): void;
  /** The anchor and positive with each of the `count` nearest negatives. */
  addNearest(anchor: Anchor, positive: number, count: number): void;
  /** Called after the last triplet of the anchor. */
  close(anchor: Anchor): void;
}

/** What became of the pairs, as the rule saw it. */
export interface SelectionCounts {
  /** Ordered anchor–positive pairs of the batch. */
  pairs: number;
  /** Triplets that the rule could have selected: the measure of the active share. */
  opportunities: number;
  /** Pairs with a semi-hard negative; null under a rule that does not ask. */
  semiHard: number | null;
  /** Pairs that took their negative by the fallback, and those that the fallback left out. */
  fallbacks: number;
  skipped: number;
}
