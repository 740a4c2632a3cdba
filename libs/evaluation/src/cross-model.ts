import { binWidth, collectCrossPairs, collectPairs, countPairs, peopleOf, type PairsOfPeople, type People } from './bootstrap-pairs.ts';
import { bootstrapInterval, resample, usualResamples, type BootstrapOptions } from './bootstrap.ts';
import { valWithResamples } from './bootstrap-val.ts';
import { firstHits, type FirstHits } from './cross-model-rank.ts';
import type { Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import type { Interval } from './interval.ts';
import { rocCurve, type RocPoint } from './roc.ts';
import { usualFars } from './thresholds.ts';
import { countAt, falseAcceptBudget, refusalAtFar, valAtFar, type ValAtFar } from './val-at-far.ts';

// Can the embeddings of one model be searched in the gallery of another one? Both embed the same images. The 2×2 table of
// gallery model × query model says how well each pair of models tells people apart: two cells alone, two across. VAL across
// is symmetric over all ordered pairs; identification is not.

/** A figure with its interval over other people of the same kind. */
export interface Estimated {
  readonly value: number;
  readonly interval: Interval;
}

/** VAL of one cell, at the cell's own threshold. */
export interface ValCell extends ValAtFar {
  readonly interval: Interval;
  /** At the usual rates that the number of pairs supports, the largest first. */
  readonly thresholds: readonly ValAtFar[];
  readonly roc: readonly RocPoint[];
}

/** Whether the image closest to a probe, its own excluded, shows the same person; a tie with someone else is a miss. */
export interface Rank1Cell extends Estimated {
  readonly hits: number;
  readonly probes: number;
  /** Images whose person has no other; not part of the share. */
  readonly withoutMate: number;
}

export interface CrossModelTable {
  readonly images: number;
  readonly identities: number;
  readonly far: number;
  readonly resamples: number;
  readonly val: { readonly gallery: ValCell; readonly query: ValCell; readonly cross: ValCell };
  /** `cross`: the query model's probes in the gallery of the gallery model. `crossReverse`: the other way around. */
  readonly rank1: { readonly gallery: Rank1Cell; readonly query: Rank1Cell; readonly cross: Rank1Cell; readonly crossReverse: Rank1Cell };
  /** Each cell across less the weaker model alone, in every resample: beyond chance where the interval leaves out 0. */
  readonly differences: { readonly val: Estimated; readonly rank1: { readonly cross: Estimated; readonly crossReverse: Estimated } };
  /**
   * Every cell across is at least as good as the weaker model alone, and neither is at chance alone: embeddings that are the
   * same for everyone would be as good across as alone.
   */
  readonly passes: boolean;
}

export interface CrossModelOptions extends BootstrapOptions {
  readonly far?: number;
  readonly onProgress?: (share: number, what: string) => void;
}

/** Compares two models on their embeddings of the same images, [images, size] each, of people told apart by `labels`. */
export function crossModelTable(
  gallery: Embeddings, query: Embeddings, labels: Int32Array,
  { far = 1e-3, resamples = usualResamples, seed = 1, onProgress = () => undefined }: CrossModelOptions = {},
): CrossModelTable {
  if (gallery.size !== query.size) {
    throw new EvaluationError(`the gallery's embeddings have ${gallery.size} numbers, the query's ${query.size}; they cannot be compared`);
  }
  const people = peopleOf(labels);
  const refused = refusalAtFar({ pairsDifferent: countPairs(people, true).different }, far);
  if (refused !== undefined) throw new EvaluationError(refused);
  if (countPairs(people, true).same === 0) throw new EvaluationError('comparing models: there are no two images of one person');
  const drawn = { resamples, seed };
  // Two models across have twice as many pairs as one alone.
  const progress = (from: number, share: number, what: string) => (done: number): void => { onProgress(from + share * done, what); };
  const alone = measureCell(people, true, far, drawn, (keep) => collectPairs(gallery, people, { keep, onProgress: progress(0, 0.25, 'gallery against gallery') }));
  const other = measureCell(people, true, far, drawn, (keep) => collectPairs(query, people, { keep, onProgress: progress(0.25, 0.25, 'query against query') }));
  // Rows are the gallery model's embeddings and columns the query model's, so columns are the query's probes.
  const across = measureCell(people, false, far, drawn, (keep) => collectCrossPairs(gallery, query, people, { keep, onProgress: progress(0.5, 0.5, 'query against gallery') }));

  const val = { gallery: alone.cell, query: other.cell, cross: across.cell };
  const ranks = { gallery: alone.hits, query: other.hits, cross: across.reverseHits, crossReverse: across.hits };
  const resampledRanks = mapCells(ranks, (hits) => resample(people.count, hits.resampled, drawn));
  const rank1 = mapCells(ranks, ({ hits, probes, withoutMate }, name): Rank1Cell => ({
    value: hits / probes, interval: bootstrapInterval(resampledRanks[name]), hits, probes, withoutMate,
  }));
  const rankDifference = (name: 'cross' | 'crossReverse'): Estimated =>
    difference(rank1[name].value, rank1.gallery.value, rank1.query.value, resampledRanks[name], resampledRanks.gallery, resampledRanks.query);
  const differences = {
    val: difference(val.cross.value, val.gallery.value, val.query.value, across.resampled, alone.resampled, other.resampled),
    rank1: { cross: rankDifference('cross'), crossReverse: rankDifference('crossReverse') },
  };
  return {
    images: labels.length, identities: people.count, far, resamples, val, rank1, differences,
    passes: [differences.val, differences.rank1.cross, differences.rank1.crossReverse].every(({ value }) => value >= 0)
      // At chance, as many pairs of one person are accepted as of two.
      && [val.gallery, val.query].every(({ value, achievedFar }) => value > achievedFar),
  };
}

interface MeasuredCell {
  readonly cell: ValCell;
  readonly resampled: Float64Array;
  /** Rows as probes, and columns. */
  readonly hits: FirstHits;
  readonly reverseHits: FirstHits;
}

/** The pairs themselves are let go: they are most of the memory. */
function measureCell(
  people: People, symmetric: boolean, far: number, drawn: BootstrapOptions, collect: (keep: number) => PairsOfPeople,
): MeasuredCell {
  const { val, resampled, pairs } = valWithResamples(countPairs(people, symmetric).different, far, collect, drawn);
  return {
    cell: { ...val, interval: bootstrapInterval(resampled), thresholds: thresholdsOf(pairs), roc: wholeCurve(pairs) },
    resampled,
    hits: firstHits(pairs.nearest, people),
    reverseHits: firstHits(pairs.nearestReverse, people),
  };
}

function difference(
  cross: number, gallery: number, query: number, crosses: Float64Array, galleries: Float64Array, queries: Float64Array,
): Estimated {
  return {
    value: cross - Math.min(gallery, query),
    interval: bootstrapInterval(crosses.map((value, i) => value - Math.min(galleries[i]!, queries[i]!))),
  };
}

function mapCells<Name extends string, A, B>(cells: Readonly<Record<Name, A>>, map: (cell: A, name: Name) => B): Record<Name, B> {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, map(cell as A, name as Name)])) as Record<Name, B>;
}

