import type { Duration } from './schema.ts';

/** What turns epochs and examples into steps. */
export interface Pace {
  readonly trainImages: number;
  readonly batchSize: number;
}

/** Steps of a length given in steps, epochs or examples; undefined for minutes, which only a clock can tell. */
export function stepsOf(length: Duration, { trainImages, batchSize }: Pace): number | undefined {
  if (length.steps !== undefined) return length.steps;
  if (length.epochs !== undefined) return Math.max(1, Math.round((length.epochs * trainImages) / batchSize));
  if (length.examples !== undefined) return Math.max(1, Math.ceil(length.examples / batchSize));
  return undefined;
}

export interface Position {
  readonly step: number;
  /** Time spent training, over all resumptions. */
  readonly minutes: number;
}

/** How far the run is, 0 … 1. */
export function progressOf(duration: Duration, pace: Pace, position: Position): number {
  const steps = stepsOf(duration, pace);
  const share = steps === undefined ? position.minutes / duration.minutes! : position.step / steps;
  return Math.min(1, share);
}
