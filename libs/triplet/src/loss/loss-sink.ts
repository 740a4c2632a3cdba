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

/**
 * Sums the loss while triplets are selected. A triplet's gradient is that of d(a, p) − d(a, n), so it is enough to
 * count, per pair of rows, how often it pulls (+1) and pushes (−1); counts are integers, exact in float32 to 2²⁴.
 */
export function createLossSink(workspace: OpenWorkspace, margin: number): { sink: TripletSink; sums: LossSums } {
  const { weights, stride, size } = workspace;
  const sums: LossSums = { selected: 0, active: 0, loss: 0, positiveDistance: 0, negativeDistance: 0 };
  // For `addNearest`: how often the negatives up to each rank are pushed, and the sums of the nearest distances.
  const pushedUpTo = new Float64Array(size + 1);
  const nearestSum = new Float64Array(size + 1);
  let farthestRank = 0;

  const weigh = (a: number, b: number, weight: number): void => {
    weights[a * stride + b]! += weight;
    weights[b * stride + a]! += weight;
  };

  const sink: TripletSink = {
    add(anchor, positive, rank) {
      const near = anchor.positiveDistances[positive]!;
      const far = negativeDistance(anchor, rank);
      const loss = near - far + margin;
      sums.selected++;
      sums.positiveDistance += near;
      sums.negativeDistance += far;
      if (loss <= 0) return;
      sums.active++;
      sums.loss += loss;
      weigh(anchor.row, anchor.positives[positive]!, 1);
      weigh(anchor.row, negativeRow(anchor, rank), -1);
    },

    // Σ over the `count` nearest of d(a, p) − d(a, n) + α needs only the sum of their distances, so a pair costs O(1).
    addNearest(anchor, positive, count) {
      if (count === 0) return;
      extendSums(anchor, count);
      const near = anchor.positiveDistances[positive]!;
      const active = Math.min(count, rankFrom(anchor, near + margin));
      sums.selected += count;
      sums.positiveDistance += count * near;
      sums.negativeDistance += nearestSum[count]!;
      sums.active += active;
      sums.loss += active * (near + margin) - nearestSum[active]!;
      weigh(anchor.row, anchor.positives[positive]!, active);
      pushedUpTo[active]!++;
    },

    close(anchor) {
      let pushes = 0;
      for (let rank = farthestRank; rank > 0; rank--) {
        pushes += pushedUpTo[rank]!;
        if (pushes > 0) weigh(anchor.row, negativeRow(anchor, rank - 1), -pushes);
        pushedUpTo[rank] = 0;
      }
      pushedUpTo[0] = 0;
      farthestRank = 0;
    },
  };
  return { sink, sums };

  function extendSums(anchor: Anchor, count: number): void {
    for (; farthestRank < count; farthestRank++) {
      nearestSum[farthestRank + 1] = nearestSum[farthestRank]! + negativeDistance(anchor, farthestRank);
    }
  }
}
