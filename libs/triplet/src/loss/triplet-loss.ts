import { squaredDistance } from '../distances.ts';
import type { Triplets } from '../selection/triplet-list.ts';

export interface TripletLoss {
  readonly loss: number;
  /** ∂loss/∂embeddings, [n, d]. */
  readonly gradient: Float64Array;
  /** Triplets with a loss above 0. */
  readonly active: number;
}

/**
 * The mean over the given triplets of [‖a − p‖² − ‖a − n‖² + α]₊ and its gradient, from the definition in float64: for
 * triplets that were chosen elsewhere, and the measure of the fast path. An active triplet adds 2(n − p) to the
 * anchor's gradient, 2(p − a) to the positive's and 2(a − n) to the negative's.
 */
export function tripletLoss(embeddings: ArrayLike<number>, dimension: number, triplets: Triplets, margin: number): TripletLoss {
  const gradient = new Float64Array(embeddings.length);
  const count = triplets.anchors.length;
  let total = 0;
  let active = 0;
  for (let i = 0; i < count; i++) {
    const a = triplets.anchors[i]! * dimension;
    const p = triplets.positives[i]! * dimension;
    const n = triplets.negatives[i]! * dimension;
    const loss = squaredDistance(embeddings, a, p, dimension) - squaredDistance(embeddings, a, n, dimension) + margin;
    if (loss <= 0) continue;
    total += loss;
    active++;
    for (let k = 0; k < dimension; k++) {
      const [ak, pk, nk] = [embeddings[a + k]!, embeddings[p + k]!, embeddings[n + k]!];
      gradient[a + k]! += 2 * (nk - pk) / count;
      gradient[p + k]! += 2 * (pk - ak) / count;
      gradient[n + k]! += 2 * (ak - nk) / count;
    }
  }
  return { loss: count === 0 ? 0 : total / count, gradient, active };
}
