import { allPairs, type AllPairs } from './all-pairs.ts';
import { peopleOf, collectPairs, countPairs, type People } from './bootstrap-pairs.ts';
import { pairsToKeep, resampleVal, valWithResamples } from './bootstrap-val.ts';
import { bootstrapInterval, resample, type BootstrapOptions } from './bootstrap.ts';
import { pairDistances, type Embeddings } from './embeddings.ts';
import { areaUnderRocOf, equalErrorRateOf, type EqualErrorRate, type Read } from './error-rates.ts';
import { EvaluationError } from './errors.ts';
import type { Interval } from './interval.ts';
import type { PairRows } from './resolve-pairs.ts';
import { SmallestPairs } from './smallest-pairs.ts';
import { refusalAtFar } from './val-at-far.ts';

/** Undefined where the people are too few to draw from. */
export interface RateIntervals {
  readonly auc: Interval | undefined;
  readonly eer: Interval | undefined;
}

/** All pairs of images, with the figures that rest on them. */
export interface MeasuredPairs {
  readonly pairs: AllPairs;
  readonly areaUnderRoc: Read<number>;
  readonly equalErrorRate: Read<EqualErrorRate>;
  /** Of VAL only where the pairs support the rate. */
  readonly intervals: RateIntervals & { readonly val: Interval | undefined };
}

export interface MeasureOptions extends BootstrapOptions {
  readonly far: number;
  /** Largest rate that thresholds are asked for. */
  readonly largestFar: number;
  /** Beyond so many pairs of two people, area and equal error rate are resampled on as many, drawn evenly. */
  readonly sampled?: number;
}

/** Resamples of area and equal error rate: each costs a pass over the pairs. */
const usualRateResamples = 500;

/**
 * All pairs of images in one pass, and intervals by bootstrap over people. Throws an EvaluationError without two images of
 * one person, or of two people.
 */
export function measureAllPairs(
  embeddings: Embeddings, labels: Int32Array, { far, largestFar, sampled = 400_000, seed = 1, resamples = usualRateResamples }: MeasureOptions,
): MeasuredPairs {
  const people = peopleOf(labels);
  const count = countPairs(people, true);
  if (count.same === 0) throw new EvaluationError('there are no two images of one person');
  if (count.different === 0) throw new EvaluationError('there are no images of two people');
  const closest = new SmallestPairs(pairsToKeep(far, count.different));
  const pairs = allPairs(embeddings, people.of, { largestFar, closest });
  const same = distancesOf(embeddings, people, samePairsOf(people));
  const figures = { pairs, areaUnderRoc: areaUnderRocOf(pairs.fine), equalErrorRate: equalErrorRateOf(pairs.fine) };
  const options = { seed, resamples };
  return {
    ...figures,
    intervals: {
      ...rateIntervals(embeddings, people, same, figures, sampled, options),
      val: refusalAtFar(pairs, far) === undefined
        ? intervalOf(valResamples(embeddings, people, same, closest, pairs, far, options)) : undefined,
    },
  };
}

function valResamples(
  embeddings: Embeddings, people: People, same: PeoplePairs, closest: SmallestPairs, { pairsDifferent }: AllPairs, far: number, options: BootstrapOptions,
): Float64Array {
  const order = Uint32Array.from(same.distances.keys()).sort((a, b) => same.distances[a]! - same.distances[b]!);
  const kept = {
    people, pairsDifferent, symmetric: true, ...closest.sorted(),
    same: Float64Array.from(order, (pair) => same.distances[pair]!),
    samePerson: Int32Array.from(order, (pair) => same.first[pair]!),
  };
  // Where a resample needs more of the closest pairs than were kept, they are gathered again.
  return resampleVal(kept, far, options)
    ?? valWithResamples(pairsDifferent, far, (keep) => collectPairs(embeddings, people, { keep: Math.min(pairsDifferent, 4 * keep) }), options).resampled;
}

function rateIntervals(
  embeddings: Embeddings, people: People, same: PeoplePairs, { pairs, areaUnderRoc, equalErrorRate }: Omit<MeasuredPairs, 'intervals'>,
  sampled: number, options: BootstrapOptions,
): RateIntervals {
  const whole = pairs.pairsDifferent <= sampled;
  const different = distancesOf(embeddings, people, someDifferentPairs(people, whole ? 1 : Math.ceil(pairs.pairsDifferent / sampled)));
  const { auc, eer } = resampleRates(people.count, same, different, options);
  if (whole) return { auc: intervalOf(auc), eer: intervalOf(eer) };
  // What some pairs give is moved to what all of them gave.
  const part = ratesOf(same, different, new Uint16Array(people.count).fill(1))!;
  const on = `, on ${different.distances.length} of the pairs of two people`;
  return {
    auc: intervalOf(auc, areaUnderRoc.figure - part.auc, on),
    eer: intervalOf(eer, equalErrorRate.figure.value - part.eer, on),
  };
}

