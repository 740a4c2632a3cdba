import { type Bundle, type Evaluation, type MeasuredThreshold, ownPair, withThresholds } from '@facenet/export';
import type { EvaluationSummary } from './summary.ts';

/** The bundle with what was measured: the thresholds of the model alone replaced, its result on this data set replaced or added. */
export function withEvaluation(bundle: Bundle, dataset: string, protocol: string, summary: EvaluationSummary): Bundle {
  const { thresholds, ...results } = summary;
  const entry: Evaluation = { dataset, protocol, results: { ...results } };
  const others = bundle.manifest.evaluation.filter((old) => old.dataset !== dataset || old.protocol !== protocol);
  const manifest = { ...bundle.manifest, evaluation: [...others, entry] };
  if (thresholds.length === 0) return { ...bundle, manifest };
  const measured = thresholds.map(({ far, threshold, value, falseAccepts, pairsSame, pairsDifferent }): MeasuredThreshold => ({
    far, threshold, val: value, falseAccepts, pairsSame, pairsDifferent, source: dataset,
  }));
  return { ...bundle, manifest: withThresholds(manifest, ownPair(manifest), measured) };
}
