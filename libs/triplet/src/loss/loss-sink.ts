import type { OpenWorkspace } from '../kernels/workspace.ts';
import { negativeDistance, negativeRow, rankFrom, type Anchor } from '../selection/anchor.ts';
import type { TripletSink } from '../selection/sink.ts';

export interface LossSums {
  selected: number;
  active: number;
  loss: number;
  positiveDistance: number;
  negativeDistance: number;
}

export const noTriplets = (): LossSums => ({ selected: 0, active: 0, loss: 0, positiveDistance: 0, negativeDistance: 0 });

/** The triplets whose negative is of one kind: how much each counts in the gradient, and their sums, unweighted. */
export interface LossPart {
  readonly weight: number;
  readonly sums: LossSums;
}

/**
 * Sums the loss while triplets are selected. A triplet's gradient is that of d(a, p) − d(a, n), so it is enough to
 * count, per pair of rows, how often it pulls (+1) and pushes (−1); counts are integers, exact in float32 to 2²⁴.
 * `partOf` says to which part the triplets with a negative belong, by its row.
 */
export function createLossSink(
  workspace: OpenWorkspace, margin: number, parts: readonly LossPart[], partOf: (negative: number) => number,
): TripletSink {
  const { weights, stride, size } = workspace;
  // For `addNearest`: how often the negatives up to each rank are pushed, and the sums of the nearest by part.
  const pushedUpTo = new Float64Array(size + 1);
  const nearest = parts.map(() => ({ count: new Int32Array(size + 1), distance: new Float64Array(size + 1) }));
  let farthestRank = 0;

  const weigh = (a: number, b: number, weight: number): void => {
    weights[a * stride + b]! += weight;
    weights[b * stride + a]! += weight;
  };

  return {
    add(anchor, positive, rank) {
      const near = anchor.positiveDistances[positive]!;
      const far = negativeDistance(anchor, rank);
      const negative = negativeRow(anchor, rank);
      const loss = near - far + margin;
      const { weight, sums } = parts[partOf(negative)]!;
      sums.selected++;
      sums.positiveDistance += near;
      sums.negativeDistance += far;
      if (loss <= 0) return;
      sums.active++;
      sums.loss += loss;
      weigh(anchor.row, anchor.positives[positive]!, weight);
      weigh(anchor.row, negative, -weight);
    },

    // Σ over the `count` nearest of d(a, p) − d(a, n) + α needs only the sum of their distances, so a pair costs O(1).
    addNearest(anchor, positive, count) {
      if (count === 0) return;
      extendSums(anchor, count);
      const near = anchor.positiveDistances[positive]!;
      const activeRanks = Math.min(count, rankFrom(anchor, near + margin));
      let pull = 0;
      for (let part = 0; part < parts.length; part++) {
        const { weight, sums } = parts[part]!;
        const upTo = nearest[part]!;
        const selected = upTo.count[count]!;
        const active = upTo.count[activeRanks]!;
        sums.selected += selected;
        sums.positiveDistance += selected * near;
        sums.negativeDistance += upTo.distance[count]!;
        sums.active += active;
        sums.loss += active * (near + margin) - upTo.distance[activeRanks]!;
        pull += weight * active;
      }
      weigh(anchor.row, anchor.positives[positive]!, pull);
      pushedUpTo[activeRanks]!++;
    },

    close(anchor) {
      let pushes = 0;
      for (let rank = farthestRank; rank > 0; rank--) {
        pushes += pushedUpTo[rank]!;
        const negative = negativeRow(anchor, rank - 1);
        if (pushes > 0) weigh(anchor.row, negative, -pushes * parts[partOf(negative)]!.weight);
        pushedUpTo[rank] = 0;
      }
      pushedUpTo[0] = 0;
      farthestRank = 0;
    },
  };

  function extendSums(anchor: Anchor, count: number): void {
    for (; farthestRank < count; farthestRank++) {
      const mine = partOf(negativeRow(anchor, farthestRank));
      for (let part = 0; part < parts.length; part++) {
        const upTo = nearest[part]!;
        const counts = part === mine;
        upTo.count[farthestRank + 1] = upTo.count[farthestRank]! + (counts ? 1 : 0);
        upTo.distance[farthestRank + 1] = upTo.distance[farthestRank]! + (counts ? negativeDistance(anchor, farthestRank) : 0);
      }
    }
  }
}
