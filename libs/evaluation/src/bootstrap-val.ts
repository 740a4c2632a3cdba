import { collectPairs, countPairs, peopleOf, type PairsOfPeople } from './bootstrap-pairs.ts';
import { bootstrapInterval, resample, type BootstrapOptions } from './bootstrap.ts';
import type { Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import type { Interval } from './interval.ts';
import { falseAcceptBudget, refusalAtFar, valAtFar, type ValAtFar } from './val-at-far.ts';

/** How many times the pairs that a FAR allows are kept: resamples weigh pairs differently and reach further. */
const keptTimes = 10;

/** How many of the closest pairs of different people resampling needs at first. */
export function pairsToKeep(far: number, pairsDifferent: number): number {
  return Math.min(pairsDifferent, keptTimes * (falseAcceptBudget(far, pairsDifferent) + 1));
}

/** The pairs as far as resampled VAL looks at them. */
export type KeptPairs = Omit<PairsOfPeople, 'histogram' | 'nearest' | 'nearestReverse'>;

export interface ValWithResamples {
  readonly val: ValAtFar;
  /** VAL of each resample, at the threshold that the resample's own pairs give for the FAR. */
  readonly resampled: Float64Array;
  readonly pairs: PairsOfPeople;
}

/** VAL at a FAR over all pairs of images, with its interval. */
export function valInterval(
  embeddings: Embeddings, labels: Int32Array, far: number, options: BootstrapOptions = {},
): { val: ValAtFar; interval: Interval } {
  const people = peopleOf(labels);
  const pairsDifferent = countPairs(people, true).different;
  const { val, resampled } = valWithResamples(pairsDifferent, far, (keep) => collectPairs(embeddings, people, { keep }), options);
  return { val, interval: bootstrapInterval(resampled) };
}

/**
 * VAL at a FAR and in each resample of the people. `collect` gathers the pairs with so many of the closest ones kept; it is
 * asked again for more where a resample needs them.
 */
export function valWithResamples(
  pairsDifferent: number, far: number, collect: (keep: number) => PairsOfPeople, options: BootstrapOptions = {},
): ValWithResamples {
  const refused = refusalAtFar({ pairsDifferent }, far);
  if (refused !== undefined) throw new EvaluationError(refused);
  let keep = pairsToKeep(far, pairsDifferent);
  for (;;) {
    const pairs = collect(keep);
    const resampled = resampleVal(pairs, far, options);
    if (resampled !== undefined) return { val: valAtFar(pairs, far), resampled, pairs };
    keep = Math.min(pairsDifferent, 4 * keep);
  }
}

/** Undefined where a resample needs more of the closest pairs than were kept. */
export function resampleVal(pairs: KeptPairs, far: number, options: BootstrapOptions = {}): Float64Array | undefined {
  let short = false;
  const resampled = resample(pairs.people.count, (times) => {
    if (short) return NaN;
    const threshold = resampledThreshold(pairs, times, far);
    if (threshold === undefined) short = true;
    return acceptedShare(pairs, times, threshold ?? NaN);
  }, options);
  return short ? undefined : resampled;
}

/**
 * A pair of one person counts as often as the person was drawn, and one of two people as often as the product says: a
 * person drawn twice is there twice, and neither pairs with the other. The threshold is the largest distance below which
 * at most `far` of all pairs of different people lie; undefined when it is beyond those that were kept, NaN without any.
 */
function resampledThreshold({ different, first, second, people, symmetric }: KeptPairs, times: Uint16Array, far: number): number | undefined {
  let images = 0;
  let squares = 0;
  for (let person = 0; person < people.count; person++) {
    const drawn = times[person]! * people.images[person]!;
    images += drawn;
    squares += drawn * drawn;
  }
  const total = (images * images - squares) * (symmetric ? 0.5 : 1);
  if (total === 0) return NaN;
  const budget = falseAcceptBudget(far, total);
  let accepts = 0;
  for (let pair = 0; pair < different.length; pair++) {
    accepts += times[first[pair]!]! * times[second[pair]!]!;
    if (accepts > budget) return different[pair]!;
  }
  return undefined;
}

function acceptedShare({ same, samePerson, people, symmetric }: KeptPairs, times: Uint16Array, threshold: number): number {
  if (Number.isNaN(threshold)) return NaN;
  let total = 0;
  for (let person = 0; person < people.count; person++) {
    const images = people.images[person]!;
    total += times[person]! * images * (images - 1);
  }
  let accepted = 0;
  for (let pair = 0; pair < same.length && same[pair]! < threshold; pair++) accepted += times[samePerson[pair]!]!;
  // 0 / 0 where no one with two images was drawn.
  return accepted / (total * (symmetric ? 0.5 : 1));
}
