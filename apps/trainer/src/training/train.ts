import { readFileSync } from 'node:fs';
import { broadcastBytes, type Communicator, requireSame } from '@facenet/collective';
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
import { agree } from './agreement.ts';
import { type Checkpoint, decodeCheckpoint, readCheckpointBytes } from './checkpoint.ts';
import type { EngineFactory } from './engine.ts';
import type { HeldOutResult } from './held-out.ts';
import { metricsName } from './metrics-log.ts';
import { needsReference } from './objectives/create-objective.ts';
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
  /** The processes that train together. */
  readonly communicator: Communicator;
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

/** Ranks compute the same weights; how often that is checked, in steps. */
const weightCheckInterval = 100;

/**
 * Runs an experiment to its end, or until it is asked to stop. Of several processes, each trains on its part of every
 * batch; rank 0 holds the run folder, measures and decides, and the others compute along.
 */
export async function train(experiment: Experiment, options: TrainOptions): Promise<TrainResult> {
  const spec = resolveSpec(experiment.model, 'model');
  const folder = options.communicator.rank === 0 ? new RunFolder(experiment.run, options) : undefined;
  try {
    await requireSame(options.communicator, 'settings of the experiment', [formatExperiment(experiment)]);
    const saved = options.resume ? await lastCheckpoint(folder, spec, options) : undefined;
    if (saved) noteChanges(saved, experiment, options.progress);
    folder?.write('config.yaml', formatExperiment(experiment));
    return await runIn(folder, experiment, saved, options);
  } finally {
    folder?.dispose();
  }
}

async function runIn(folder: RunFolder | undefined, experiment: Experiment, saved: Checkpoint | undefined, options: TrainOptions): Promise<TrainResult> {
  const { checkpoint } = experiment;
  const { communicator } = options;
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
  let now = await agree(communicator, clock, options.signal);

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
  const report = async (to: RunFolder, result: HeldOutResult | undefined): Promise<void> => {
    to.write('report.html', await renderReport({
      ...session, experiment, step, best, minutes: clock.minutes, metrics: readFileSync(to.file(metricsName), 'utf8'),
      heldOut: heldOut && result && { set: heldOut, result },
    }));
    logbook.restart();
  };

  const isLast = (): boolean => stage.index === stages.length - 1;
  const stageShare = (at: number): number => stageProgress(stages, pace, { stage, step: at, minutes: now.minutes });
  const checkWeights = (): Promise<void> => (
    requireSame(communicator, `step ${step}: weights`, [...session.learner.weights.values(), ...session.learner.objective.weights.values()])
  );
  // A run that is over can be resumed too; there is nothing left to do then.
  let finished = step > 0 && isLast() && stageShare(step) >= 1;

  try {
    await checkWeights();
    // What the untrained network makes of these faces: the floor of every curve.
    if (step === 0) {
      await evaluate();
      logbook.restart();
    }
    while (!finished) {
      now = await agree(communicator, clock, options.signal);
      if (step > stage.firstStep && stageShare(step) >= 1) {
        stage = { index: stage.index + 1, firstStep: step, startMinutes: now.minutes, objective: undefined };
        // A stage changes what is learned, so the best of an earlier one is not what the run is for.
        best = null;
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

      now = await agree(communicator, clock, options.signal);
      const stageOver = stageShare(step) >= 1;
      finished = stageOver && isLast();
      const stopping = finished || now.stop;
      const share = overallProgress(stages, pace, { stage, step, minutes: now.minutes });
      if (step % weightCheckInterval === 0 || stopping) await checkWeights();
      if (step % every.log === 0 || stageOver) logbook.train({ step, learningRate, share, waited: loader.takeWaited() });

      if (folder && (step % every.evaluation === 0 || stageOver)) {
        const result = await evaluate();
        const candidate = result && bestOf(step, result, stages[stage.index]!);
        if (candidate && candidate.accuracy > (best?.accuracy ?? -1)) {
          best = candidate;
          folder.checkpoints.saveBest(snapshot(batch.after), shapes);
        }
        await report(folder, result);
      }

      if (!stageOver && isOfflineStep(session.learner.stage, step - stage.firstStep)) await session.chooseOffline(step);
      if (folder && (stopping || step % every.checkpoint === 0 || clock.minutes - savedMinutes >= every.checkpointMinutes)) {
        folder.checkpoints.save(snapshot(batch.after), shapes, checkpoint.keep);
        savedMinutes = clock.minutes;
      }
      if (stopping) break;
    }
    return { run: experiment.run, spec, preprocessing: session.preprocessing, step, minutes: clock.minutes, interrupted: !finished, best };
  } finally {
    await session.dispose();
  }
}

/** What a stage is to be good at: where it learns from a reference, the search across. */
function bestOf(step: number, { accuracy, across }: HeldOutResult, { loss }: Stage): Best {
  return across && needsReference([loss]) ? { step, accuracy: across.accuracy, across: true } : { step, accuracy };
}

function isOfflineStep({ loss }: Stage, step: number): boolean {
  return loss.kind === 'triplet' && loss.offline !== undefined && step % loss.offline.every.steps === 0;
}

/** The checkpoint to go on from, as rank 0 has it; none when the run was stopped before its first one. */
async function lastCheckpoint(folder: RunFolder | undefined, spec: ModelSpec, { communicator, progress }: TrainOptions): Promise<Checkpoint | undefined> {
  const own = folder?.checkpoints.newest();
  const bytes = await broadcastBytes(communicator, own === undefined ? undefined : readCheckpointBytes(own));
  if (bytes === undefined) {
    progress.line(`${folder?.path}: no checkpoint yet, starting at step 1`);
    return undefined;
  }
  const file = own ?? 'the checkpoint of rank 0';
  const checkpoint = decodeCheckpoint(bytes, file);
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
