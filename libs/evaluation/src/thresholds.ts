import { refusalAtFar, valAtFar, type SortedPairs, type ValAtFar } from './val-at-far.ts';

export const usualFars = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;

/** A threshold for each FAR that the number of pairs can support; the others are left out, never extrapolated. */
export function thresholdsPerFar(pairs: SortedPairs, fars: readonly number[] = usualFars): ValAtFar[] {
  return fars.filter((far) => refusalAtFar(pairs, far) === undefined).map((far) => valAtFar(pairs, far));
}
