import { nextAbove } from './error-rates.ts';
import { countBelow, type SortedPairs } from './val-at-far.ts';

export interface RocPoint {
  readonly threshold: number;
  readonly far: number;
  readonly val: number;
}

/**
 * The curve from no false accept to as many as distances were kept, thinned to about `points` points at false accepts
 * that grow by a constant factor. Each is a threshold that exists: nothing is interpolated.
 */
export function rocCurve({ same, different, pairsDifferent }: SortedPairs, points = 200): RocPoint[] {
  const last = different.length - 1;
  const budgets = new Set([0]);
  for (let i = 0; i < points; i++) budgets.add(Math.round(Math.max(1, last) ** (i / (points - 1))));
  const curve = [...budgets].filter((budget) => budget <= last).map((budget): RocPoint => {
    const threshold = different[budget]!;
    return {
      threshold,
      far: countBelow(different, threshold) / pairsDifferent,
      val: countBelow(same, threshold) / same.length,
    };
  });
  // Accepting everything ends the curve where everything was kept.
  if (different.length === pairsDifferent) curve.push({ threshold: Infinity, far: 1, val: 1 });
  return curve.filter((point, i) => i === 0 || point.threshold > curve[i - 1]!.threshold);
}

/** The chance that a same-person pair is closer than a different-person one, ties counting half; needs all distances. */
export function areaUnderRoc({ same, different }: Pick<SortedPairs, 'same' | 'different'>): number {
  let wins = 0;
  for (const distance of different) {
    const closer = countBelow(same, distance);
    const notFarther = countBelow(same, nextAbove(distance));
    wins += closer + (notFarther - closer) / 2;
  }
  return wins / (same.length * different.length);
}
