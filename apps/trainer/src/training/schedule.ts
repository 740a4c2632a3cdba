import type { Experiment } from '../config/schema.ts';

/** `after` is the progress since the warm-up, `progress` that of the whole run, both 0 … 1; gives a share of the peak. */
type Schedule = (after: number, settings: Experiment['learningRate'], progress: number) => number;

const schedules: Record<Experiment['learningRate']['schedule'], Schedule> = {
  constant: () => 1,
  step: (_, { milestones, factor }, progress) => factor ** milestones.filter((milestone) => progress >= milestone).length,
  cosine: (after, { end }) => end + (1 - end) * (1 + Math.cos(Math.PI * after)) / 2,
  linear: (after, { end }) => end + (1 - end) * (1 - after),
};

/** The learning rate when the share `progress` of the run has passed. */
export function learningRateAt(progress: number, settings: Experiment['learningRate']): number {
  const { peak, warmup, schedule } = settings;
  if (progress < warmup) return peak * (progress / warmup);
  const after = warmup < 1 ? (progress - warmup) / (1 - warmup) : 1;
  return peak * schedules[schedule](after, settings, progress);
}
