import {
  allPairsOfParts, areaUnderRoc, countSamePairs, equalErrorRate, foldAccuracy, listIntervals, meanInterval, measureAllPairs, refusalAtFar,
  rocCurve, sortPairs, thresholdsPerFar, valAtFar, valOverFolds, valOverParts, type Accuracy, type AllPairs, type BootstrapOptions,
  type DistanceHistogram, type Embeddings, type EqualErrorRate, type Interval, type MeanVal, type PairRows, type Read, type RocPoint,
  type SortedPairs, type ValAtFar,
} from '@facenet/evaluation';
import type { JudgedPairs } from './protocols/test-set.ts';

const largestFar = 0.1;

/** A figure, or why the pairs are too few to give one. */
export type OrRefused<T> = (T & { readonly interval: Interval | undefined; readonly refused?: undefined }) | { readonly far: number; readonly refused: string };

/** Measured on a list of pairs in folds. */
export interface PairResult extends Accuracy {
  readonly val: OrRefused<MeanVal>;
  readonly pairs: number;
  readonly skipped: number;
  readonly areaUnderRoc: number;
  readonly equalErrorRate: EqualErrorRate;
  /** Of accuracy over folds, area and equal error rate by drawing people (or pairs) again. */
  readonly intervals: { readonly accuracy: Interval | undefined; readonly auc: Interval | undefined; readonly eer: Interval | undefined };
  readonly roc: readonly RocPoint[];
  readonly judged: JudgedPairs;
}

/** Measured on all pairs of the images, without parts: what thresholds are taken from. */
export interface WholeResult {
  readonly refused?: undefined;
  readonly pairsSame: number;
  readonly pairsDifferent: number;
  readonly val: OrRefused<ValAtFar>;
  readonly areaUnderRoc: Read<number>;
  readonly equalErrorRate: Read<EqualErrorRate>;
  readonly intervals: { readonly auc: Interval | undefined; readonly eer: Interval | undefined };
  readonly thresholds: readonly ValAtFar[];
  readonly roc: readonly RocPoint[];
  readonly histogram: DistanceHistogram;
}

export interface EvaluationResult {
  readonly images: number;
  /** Undefined where nobody says who is who. */
  readonly identities: number | undefined;
  readonly far: number;
  /** Whether the figures asked for are those of the list of pairs. */
  readonly listed: boolean;
  readonly pairs: PairResult | undefined;
  /** The paper's protocol. */
  readonly valAllPairs: OrRefused<MeanVal>;
  readonly whole: WholeResult | { readonly refused: string };
}

export interface EvaluateOptions {
  readonly far?: number;
  /** Parts of the paper's protocol. */
  readonly parts?: number;
  /** Also all pairs without parts: n²/2 distances, some 10 s for LFW's 13,233 images. */
  readonly whole?: boolean;
  /** Of the people drawn again for intervals. */
  readonly seed?: number;
  /** How often they are drawn. */
  readonly resamples?: number;
  readonly say?: (what: string) => void;
}

/** Embedded images, who is on each where that is known, and pairs of them. */
export interface Subject {
  readonly embeddings: Embeddings;
  readonly labels: Int32Array | undefined;
  readonly judged: JudgedPairs | undefined;
  readonly listed: boolean;
}

const unknownPeople = 'nobody says who is on these images';

/** Everything that is measured of embeddings: folds of pairs where there are pairs, the paper's parts, thresholds, curves. */
export function evaluateEmbeddings(
  { embeddings, labels, judged, listed }: Subject, { far = 1e-3, parts = 5, whole = true, seed = 1, resamples = 500, say = () => undefined }: EvaluateOptions = {},
): EvaluationResult {
  const onPairs = judged && measurePairs(judged, far, { seed, resamples });
  const images = embeddings.data.length / embeddings.size;
  const result = { images, far, listed, pairs: onPairs };
  if (labels === undefined) return { ...result, identities: undefined, valAllPairs: { far, refused: unknownPeople }, whole: { refused: unknownPeople } };
  say(`measuring all pairs of ${images} images, in ${parts} parts`);
  const valAllPairs = measureParts(embeddings, labels, { far, parts });
  if (whole) say(`measuring all pairs of ${images} images, together`);
  return {
    ...result,
    identities: new Set(labels).size,
    valAllPairs,
    whole: whole ? measureWhole(embeddings, labels, far, { seed, resamples }) : { refused: `${images} images have too many pairs to compare all at once` },
  };
}

