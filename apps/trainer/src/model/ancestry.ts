import { CliError } from '../cli/errors.ts';
import { parseExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import { checkpointIn, readCheckpoint } from '../training/checkpoint.ts';
import type { RunState } from '../training/run-state.ts';
import { listTrainedOn, type TrainedOn } from './trained-on.ts';

/** A run whose weights another one began with. */
export interface Ancestor {
  readonly experiment: Experiment;
  /** Digest of its list of images. */
  readonly data: string;
  /** Undefined where its images are out of reach, or are not those any more. */
  readonly trainedOn: TrainedOn | undefined;
}

export interface Ancestry {
  /** The nearest first. */
  readonly runs: readonly Ancestor[];
  /** The checkpoint at which the line is lost, since it is gone. */
  readonly lostAt?: string;
}

/** The runs behind an experiment: what they were trained on, its network was trained on as well. */
export function ancestryOf({ start }: Pick<Experiment, 'start'>, seen: ReadonlySet<string> = new Set()): Ancestry {
  if (start === undefined || seen.has(start.from)) return { runs: [] };
  const before = readRun(start.from);
  if (before === undefined) return { runs: [], lostAt: start.from };
  const { runs, ...lost } = ancestryOf(before.experiment, new Set([...seen, start.from]));
  return { runs: [{ ...before, trainedOn: listTrainedOn(before.experiment, before.data) }, ...runs], ...lost };
}

function readRun(place: string): Pick<Ancestor, 'experiment' | 'data'> | undefined {
  try {
    const file = checkpointIn(place);
    const { experiment, state } = readCheckpoint(file);
    return { experiment: parseExperiment(experiment, file), data: (JSON.parse(state) as RunState).data };
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
