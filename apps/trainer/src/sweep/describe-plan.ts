import { UsageError } from '../cli/errors.ts';
import { stepsOf } from '../config/length.ts';
import type { Duration, Experiment } from '../config/schema.ts';
import { stagesOf } from '../config/stages.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { splitFor } from '../data/split.ts';
import { describePerturbation } from '../evaluate/perturb.ts';
import type { PlannedRow, SweepPlan, TrainWork } from './plan.ts';
import { RowStore } from './row-store.ts';

export interface RowDescription {
  readonly name: string;
  readonly does: string;
  readonly parameters: number | null;
  readonly multiplyAdds: number | null;
  /** Of the training, as its config says it. */
  readonly length: string | null;
  /** Images that the network will learn from; unknown where the clock decides or the folder cannot be listed. */
  readonly examples: number | null;
  readonly status: 'done' | 'to measure' | 'to do' | 'failed before';
}

/** What a sweep would do, without doing any of it. */
export function describePlan({ title, out, rows }: SweepPlan): { title: string; out: string; rows: RowDescription[] } {
  const store = new RowStore(out);
  return { title, out, rows: rows.map((row) => describeRow(row, store)) };
}

function describeRow(row: PlannedRow, store: RowStore): RowDescription {
  const { name, work, perturbation } = row;
  const cost = work.kind === 'svm' ? null : work.cost;
  return {
    name,
    does: [doing(row), describePerturbation(perturbation)].filter((part) => part !== undefined).join(', '),
    parameters: cost?.parameters ?? null,
    multiplyAdds: cost?.multiplyAdds ?? null,
    length: work.kind === 'train' ? lengthOf(work) : null,
    examples: work.kind === 'train' ? examplesOf(work) : null,
    status: statusOf(row, store),
  };
}

function doing({ work }: PlannedRow): string {
  switch (work.kind) {
    case 'train': return `trains ${work.network}`;
    case 'bundle': return `measures ${work.folder}`;
    case 'svm': return `learns an SVM on ${work.settings.models.join(' + ')}`;
    default: return work satisfies never;
  }
}

function statusOf(row: PlannedRow, store: RowStore): RowDescription['status'] {
  const found = store.latest(row);
  if (found) return found.status === 'done' ? 'done' : 'failed before';
  return row.work.kind === 'train' && store.trained(row.work) ? 'to measure' : 'to do';
}

function lengthOf({ experiment }: TrainWork): string {
  return stagesOf(experiment).map(({ duration }) => showDuration(duration)).join(', then ');
}

function showDuration(duration: Duration): string {
  return Object.entries(duration).flatMap(([unit, amount]) => (amount === undefined ? [] : `${amount.toLocaleString('en')} ${unit}`)).join(' and ');
}

function examplesOf({ experiment }: TrainWork): number | null {
  const { batch } = experiment;
  const batchSize = batch.identities * batch.faces + batch.negatives;
  const durations = stagesOf(experiment).map(({ duration }) => duration);
  const trainImages = durations.some(({ epochs }) => epochs !== undefined) ? countTrainImages(experiment) : 0;
  if (trainImages === undefined) return null;
  return durations.reduce<number | null>((sum, duration) => {
    const steps = stepsOf(duration, { trainImages, batchSize });
    return sum === null || steps === undefined ? null : sum + steps * batchSize;
  }, 0);
}

/** Undefined where the folder is not there, or no folder. */
function countTrainImages(experiment: Experiment): number | undefined {
  try {
    return splitFor(experiment, readIdentities(experiment.data.train)).train.reduce((sum, { files }) => sum + files.length, 0);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