/** Beyond the pairs that were kept one by one, the largest edge of the histogram that keeps within the rate. */
function thresholdsOf(pairs: PairsOfPeople): ValAtFar[] {
  return usualFars.filter((far) => refusalAtFar(pairs, far) === undefined).map((far) => {
    const budget = falseAcceptBudget(far, pairs.pairsDifferent);
    if (budget < pairs.different.length) return valAtFar(pairs, far);
    let accepts = 0;
    let edge = 0;
    while (accepts + pairs.histogram[edge]! <= budget) accepts += pairs.histogram[edge++]!;
    return { ...countAt(pairs, edge * binWidth, far), falseAccepts: accepts, achievedFar: accepts / pairs.pairsDifferent };
  });
}

/** The curve to a FAR of 1: pair by pair as far as they were kept, then at edges of the histogram. Every point was counted. */
function wholeCurve(pairs: PairsOfPeople): RocPoint[] {
  const { different, histogram, pairsDifferent } = pairs;
  const curve = rocCurve(pairs);
  if (different.length === pairsDifferent) return curve;
  let accepts = 0;
  let next = different.length;
  for (let bin = 0; bin < histogram.length; bin++) {
    accepts += histogram[bin]!;
    if (accepts < next && accepts < pairsDifferent) continue;
    // The last bin also holds what lies right at its end.
    const threshold = bin + 1 < histogram.length ? (bin + 1) * binWidth : Infinity;
    curve.push({ threshold, far: accepts / pairsDifferent, val: countAt(pairs, threshold, 1).value });
    if (accepts === pairsDifferent) break;
    next = Math.max(accepts + 1, accepts * 1.03);
  }
  return curve;
}
