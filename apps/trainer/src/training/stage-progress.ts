import { type Pace, progressOf, stepsOf } from '../config/length.ts';
import type { Stage } from '../config/stages.ts';
import type { StagePosition } from './run-state.ts';

/** Where a run of several stages is. */
export interface RunPosition {
  readonly stage: Pick<StagePosition, 'index' | 'firstStep' | 'startMinutes'>;
  readonly step: number;
  /** Time spent training, over all resumptions. */
  readonly minutes: number;
}

/** How far the stage at work is, 0 … 1. */
export function stageProgress(stages: readonly Stage[], pace: Pace, { stage, step, minutes }: RunPosition): number {
  return progressOf(stages[stage.index]!.duration, pace, { step: step - stage.firstStep, minutes: minutes - stage.startMinutes });
}

/** How far the whole run is, 0 … 1: by steps or minutes where all stages are given in one of them, else stage by stage. */
export function overallProgress(stages: readonly Stage[], pace: Pace, position: RunPosition): number {
  const lengths = commonLengths(stages, pace) ?? stages.map(() => 1);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { index } = position.stage;
  const before = lengths.slice(0, index).reduce((sum, length) => sum + length, 0);
  return (before + lengths[index]! * stageProgress(stages, pace, position)) / total;
}

function commonLengths(stages: readonly Stage[], pace: Pace): number[] | undefined {
  const steps = stages.map(({ duration }) => stepsOf(duration, pace));
  if (steps.every((each): each is number => each !== undefined)) return steps;
  const minutes = stages.map(({ duration }) => duration.minutes);
  return minutes.every((each): each is number => each !== undefined) ? minutes : undefined;
}
