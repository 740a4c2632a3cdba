import type { MeanVal, ValAtFar } from '@facenet/evaluation';
import type { EvaluationResult, OrRefused } from './evaluate-embeddings.ts';

/** What `evaluate --json` prints, and scripts rely on. Shares are fractions; a refused figure is null with its reason. */
export interface EvaluationSummary {
  readonly accuracy?: number;
  /** Population deviation of the folds. */
  readonly std?: number;
  readonly standardError?: number;
  /** Best over all pairs of the list. */
  readonly threshold?: number;
  readonly areaUnderRoc?: number;
  /** Mean over the folds of the list. */
  readonly val?: FoldVal;
  /** All pairs of all images, mean over five parts that share no person. */
  readonly valAllPairs: FoldVal;
  readonly pairs: number;
  readonly pairsSkipped: number;
  readonly images: number;
  readonly identities: number;
  readonly folds?: readonly { readonly threshold: number; readonly accuracy: number }[];
  /** Over all pairs of all images at once; only rates that their number supports. */
  readonly thresholds: readonly ValAtFar[];
}

interface FoldVal {
  readonly far: number;
  readonly value: number | null;
  readonly standardError: number | null;
  readonly achievedFar?: number;
  readonly pairsSame?: number;
  readonly pairsDifferent?: number;
  readonly refused?: string;
}

export function summarize({ images, identities, pairs, valAllPairs, whole }: EvaluationResult): EvaluationSummary {
  const onPairs = pairs && {
    accuracy: pairs.accuracy,
    std: pairs.std,
    standardError: pairs.standardError,
    threshold: pairs.threshold,
    areaUnderRoc: pairs.areaUnderRoc,
    val: foldVal(pairs.val),
    folds: pairs.folds,
  };
  return {
    ...onPairs,
    valAllPairs: foldVal(valAllPairs),
    pairs: pairs?.pairs ?? 0,
    pairsSkipped: pairs?.skipped ?? 0,
    images,
    identities,
    thresholds: whole?.thresholds ?? [],
  };
}

function foldVal(val: OrRefused<MeanVal>): FoldVal {
  if (val.refused !== undefined) return { far: val.far, value: null, standardError: null, refused: val.refused };
  const { far, value, standardError, pairsSame, pairsDifferent, parts } = val;
  const falseAccepts = parts.reduce((sum, part) => sum + part.falseAccepts, 0);
  return { far, value, standardError, achievedFar: falseAccepts / pairsDifferent, pairsSame, pairsDifferent };
}

/** The figures for people: name and value. */
export function figureRows({
  accuracy, std, standardError, threshold, areaUnderRoc, val, valAllPairs, pairs, pairsSkipped, images, identities,
}: EvaluationSummary): [string, string][] {
  return [
    ['images', `${count(images)} of ${count(identities)} people`],
    ...(accuracy === undefined ? [] : [
      ['pairs', `${count(pairs)}${pairsSkipped > 0 ? ` (${count(pairsSkipped)} left out)` : ''}`],
      ['accuracy', `${percent(accuracy)} ± ${percent(std!)} (deviation of the folds; standard error ${percent(standardError!)})`],
      ['best threshold', threshold!.toFixed(2)],
      ['area under the ROC', areaUnderRoc!.toFixed(4)],
    ] satisfies [string, string][]),
    ...(val ? [[`VAL at FAR ${val.far}, folds of the pairs`, describe(val)] satisfies [string, string]] : []),
    [`VAL at FAR ${valAllPairs.far}, all pairs in five parts`, describe(valAllPairs)],
  ];
}

function describe({ value, standardError, achievedFar, pairsSame, pairsDifferent, refused }: FoldVal): string {
  if (value === null) return `none: ${refused}`;
  const counts = `${count(pairsSame!)} same and ${count(pairsDifferent!)} different pairs`;
  return `${percent(value)} ± ${percent(standardError!)} (standard error; achieved FAR ${achievedFar!.toExponential(1)}; ${counts})`;
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const count = (value: number): string => value.toLocaleString('en');
