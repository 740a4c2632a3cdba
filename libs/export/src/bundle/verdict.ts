import { BundleError } from './bundle-error.ts';
import type { Manifest, Threshold } from './manifest.ts';

/** Whether two faces are of one person; `ambiguous` is too close to say no and too far to say yes. */
export type Decision = 'match' | 'ambiguous' | 'unknown';

export interface Verdict {
  readonly decision: Decision;
  /** Squared Euclidean distance, 0 to 4. */
  readonly distance: number;
  /** `match` below it. */
  readonly threshold: number;
  /** `ambiguous` from `threshold` up to here: the threshold of ten times the false-accept rate. */
  readonly ambiguousBelow: number;
  readonly far: number;
}

const largestDistance = 4;

/** The verdict on a distance, at a false-accept rate that the model has a threshold for. */
export function decide(manifest: Pick<Manifest, 'thresholds'>, distance: number, far: number): Verdict {
  const { threshold } = thresholdFor(manifest, far);
  // With every pair accepted, all distances are below.
  const ambiguousBelow = 10 * far < 1 ? thresholdFor(manifest, 10 * far).threshold : largestDistance;
  const decision = distance < threshold ? 'match' : distance < ambiguousBelow ? 'ambiguous' : 'unknown';
  return { decision, distance, threshold, ambiguousBelow, far };
}

export function thresholdFor({ thresholds }: Pick<Manifest, 'thresholds'>, far: number): Threshold {
  // 10 × 0.001 need not be 0.01 to the last bit.
  const found = thresholds.find((each) => Math.abs(each.far - far) <= 1e-9 * far);
  if (found !== undefined) return found;
  const known = thresholds.map((each) => String(each.far)).join(', ');
  throw new BundleError(
    `no threshold for a false-accept rate of ${Number(far.toPrecision(6))}; ` +
    (known === '' ? 'the model has none, since it was exported without measuring any' : `the model has those for ${known}`),
  );
}
