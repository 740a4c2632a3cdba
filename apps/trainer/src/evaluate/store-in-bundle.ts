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
      thresholds: thresholds.length > 0 ? risingRates(thresholds.map((found): Threshold => ({
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

/** Smallest rate first. Where distances tie, two rates have one threshold. */
function risingRates(thresholds: readonly Threshold[]): Threshold[] {
  return thresholds.toSorted((a, b) => a.far - b.far);
}
