import type { Experiment } from './schema.ts';

/** A part of a run: what it learns by, which parameters, and for how long. */
export interface Stage extends Pick<Experiment, 'loss' | 'learningRate' | 'optimizer' | 'train' | 'freeze' | 'duration'> {
  readonly name: string;
}

/** The parts of an experiment; one that names none is a single part. */
export function stagesOf(experiment: Experiment): readonly [Stage, ...Stage[]] {
  const { loss, learningRate, optimizer, train, freeze, duration } = experiment;
  const usual: Stage = { name: 'train', loss, learningRate, optimizer, train, freeze, duration };
  const stages = experiment.stages.map((stage): Stage => ({ ...usual, ...defined(stage) }));
  const [first, ...others] = stages;
  return first === undefined ? [usual] : [first, ...others];
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
