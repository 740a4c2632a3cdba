import type { SortedRows } from '../kernels/workspace.ts';

/** One anchor as the rules see it. The arrays are reused from anchor to anchor and may be longer than their counts. */
export interface Anchor {
  row: number;
  /** Other rows of the identity, ascending. */
  positiveCount: number;
  readonly positives: Int32Array;
  readonly positiveDistances: Float32Array;
  /** Rows of other identities by distance, then by row, as far as the rule reaches. */
  negativeCount: number;
  readonly negatives: SortedRows;
}

export function negativeRow(anchor: Anchor, rank: number): number {
  return anchor.negatives.rows[2 * rank + 1]!;
}

export function negativeDistance(anchor: Anchor, rank: number): number {
  return anchor.negatives.distances[2 * rank]!;
}

/** How many negatives are at most `distance` away: the rank of the first one beyond. */
export function rankBeyond(anchor: Anchor, distance: number): number {
  const { distances } = anchor.negatives;
  let low = 0;
  let high = anchor.negativeCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (distances[2 * middle]! <= distance) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many negatives are nearer than `distance`: the rank of the first one that is not. */
export function rankFrom(anchor: Anchor, distance: number): number {
  const { distances } = anchor.negatives;
  let low = 0;
  let high = anchor.negativeCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (distances[2 * middle]! < distance) low = middle + 1;
    else high = middle;
  }
  return low;
}
