import type { Interval } from '@facenet/evaluation';
import type { EvaluationSummary, FoldVal, WholeSummary, WholeVal } from './summary.ts';

type Row = [string, string];

/** The figures for people: name and value. */
export function figureRows(summary: EvaluationSummary): Row[] {
  const { images, identities, allPairs, valAllPairs } = summary;
  return [
    ['images', identities === null ? count(images) : `${count(images)} of ${count(identities)} people`],
    ...pairRows(summary),
    ...(allPairs.refused === undefined ? wholeRows(allPairs) : identities === null ? [] : [['all pairs', `none: ${allPairs.refused}`] satisfies Row]),
    ...(identities === null ? [] : [[`VAL at FAR ${valAllPairs.far}, all pairs in five parts`, describeFolds(valAllPairs)] satisfies Row]),
  ];
}

function pairRows({ accuracy, std, standardError, accuracyInterval, threshold, areaUnderRoc, val, auc, eer, intervals, pairs, pairsSkipped }: EvaluationSummary): Row[] {
  if (accuracy === undefined) return [];
  const rows: Row[] = [
    ['pairs', `${count(pairs)}${pairsSkipped > 0 ? ` (${count(pairsSkipped)} left out)` : ''}`],
    ['accuracy', `${percent(accuracy)} ± ${percent(std!)} (deviation of the folds; standard error ${percent(standardError!)}; ${describeInterval(accuracyInterval!)})`],
    ['best threshold', threshold!.toFixed(2)],
  ];
  // Only a list of pairs has figures of its own besides; those drawn stand in for all pairs.
  if (!('standardError' in val)) return rows;
  return [
    ...rows,
    ['area under the ROC', `${areaUnderRoc!.toFixed(4)} (${describeInterval(intervals.auc, false)})`],
    ...(auc === null || eer === null ? [] : [['equal error rate', `${percent(eer)} (${describeInterval(intervals.eer)})`] satisfies Row]),
    [`VAL at FAR ${val.far}, folds of the pairs`, describeFolds(val)],
  ];
}

function wholeRows({ val, auc, eer, eerThreshold, intervals }: WholeSummary): Row[] {
  return [
    ['area under the ROC, all pairs', `${auc.toFixed(5)} (${describeInterval(intervals.auc, false)})`],
    ['equal error rate, all pairs', `${percent(eer)} at ${eerThreshold.toFixed(3)} (${describeInterval(intervals.eer)})`],
    [`VAL at FAR ${val.far}, all pairs`, describeWhole(val)],
  ];
}

function describeWhole({ value, threshold, accepted, falseAccepts, pairsSame, pairsDifferent, interval, refused }: WholeVal): string {
  if (value === null) return `none: ${refused}`;
  const counts = `${count(accepted!)} of ${count(pairsSame!)} same and ${count(falseAccepts!)} of ${count(pairsDifferent!)} different pairs accepted`;
  return `${percent(value)} at ${threshold!.toFixed(4)} (${counts}; ${describeInterval(interval)})`;
}

function describeFolds({ value, standardError, achievedFar, pairsSame, pairsDifferent, interval, refused }: FoldVal): string {
  if (value === null) return `none: ${refused}`;
  const counts = `${count(pairsSame!)} same and ${count(pairsDifferent!)} different pairs`;
  return `${percent(value)} ± ${percent(standardError!)} (standard error; ${describeInterval(interval)}; achieved FAR ${achievedFar!.toExponential(1)}; ${counts})`;
}

export function describeInterval(interval: Interval | null, asPercent = true): string {
  if (interval === null) return 'no interval: too few people or parts';
  const show = (value: number): string => (asPercent ? (100 * value).toFixed(2) : value.toFixed(4));
  return `${100 * interval.level} %: ${show(interval.low)}–${show(interval.high)}${asPercent ? ' %' : ''}, ${interval.method}`;
}

export const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
export const count = (value: number): string => value.toLocaleString('en');