/** Of any distances, 0 to 4. */
export function measurePairs(judged: JudgedPairs, far: number, resampling: BootstrapOptions = {}): PairResult {
  const { pairs, distances, people } = judged;
  const accuracy = foldAccuracy(distances, pairs);
  const sorted = sortPairs(distances, pairs);
  return {
    ...accuracy,
    val: valOfFolds(distances, pairs, far),
    pairs: distances.length,
    skipped: pairs.skipped,
    areaUnderRoc: areaUnderRoc(sorted),
    equalErrorRate: equalErrorRate(sorted),
    intervals: {
      accuracy: meanInterval(accuracy.folds.map((fold) => fold.accuracy), 'folds'),
      ...listIntervals(distances, pairs, people, resampling),
    },
    roc: rocCurve(sorted),
    judged,
  };
}

function valOfFolds(distances: Float64Array, pairs: PairRows, far: number): OrRefused<MeanVal> {
  const folds = Array.from({ length: pairs.sets }, (_, fold) => fold);
  // A fold's threshold is chosen on the others, so they decide whether the rate is within reach.
  const fewest = Math.min(...folds.map((fold) => sortPairs(distances, pairs, (set) => set !== fold).pairsDifferent));
  const refused = refusalAtFar({ ...sortPairs(distances, pairs), pairsDifferent: fewest }, far);
  if (refused !== undefined) return { far, refused };
  const lonely = folds.find((fold) => sortPairs(distances, pairs, (set) => set === fold).same.length === 0);
  if (lonely !== undefined) return { far, refused: `fold ${lonely + 1} has no pair of one person` };
  const val = valOverFolds(distances, pairs, far);
  return { ...val, interval: meanInterval(val.parts.map(({ value }) => value), 'folds') };
}

function measureParts(embeddings: Embeddings, labels: Int32Array, { far, parts }: { far: number; parts: number }): OrRefused<MeanVal> {
  return valOfParts(labels, { far, parts }, () => allPairsOfParts(embeddings, labels, { parts, largestFar: Math.max(far, largestFar) }));
}

/** VAL over parts of the images, or why there is none; `divide` forms all pairs within each part. */
export function valOfParts(labels: Int32Array, { far, parts }: { far: number; parts: number }, divide: () => readonly SortedPairs[]): OrRefused<MeanVal> {
  if (new Set(labels).size < 2 * parts) return { far, refused: `${parts} parts that share no person need at least ${2 * parts} people` };
  const divided = divide();
  const lonely = divided.findIndex(({ same }) => same.length === 0);
  if (lonely >= 0) return { far, refused: `part ${lonely + 1} of ${parts} has no two images of one person` };
  const crowded = divided.findIndex(({ pairsDifferent }) => pairsDifferent === 0);
  if (crowded >= 0) return { far, refused: `part ${crowded + 1} of ${parts} is one person alone, who has more images than the others leave for a part` };
  const refused = divided.map((pairs) => refusalAtFar(pairs, far)).find((reason) => reason !== undefined);
  if (refused !== undefined) return { far, refused };
  const val = valOverParts(divided, far);
  return { ...val, interval: meanInterval(val.parts.map(({ value }) => value), 'parts') };
}

function measureWhole(embeddings: Embeddings, labels: Int32Array, far: number, resampling: BootstrapOptions): EvaluationResult['whole'] {
  const pairsSame = countSamePairs(labels);
  const pairsDifferent = (labels.length * (labels.length - 1)) / 2 - pairsSame;
  if (pairsSame === 0) return { refused: 'there are no two images of one person' };
  if (pairsDifferent === 0) return { refused: 'there are no images of two people' };
  const { pairs, areaUnderRoc, equalErrorRate, intervals: { val, auc, eer } } = measureAllPairs(embeddings, labels, {
    far, largestFar: Math.max(far, largestFar), ...resampling,
  });
  return {
    pairsSame, pairsDifferent, areaUnderRoc, equalErrorRate,
    intervals: { auc, eer },
    val: valOfAll(pairs, far, val),
    thresholds: thresholdsPerFar(pairs), roc: rocCurve(pairs), histogram: pairs.histogram,
  };
}

function valOfAll(pairs: AllPairs, far: number, interval: Interval | undefined): OrRefused<ValAtFar> {
  const refused = refusalAtFar(pairs, far);
  return refused === undefined ? { ...valAtFar(pairs, far), interval } : { far, refused };
}
