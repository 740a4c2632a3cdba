import type { EvaluationSummary } from '../evaluate/summary.ts';

/** What is kept of an evaluation for a table. */
export type Figures = Pick<EvaluationSummary, (typeof kept)[number]>;

// What concerns all pairs at once, thresholds and the headline that stands for one or the other, is not asked for.
const kept = [
  'accuracy', 'std', 'standardError', 'accuracyInterval', 'areaUnderRoc', 'valAllPairs', 'pairs', 'pairsSkipped', 'images', 'identities',
] as const satisfies readonly (keyof EvaluationSummary)[];

export function figuresOf(summary: EvaluationSummary): Figures {
  return Object.fromEntries(kept.filter((key) => summary[key] !== undefined).map((key) => [key, summary[key]])) as unknown as Figures;
}
