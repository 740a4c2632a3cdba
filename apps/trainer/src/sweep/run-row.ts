import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { singleProcess } from '@facenet/collective';
import { CliError, InterruptedError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { evaluateBundle } from '../evaluate/evaluate-bundle.ts';
import { summarize } from '../evaluate/summary.ts';
import { openFaceModel } from '@facenet/model';
import { parseMetrics } from '../report/curves.ts';
import { metricsName } from '../training/metrics-log.ts';
import { runExperiment, type RunResult } from '../training/run-experiment.ts';
import { type Figures, figuresOf } from './figures.ts';
import type { PlannedRow, SweepPlan, TrainWork } from './plan.ts';
import type { HeldOutFigures, RowResult, RowTraining } from './row-result.ts';
import type { RowStore } from './row-store.ts';
import { runSvmRow } from './run-svm-row.ts';

export interface RowContext {
  readonly plan: SweepPlan;
  readonly store: RowStore;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

type Found = Omit<RowResult, 'name' | 'digest' | 'status'>;

/** Trains, exports and measures whatever of a row is not there yet. */
export async function runRow(row: PlannedRow, context: RowContext): Promise<RowResult> {
  return { name: row.name, digest: row.digest, status: 'done', ...await work(row, context) };
}

async function work(row: PlannedRow, context: RowContext): Promise<Found> {
  const { work } = row;
  switch (work.kind) {
    case 'train': {
      const run = await trainRow(row, work, context);
      return {
        cost: work.cost, training: trainingOf(run, work),
        // The people held out were never perturbed.
        ...(Object.keys(row.perturbation).length === 0 && heldOutOf(run)),
        ...(context.plan.measure.set && { evaluation: await evaluate(bundleOf(run), row, context) }),
      };
    }
    case 'bundle':
      return { cost: work.cost, evaluation: await evaluate(work.folder, row, context) };
    case 'svm':
      return runSvmRow(row, work, context);
    default:
      return work satisfies never;
  }
}

async function trainRow(row: PlannedRow, work: TrainWork, { store, signal, progress }: RowContext): Promise<RunResult> {
  const before = store.trained(work);
  if (before) return before;
  const run = store.runFolder(work);
  const resume = existsSync(path.join(run, 'config.yaml'));
  const result = await runExperiment({ ...work.experiment, run }, { resume, exportBundle: true, signal, progress, communicator: singleProcess });
  if (result.interrupted) throw new InterruptedError(`stopped at step ${result.step} of row '${row.name}'`);
  store.keepTraining(row, work, result);
  return result;
}

/** The bundle of a training. */
export function bundleOf({ run, bundle }: RunResult): string {
  if (bundle === null) throw new CliError(`${run}: the training exported no bundle, so there is nothing to evaluate`);
  return bundle;
}

async function evaluate(bundle: string, { perturbation }: PlannedRow, { plan: { measure }, signal, progress }: RowContext): Promise<Figures> {
  const model = await openFaceModel(bundle);
  try {
    const { pairs, seed, far, flip } = measure;
    return figuresOf(summarize(await evaluateBundle(model, measure.set!, {
      pairs, seed, far, flip, perturbation, strict: false, skipMissing: false, whole: false, progress: stoppable(progress, signal),
    })));
  } finally {
    await model.dispose();
  }
}

/** An evaluation is asked to stop where it says how far it is; there is nothing of it to save. */
export function stoppable(progress: Progress, signal: AbortSignal): Progress {
  return {
    ...progress,
    update: (share, note) => {
      if (signal.aborted) throw new InterruptedError('stopped in an evaluation');
      progress.update(share, note);
    },
  };
}

function trainingOf({ run, bundle, step, minutes, best }: RunResult, { experiment: { batch } }: TrainWork): RowTraining {
  return { run, bundle, steps: step, minutes, bestStep: best?.step ?? null, examples: step * (batch.identities * batch.faces + batch.negatives) };
}

/** What the run wrote at its best step: the weights in its bundle. */
function heldOutOf({ run, best }: RunResult): { heldOut?: HeldOutFigures } {
  if (best === null) return {};
  const line = parseMetrics(readFileSync(path.join(run, metricsName), 'utf8')).findLast(({ kind, step }) => kind === 'evaluation' && step === best.step);
  const [error, val, far] = ['accuracyStandardError', 'val', 'valFar'].map((key) => line?.[key]);
  if (typeof error !== 'number') return {};
  return { heldOut: { accuracy: best.accuracy, standardError: error, ...(typeof val === 'number' && typeof far === 'number' ? { val, far } : {}) } };
}
