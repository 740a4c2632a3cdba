import {
  allPairs, allPairsOfParts, areaUnderRoc, foldAccuracy, pairDistances, refusalAtFar, rocCurve, sortPairs, thresholdsPerFar,
  valOverFolds, valOverParts, type Accuracy, type AllPairs, type DistanceHistogram, type Embeddings, type MeanVal, type PairRows,
  type RocPoint, type SortedPairs, type ValAtFar,
} from '@facenet/evaluation';

const largestFar = 0.1;

/** A figure, or why the pairs are too few to give one. */
export type OrRefused<T> = (T & { readonly refused?: undefined }) | { readonly far: number; readonly refused: string };

/** Measured on a list of pairs in folds. */
export interface PairResult extends Accuracy {
  readonly val: OrRefused<MeanVal>;
  readonly pairs: number;
  readonly skipped: number;
  readonly areaUnderRoc: number;
  readonly roc: readonly RocPoint[];
  /** Of each pair. */
  readonly distances: Float64Array;
}

/** Measured on all pairs of the images, without parts: what thresholds are taken from. */
export interface WholeResult {
  readonly pairsSame: number;
  readonly pairsDifferent: number;
  readonly thresholds: readonly ValAtFar[];
  readonly roc: readonly RocPoint[];
  readonly histogram: DistanceHistogram;
}

export interface EvaluationResult {
  readonly images: number;
  readonly identities: number;
  readonly pairs: PairResult | undefined;
  /** The paper's protocol. */
  readonly valAllPairs: OrRefused<MeanVal>;
  readonly whole: WholeResult | undefined;
}

export interface EvaluateOptions {
  readonly far?: number;
  /** Parts of the paper's protocol. */
  readonly parts?: number;
  /** Also all pairs without parts: n²/2 distances, some 10 s for LFW's 13,233 images. */
  readonly whole?: boolean;
  readonly say?: (what: string) => void;
}

/** Everything that is measured of embeddings: LFW's folds where there are pairs, the paper's parts, thresholds, curves. */
export function evaluateEmbeddings(
  embeddings: Embeddings, labels: Int32Array, pairs: PairRows | undefined,
  { far = 1e-3, parts = 5, whole = true, say = () => undefined }: EvaluateOptions = {},
): EvaluationResult {
  const onPairs = pairs && measurePairs(pairDistances(embeddings, pairs), pairs, far);
  say(`measuring all pairs of ${labels.length} images, in ${parts} parts`);
  const valAllPairs = measureParts(embeddings, labels, { far, parts });
  if (whole) say(`measuring all pairs of ${labels.length} images, together`);
  return {
    images: labels.length,
    identities: new Set(labels).size,
    pairs: onPairs,
    valAllPairs,
    whole: whole ? measureWhole(allPairs(embeddings, labels, { largestFar: Math.max(far, largestFar) })) : undefined,
  };
}

/** Of any distances, 0 to 4. */
export function measurePairs(distances: Float64Array, pairs: PairRows, far: number): PairResult {
  const sorted = sortPairs(distances, pairs);
  // A fold's threshold is chosen on the others, so they decide whether the rate is within reach.
  const fewest = Math.min(...Array.from({ length: pairs.sets }, (_, fold) => sortPairs(distances, pairs, (set) => set !== fold).pairsDifferent));
  const refused = refusalAtFar({ ...sorted, pairsDifferent: fewest }, far);
  return {
    ...foldAccuracy(distances, pairs),
    val: refused === undefined ? valOverFolds(distances, pairs, far) : { far, refused },
    pairs: distances.length,
    skipped: pairs.skipped,
    areaUnderRoc: areaUnderRoc(sorted),
    roc: rocCurve(sorted),
    distances,
  };
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
  const refused = divided.map((pairs) => refusalAtFar(pairs, far)).find((reason) => reason !== undefined);
  return refused === undefined ? valOverParts(divided, far) : { far, refused };
}

function measureWhole(pairs: AllPairs): WholeResult | undefined {
  const { same, pairsDifferent, histogram } = pairs;
  if (same.length === 0 || pairsDifferent === 0) return undefined;
  return { pairsSame: same.length, pairsDifferent, thresholds: thresholdsPerFar(pairs), roc: rocCurve(pairs), histogram };
}
