import type { Interval, MeanVal, ValAtFar } from '@facenet/evaluation';
import type { EvaluationResult, OrRefused } from './evaluate-embeddings.ts';

/**
 * What `evaluate --json` prints, and scripts rely on. Shares are fractions; a refused figure is null with its reason.
 * `val`, `auc` and `eer` are those of the list of pairs where one was given, else those over all pairs.
 */
export interface EvaluationSummary {
  readonly val: FoldVal | WholeVal;
  readonly auc: number | null;
  readonly eer: number | null;
  /** Of `auc` and `eer`. */
  readonly intervals: Intervals;
  readonly images: number;
  /** null where nobody says who is who. */
  readonly identities: number | null;
  readonly accuracy?: number;
  /** Population deviation of the folds. */
  readonly std?: number;
  readonly standardError?: number;
  readonly accuracyInterval?: Interval | null;
  /** Best over all pairs of the list. */
  readonly threshold?: number;
  /** Of the list of pairs. */
  readonly areaUnderRoc?: number;
  /** All pairs of all images at once. */
  readonly allPairs: WholeSummary | { readonly refused: string };
  /** All pairs of all images, mean over five parts that share no person. */
  readonly valAllPairs: FoldVal;
  readonly pairs: number;
  readonly pairsSkipped: number;
  readonly folds?: readonly { readonly threshold: number; readonly accuracy: number }[];
  /** Over all pairs of all images at once; only rates that their number supports. */
  readonly thresholds: readonly ValAtFar[];
}

interface Intervals {
  readonly auc: Interval | null;
  readonly eer: Interval | null;
}

/** A mean over folds, or over parts. */
export interface FoldVal {
  readonly far: number;
  readonly value: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly achievedFar?: number;
  readonly falseAccepts?: number;
  readonly pairsSame?: number;
  readonly pairsDifferent?: number;
  readonly refused?: string;
}

/** Over all pairs at once. */
export interface WholeVal {
  readonly far: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly threshold?: number;
  readonly achievedFar?: number;
  readonly accepted?: number;
  readonly falseAccepts?: number;
  readonly pairsSame?: number;
  readonly pairsDifferent?: number;
  readonly refused?: string;
}

export interface WholeSummary {
  readonly refused?: undefined;
  readonly val: WholeVal;
  readonly auc: number;
  /** By how much a finer histogram of the distances could change it. */
  readonly aucWithin: number;
  readonly eer: number;
  readonly eerWithin: number;
  readonly eerThreshold: number;
  readonly intervals: Intervals;
  readonly pairsSame: number;
  readonly pairsDifferent: number;
}

export function summarize(result: EvaluationResult): EvaluationSummary {
  const { images, identities, pairs, valAllPairs, whole } = result;
  const onPairs = pairs && {
    accuracy: pairs.accuracy,
    std: pairs.std,
    standardError: pairs.standardError,
    accuracyInterval: pairs.intervals.accuracy ?? null,
    threshold: pairs.threshold,
    areaUnderRoc: pairs.areaUnderRoc,
    folds: pairs.folds,
  };
  return {
    ...headline(result),
    ...onPairs,
    images,
    identities: identities ?? null,
    allPairs: wholeSummary(result),
    valAllPairs: foldVal(valAllPairs),
    pairs: pairs?.pairs ?? 0,
    pairsSkipped: pairs?.skipped ?? 0,
    thresholds: whole.refused === undefined ? whole.thresholds : [],
  };
}

function headline(result: EvaluationResult): Pick<EvaluationSummary, 'val' | 'auc' | 'eer' | 'intervals'> {
  const { listed, pairs, far } = result;
  if (listed && pairs) {
    const { auc = null, eer = null } = pairs.intervals;
    return { val: foldVal(pairs.val), auc: pairs.areaUnderRoc, eer: pairs.equalErrorRate.value, intervals: { auc, eer } };
  }
  const whole = wholeSummary(result);
  if (whole.refused === undefined) return { val: whole.val, auc: whole.auc, eer: whole.eer, intervals: whole.intervals };
  return { val: { far, value: null, interval: null, refused: whole.refused }, auc: null, eer: null, intervals: { auc: null, eer: null } };
}

function wholeSummary({ whole }: EvaluationResult): WholeSummary | { readonly refused: string } {
  if (whole.refused !== undefined) return whole;
  const { val, areaUnderRoc, equalErrorRate, intervals: { auc = null, eer = null }, pairsSame, pairsDifferent } = whole;
  return {
    val: wholeVal(val),
    auc: areaUnderRoc.figure, aucWithin: areaUnderRoc.within,
    eer: equalErrorRate.figure.value, eerWithin: equalErrorRate.within, eerThreshold: equalErrorRate.figure.threshold,
    intervals: { auc, eer }, pairsSame, pairsDifferent,
  };
}

function wholeVal(val: OrRefused<ValAtFar>): WholeVal {
  if (val.refused !== undefined) return { far: val.far, value: null, interval: null, refused: val.refused };
  const { far, value, threshold, achievedFar, accepted, falseAccepts, pairsSame, pairsDifferent, interval = null } = val;
  return { far, value, interval, threshold, achievedFar, accepted, falseAccepts, pairsSame, pairsDifferent };
}

function foldVal(val: OrRefused<MeanVal>): FoldVal {
  if (val.refused !== undefined) return { far: val.far, value: null, standardError: null, interval: null, refused: val.refused };
  const { far, value, standardError, pairsSame, pairsDifferent, parts, interval = null } = val;
  const falseAccepts = parts.reduce((sum, part) => sum + part.falseAccepts, 0);
  return { far, value, standardError, interval, achievedFar: falseAccepts / pairsDifferent, falseAccepts, pairsSame, pairsDifferent };
}