/** Intervals of the figures on a list of pairs, by bootstrap over people, or over the pairs where nobody says who they are. */
export function listIntervals(
  distances: Float64Array, pairs: PairRows, labels: Int32Array | undefined, { seed = 1, resamples = usualRateResamples }: BootstrapOptions = {},
): RateIntervals {
  const people = labels && peopleOf(labels);
  const chosen = (isSame: number): PeoplePairs => {
    const order = [...distances.keys()].filter((pair) => pairs.same[pair] === isSame);
    return {
      distances: Float64Array.from(order, (pair) => distances[pair]!),
      first: Int32Array.from(order, (pair) => (people ? people.of[pairs.first[pair]!]! : pair)),
      second: Int32Array.from(order, (pair) => (people && isSame === 0 ? people.of[pairs.second[pair]!]! : alone)),
    };
  };
  const { auc, eer } = resampleRates(people?.count ?? distances.length, chosen(1), chosen(0), { seed, resamples });
  const over = (interval: Interval | undefined): Interval | undefined => (
    interval && (people ? interval : { ...interval, method: interval.method.replace('identities', 'pairs') })
  );
  return { auc: over(intervalOf(auc)), eer: over(intervalOf(eer)) };
}

/** Pairs with the people in them, in any order; `second` is −1 where a pair counts as often as `first` was drawn. */
export interface PeoplePairs {
  readonly distances: Float64Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
}

const alone = -1;

function resampleRates(people: number, same: PeoplePairs, different: PeoplePairs, options: BootstrapOptions): { auc: Float64Array; eer: Float64Array } {
  if (people < 2) return { auc: new Float64Array(), eer: new Float64Array() };
  const eer: number[] = [];
  const auc = resample(people, (times) => {
    const rates = ratesOf(same, different, times);
    eer.push(rates?.eer ?? NaN);
    return rates?.auc ?? NaN;
  }, options);
  return { auc, eer: Float64Array.from(eer) };
}

/** Area under the ROC and equal error rate of pairs that count as often as their people were drawn; undefined without either kind. */
export function ratesOf(same: PeoplePairs, different: PeoplePairs, times: Uint16Array): { auc: number; eer: number } | undefined {
  const histogram = { width: binWidth, same: weigh(same, times), different: weigh(different, times) };
  if (isEmpty(histogram.same) || isEmpty(histogram.different)) return undefined;
  return { auc: areaUnderRocOf(histogram).figure, eer: equalErrorRateOf(histogram).figure.value };
}

/** Steps of 5e-4: a figure is known far better than its interval is wide. */
const bins = 8192;
const binWidth = 4 / bins;

function weigh({ distances, first, second }: PeoplePairs, times: Uint16Array): Float64Array {
  const counts = new Float64Array(bins);
  for (let pair = 0; pair < distances.length; pair++) {
    const other = second[pair]!;
    const weight = times[first[pair]!]! * (other === alone ? 1 : times[other]!);
    if (weight > 0) counts[Math.min(bins - 1, Math.floor(distances[pair]! / binWidth))]! += weight;
  }
  return counts;
}

function isEmpty(counts: Float64Array): boolean {
  return !counts.some((count) => count > 0);
}

function intervalOf(figures: Float64Array, shift = 0, suffix = ''): Interval | undefined {
  // Where half of the draws hold no pair of either kind, the others say little.
  if (figures.filter((figure) => !Number.isNaN(figure)).length <= figures.length / 2) return undefined;
  const { low, high, level, method } = bootstrapInterval(figures);
  return { low: Math.max(0, low + shift), high: Math.min(1, high + shift), level, method: `${method}${suffix}` };
}

type Rows = Pick<PairRows, 'first' | 'second'>;

function distancesOf(embeddings: Embeddings, { of }: People, rows: Rows): PeoplePairs {
  const first = rows.first.map((row) => of[row]!);
  return {
    distances: pairDistances(embeddings, rows),
    first,
    second: rows.second.map((row, pair) => (of[row] === first[pair] ? alone : of[row]!)),
  };
}

function samePairsOf({ of, count }: People): Rows {
  const rowsOf = Array.from({ length: count }, (): number[] => []);
  of.forEach((person, row) => { rowsOf[person]!.push(row); });
  const [first, second]: [number[], number[]] = [[], []];
  for (const rows of rowsOf) {
    rows.forEach((row, i) => {
      for (let j = i + 1; j < rows.length; j++) {
        first.push(row);
        second.push(rows[j]!);
      }
    });
  }
  return { first: Int32Array.from(first), second: Int32Array.from(second) };
}

/** Every `step`-th pair of two people, along the rows: evenly spread, and no random number involved. */
function someDifferentPairs({ of }: People, step: number): Rows {
  const [first, second]: [number[], number[]] = [[], []];
  let seen = 0;
  for (let i = 0; i < of.length; i++) {
    for (let j = i + 1; j < of.length; j++) {
      if (of[i] === of[j] || seen++ % step !== 0) continue;
      first.push(i);
      second.push(j);
    }
  }
  return { first: Int32Array.from(first), second: Int32Array.from(second) };
}
