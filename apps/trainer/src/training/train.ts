import { readFileSync } from 'node:fs';
import { canonicalSpec, type ModelSpec, resolveSpec } from '@facenet/architecture';
import type { Preprocessing } from '@facenet/face';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { changedSettings } from '../config/changes.ts';
import { stepsOf } from '../config/length.ts';
import { formatExperiment, parseExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import type { Stage } from '../config/stages.ts';
import type { SamplerMemory } from '../data/batch-loader.ts';
import { renderReport } from '../report/report.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import type { EngineFactory } from './engine.ts';
import type { HeldOutResult } from './held-out.ts';
import { metricsName } from './metrics-log.ts';
import { RunFolder } from './run-folder.ts';
import type { Best, RunState } from './run-state.ts';
import { learningRateAt } from './schedule.ts';
import { openSession } from './session.ts';
import { specHash } from './spec-hash.ts';
import { overallProgress, stageProgress } from './stage-progress.ts';

export interface TrainOptions {
  readonly resume: boolean;
  /** Asks the run to finish its step, write a checkpoint and end. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly factory: EngineFactory;
}

export interface TrainResult {
  readonly run: string;
  readonly spec: ModelSpec;
  readonly preprocessing: Preprocessing;
  readonly step: number;
  readonly minutes: number;
  readonly interrupted: boolean;
  readonly best: Best | null;
}

/** Runs an experiment to its end, or until it is asked to stop. */
export async function train(experiment: Experiment, options: TrainOptions): Promise<TrainResult> {
  const spec = resolveSpec(experiment.model, 'model');
  const folder = new RunFolder(experiment.run, options);
  try {
    const saved = options.resume ? lastCheckpoint(folder, spec, options.progress) : undefined;
    if (saved) noteChanges(saved, experiment, options.progress);
    folder.write('config.yaml', formatExperiment(experiment));
    return await runIn(folder, experiment, saved, options);
  } finally {
    folder.dispose();
  }
}

async function runIn(folder: RunFolder, experiment: Experiment, saved: Checkpoint | undefined, options: TrainOptions): Promise<TrainResult> {
  const { checkpoint } = experiment;
  const session = await openSession({ ...options, folder, experiment, saved });
  const { spec, stages, pace, loader, heldOut, logbook, clock, shapes } = session;
  const every = {
    log: stepsOf(experiment.log, pace)!,
    evaluation: stepsOf(experiment.evaluation, pace)!,
    checkpoint: stepsOf(checkpoint.every, pace) ?? Infinity,
    checkpointMinutes: checkpoint.every.minutes ?? Infinity,
  };
  let { step, best, stage } = session.state;
  let savedMinutes = clock.minutes;

  const snapshot = (after: SamplerMemory): Checkpoint => {
    const { weights, optimizer, objective, average } = session.learner;
    return {
      step, weights, optimizer: optimizer.state(), head: objective.weights, ema: average?.weights ?? new Map(),
      specHash: specHash(spec), spec: canonicalSpec(spec), experiment: formatExperiment(experiment),
      state: JSON.stringify({
        step, minutes: clock.minutes, ...after, best, stage: { ...stage, objective: objective.state() }, offline: session.offline.state,
        window: logbook.window, logs: logbook.sync(), data: session.dataDigest,
      } satisfies RunState),
    };
  };

  const evaluate = async (): Promise<HeldOutResult | undefined> => {
    const result = await heldOut?.evaluate();
    if (result) logbook.evaluation(step, result);
    return result;
  };

  // The page is there to look at while the run goes on.
  const report = async (result: HeldOutResult | undefined): Promise<void> => {
    folder.write('report.html', await renderReport({
      ...session, experiment, step, best, minutes: clock.minutes, metrics: readFileSync(folder.file(metricsName), 'utf8'),
      heldOut: heldOut && result && { set: heldOut, result },
    }));
    logbook.restart();
  };

  const isLast = (): boolean => stage.index === stages.length - 1;
  const stageShare = (at: number): number => stageProgress(stages, pace, { stage, step: at, minutes: clock.minutes });
  // A run that is over can be resumed too; there is nothing left to do then.
  let finished = step > 0 && isLast() && stageShare(step) >= 1;

  try {
    // What the untrained network makes of these faces: the floor of every curve.
    if (step === 0) {
      await evaluate();
      logbook.restart();
    }
    while (!finished) {
      if (step > stage.firstStep && stageShare(step) >= 1) {
        stage = { index: stage.index + 1, firstStep: step, startMinutes: clock.minutes, objective: undefined };
        await session.enter(stage.index);
      }
      if (step === stage.firstStep) await session.chooseOffline(step);
      if (step === stage.firstStep && stages.length > 1) logbook.note(step, `stage '${session.learner.stage.name}', ${stage.index + 1} of ${stages.length}`);
      step++;
      const batch = await loader.next();
      // The middle of the step, so that neither the first nor the last one is taken at a rate of 0.
      const learningRate = learningRateAt(stageShare(step - 0.5), session.learner.stage.learningRate);
      const { measured, note } = await session.learner.learn(step, batch, learningRate);
      loader.recycle(batch);
      logbook.add({ ...measured, ...batch.measured });
      if (note !== undefined) logbook.note(step, note);

      const stageOver = stageShare(step) >= 1;
      finished = stageOver && isLast();
      const stopping = finished || options.signal.aborted;
      const share = overallProgress(stages, pace, { stage, step, minutes: clock.minutes });
      if (step % every.log === 0 || stageOver) logbook.train({ step, learningRate, share, waited: loader.takeWaited() });

      if (step % every.evaluation === 0 || stageOver) {
        const result = await evaluate();
        if (result && result.accuracy > (best?.accuracy ?? -1)) {
          best = { step, accuracy: result.accuracy };
          folder.checkpoints.saveBest(snapshot(batch.after), shapes);
        }
        await report(result);
      }

      if (!stageOver && isOfflineStep(session.learner.stage, step - stage.firstStep)) await session.chooseOffline(step);
      if (stopping || step % every.checkpoint === 0 || clock.minutes - savedMinutes >= every.checkpointMinutes) {
        folder.checkpoints.save(snapshot(batch.after), shapes, checkpoint.keep);
        savedMinutes = clock.minutes;
      }
      if (stopping) break;
    }
    return { run: folder.path, spec, preprocessing: session.preprocessing, step, minutes: clock.minutes, interrupted: !finished, best };
  } finally {
    await session.dispose();
  }
}

function isOfflineStep({ loss }: Stage, step: number): boolean {
  return loss.kind === 'triplet' && loss.offline !== undefined && step % loss.offline.every.steps === 0;
}

/** The checkpoint to go on from; none when the run was stopped before its first one. */
function lastCheckpoint(folder: RunFolder, spec: ModelSpec, progress: Progress): Checkpoint | undefined {
  const file = folder.checkpoints.newest();
  if (file === undefined) {
    progress.line(`${folder.path}: no checkpoint yet, starting at step 1`);
    return undefined;
  }
  const checkpoint = readCheckpoint(file);
  if (checkpoint.specHash !== specHash(spec)) {
    throw new UsageError(`${file}: holds another network than the config's '${spec.name}'; a run can only go on with its own network`);
  }
  progress.line(`going on from ${file}`);
  return checkpoint;
}

/** A run may go on with other settings; that it no longer repeats the first ones must not go unseen. */
function noteChanges(saved: Checkpoint, experiment: Experiment, progress: Progress): void {
  for (const { path, before, after } of changedSettings(parseExperiment(saved.experiment, 'the checkpoint'), experiment)) {
    progress.line(`${path}: was ${before} until the checkpoint, is ${after} from here on`);
  }
}
