import type { Accuracy, Estimated, Rank1Cell, ValAtFar, ValCell } from '@facenet/evaluation';
import type { Comparison } from './compare-sides.ts';
import type { Side } from './side.ts';
import type { Stored } from './store.ts';

interface Cells<T> {
  readonly gallery: T;
  readonly query: T;
  readonly cross: T;
}

interface AllCells<T> extends Cells<T> {
  readonly crossReverse: T;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

interface SideSummary {
  readonly name: string;
  readonly modelId: string;
  readonly spaceId: string | null;
}

/** What `compare --json` prints, and scripts rely on. Shares are fractions. */
export interface ComparisonSummary {
  /** Share of same-person pairs accepted: gallery model alone, query model alone, query's embeddings against the gallery's. */
  readonly val: { readonly far: number } & Cells<number>;
  /** `cross`: the query model's probes in the gallery model's gallery. `crossReverse`: the other way around. */
  readonly rank1: AllCells<number>;
  /** Every cell across is at least as good as the weaker model alone, and neither is at chance alone. */
  readonly passes: boolean;
  /** LFW's, of the listed pairs. */
  readonly accuracy?: AllCells<Omit<Accuracy, 'folds'>> & { readonly pairs: number; readonly skipped: number };
  /** The counts and intervals behind `val` and `rank1`. */
  readonly cells: {
    readonly val: Cells<Omit<ValAtFar, 'far'> & Bounds>;
    readonly rank1: AllCells<Omit<Rank1Cell, 'interval'> & Bounds>;
  };
  /** Each cell across less the weaker model alone. */
  readonly differences: { readonly val: Difference; readonly rank1: { readonly cross: Difference; readonly crossReverse: Difference } };
  /** Of the query's probes against the gallery, for each rate that the pairs support. */
  readonly thresholds: readonly ValAtFar[];
  readonly images: number;
  readonly identities: number;
  readonly broken: number;
  readonly missing: number;
  readonly resamples: number;
  readonly dataset: string;
  readonly galleryModel: SideSummary;
  readonly queryModel: SideSummary;
  readonly notes: readonly string[];
}

interface Difference extends Bounds {
  readonly value: number;
}

/** What was kept in the query's bundle, and where the report is. */
export interface ComparisonResult extends ComparisonSummary {
  readonly stored: Stored | null;
  readonly report: string | null;
}

export function summarizeComparison({ gallery, query, table, accuracies, broken, missing, notes }: Comparison, dataset: string): ComparisonSummary {
  const { val, rank1, differences } = table;
  return {
    val: { far: table.far, gallery: val.gallery.value, query: val.query.value, cross: val.cross.value },
    rank1: { gallery: rank1.gallery.value, query: rank1.query.value, cross: rank1.cross.value, crossReverse: rank1.crossReverse.value },
    passes: table.passes,
    ...(accuracies && {
      accuracy: {
        gallery: withoutFolds(accuracies.gallery), query: withoutFolds(accuracies.query),
        cross: withoutFolds(accuracies.cross), crossReverse: withoutFolds(accuracies.crossReverse),
        pairs: accuracies.pairs, skipped: accuracies.skipped,
      },
    }),
    cells: {
      val: { gallery: valCell(val.gallery), query: valCell(val.query), cross: valCell(val.cross) },
      rank1: {
        gallery: rankCell(rank1.gallery), query: rankCell(rank1.query), cross: rankCell(rank1.cross), crossReverse: rankCell(rank1.crossReverse),
      },
    },
    differences: {
      val: bounded(differences.val),
      rank1: { cross: bounded(differences.rank1.cross), crossReverse: bounded(differences.rank1.crossReverse) },
    },
    thresholds: val.cross.thresholds,
    images: table.images, identities: table.identities, broken: broken.length, missing, resamples: table.resamples, dataset,
    galleryModel: sideSummary(gallery), queryModel: sideSummary(query), notes,
  };
}

/** Why it does not pass: models at chance, and cells below the weaker model alone, by how much. */
export function shortfalls({ val, rank1, differences, cells }: ComparisonSummary): string[] {
  const beyondChance = ({ high }: Bounds): string => (high < 0 ? 'beyond chance' : 'within chance');
  const short = (name: string, value: number, weaker: number, difference: Difference): string[] => (
    difference.value >= 0 ? [] : [`${name} ${percent(value)} < ${percent(weaker)} of the weaker model alone (${beyondChance(difference)})`]
  );
  const weaker = { val: Math.min(val.gallery, val.query), rank1: Math.min(rank1.gallery, rank1.query) };
  // At chance, as many pairs of one person are accepted as of two.
  const useless = (['gallery', 'query'] as const).filter((name) => !(cells.val[name].value > cells.val[name].achievedFar));
  return [
    ...useless.map((name) => `the ${name} alone tells no one apart (VAL ${percent(val[name])} at FAR ${val.far})`),
    ...short(`VAL across (${count(cells.val.cross.pairsSame)} pairs)`, val.cross, weaker.val, differences.val),
    ...short('rank 1 across', rank1.cross, weaker.rank1, differences.rank1.cross),
    ...short('rank 1 across in reverse', rank1.crossReverse, weaker.rank1, differences.rank1.crossReverse),
  ];
}

function sideSummary({ name, modelId, spaceId }: Side): SideSummary {
  return { name, modelId, spaceId: spaceId ?? null };
}

function valCell({ threshold, value, accepted, pairsSame, falseAccepts, pairsDifferent, achievedFar, interval }: ValCell): Omit<ValAtFar, 'far'> & Bounds {
  return { value, low: interval.low, high: interval.high, threshold, accepted, pairsSame, falseAccepts, pairsDifferent, achievedFar };
}

function rankCell({ value, hits, probes, withoutMate, interval }: Rank1Cell): Omit<Rank1Cell, 'interval'> & Bounds {
  return { value, low: interval.low, high: interval.high, hits, probes, withoutMate };
}

function bounded({ value, interval: { low, high } }: Estimated): Difference {
  return { value, low, high };
}

function withoutFolds({ accuracy, std, standardError, threshold }: Accuracy): Omit<Accuracy, 'folds'> {
  return { accuracy, std, standardError, threshold };
}

/** The 2×2 tables for people: one line for each pair of models. */
export function tableRows({ cells: { val, rank1 }, accuracy }: ComparisonSummary): { header: string[]; rows: string[][] } {
  const header = ['gallery', 'probes', 'VAL', '95 %', 'threshold', 'rank 1', '95 %', ...(accuracy ? ['accuracy'] : [])];
  const row = (gallery: string, probes: string, valOf: keyof typeof val, rankOf: keyof typeof rank1): string[] => [
    gallery, probes, percent(val[valOf].value), range(val[valOf]), val[valOf].threshold.toFixed(4), percent(rank1[rankOf].value), range(rank1[rankOf]),
    ...(accuracy ? [`${percent(accuracy[rankOf].accuracy)} ± ${percent(accuracy[rankOf].std)}`] : []),
  ];
  return {
    header,
    rows: [
      row('A', 'A', 'gallery', 'gallery'),
      row('A', 'B', 'cross', 'cross'),
      row('B', 'A', 'cross', 'crossReverse'),
      row('B', 'B', 'query', 'query'),
    ],
  };
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
export const count = (value: number): string => value.toLocaleString('en');
export const range = ({ low, high }: Bounds): string => `${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)}`;
/** A difference of two shares, in percentage points. */
export const points = (difference: number): string => `${difference < 0 ? '−' : '+'}${(100 * Math.abs(difference)).toFixed(2)}`;
