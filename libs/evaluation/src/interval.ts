import { EvaluationError } from './errors.ts';
import { mean, standardError } from './statistics.ts';

/** Where a figure lies with probability `level`, and by which reasoning. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: string;
}

const level = 0.95;
/** The normal distribution's 97.5 % quantile. */
const normalQuantile = 1.959963984540054;

/** Wilson's interval of a share counted among independent trials. */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw new EvaluationError(`Wilson's interval: expected successes among at least one trial, got ${successes} of ${trials}`);
  }
  const share = successes / trials;
  const z2 = normalQuantile ** 2 / trials;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (normalQuantile / (1 + z2)) * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials));
  // Without errors, or with nothing else, the bound is exact and rounding must not spoil it.
  const low = successes === 0 ? 0 : middle - half;
  const high = successes === trials ? 1 : middle + half;
  return { low, high, level, method: `Wilson, ${trials} trials` };
}

/** Student's interval of a share that is the mean over parts which have no pair in common; undefined for a single part. */
export function meanInterval(shares: readonly number[], parts: string): Interval | undefined {
  if (shares.length < 2) return undefined;
  const half = studentQuantile(shares.length - 1) * standardError(shares);
  const centre = mean(shares);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), level, method: `Student t over ${shares.length} ${parts}` };
}

/** The interval that holds the middle 95 % of resampled figures. */
export function percentileInterval(resampled: readonly number[], method: string): Interval {
  const sorted = [...resampled].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2), level, method };
}

/** The 97.5 % quantile of Student's distribution. */
export function studentQuantile(degrees: number): number {
  let [low, high] = [0, 1];
  while (studentBetween(high, degrees) < level) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentBetween(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|T| < t): Abramowitz and Stegun 26.7.3 and 26.7.4, finite sums for whole degrees of freedom. */
function studentBetween(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cos2 = Math.cos(angle) ** 2;
  const odd = degrees % 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees - 1; k += 2) {
    term *= (cos2 * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
