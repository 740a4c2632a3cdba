import type { Bundle, Evaluation, Threshold } from '@facenet/export';
import type { EvaluationSummary } from './summary.ts';

/** The bundle with what was measured: its thresholds replaced, its result on this data set replaced or added. */
export function withEvaluation(bundle: Bundle, dataset: string, protocol: string, summary: EvaluationSummary): Bundle {
  const { thresholds, ...results } = summary;
  const entry: Evaluation = { dataset, protocol, results: { ...results } };
  const others = bundle.manifest.evaluation.filter((old) => old.dataset !== dataset || old.protocol !== protocol);
  return {
    ...bundle,
    manifest: {
      ...bundle.manifest,
      thresholds: thresholds.length > 0 ? rising(thresholds.map((found): Threshold => ({
        far: found.far,
        threshold: found.threshold,
        val: found.value,
        falseAccepts: found.falseAccepts,
        pairsSame: found.pairsSame,
        pairsDifferent: found.pairsDifferent,
        source: dataset,
      }))) : bundle.manifest.thresholds,
      evaluation: [...others, entry],
    },
  };
}

/** Smallest rate first. Where distances tie, two rates may have one threshold: the stricter one keeps it. */
function rising(thresholds: readonly Threshold[]): Threshold[] {
  const ascending = [...thresholds].sort((a, b) => a.far - b.far);
  return ascending.filter(({ threshold }, i) => i === 0 || threshold > ascending[i - 1]!.threshold);
}
