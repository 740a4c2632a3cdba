import { readFileSync } from 'node:fs';
import { canonicalSpec, type ModelSpec, Random, resolveSpec } from '@facenet/architecture';
import type { Preprocessing } from '@facenet/face';
import { tripletStep } from '@facenet/triplet';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { changedSettings } from '../config/changes.ts';
import { progressOf, stepsOf } from '../config/length.ts';
import { formatExperiment, parseExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import type { SamplerMemory } from '../data/batch-loader.ts';
import { renderReport } from '../report/report.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import type { EngineFactory } from './engine.ts';
import type { HeldOutResult } from './held-out.ts';
import { metricsName } from './metrics-log.ts';
import { checkEmbeddings, clip } from './numbers.ts';
import { RunFolder } from './run-folder.ts';
import type { Best, RunState } from './run-state.ts';
import { learningRateAt } from './schedule.ts';
import { openSession } from './session.ts';
import { specHash } from './spec-hash.ts';

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
  const { loss, seed, duration, learningRate: rates, checkpoint } = experiment;
  const session = await openSession({ ...options, folder, experiment, saved });
  const { spec, pace, loader, engine, optimizer, guard, heldOut, logbook, clock, shapes } = session;
  const every = {
    log: stepsOf(experiment.log, pace)!,
    evaluation: stepsOf(experiment.evaluation, pace)!,
    checkpoint: stepsOf(checkpoint.every, pace) ?? Infinity,
    checkpointMinutes: checkpoint.every.minutes ?? Infinity,
  };
  let { step, best } = session.state;
  let savedMinutes = clock.minutes;
  // A run that is over can be resumed too; there is nothing left to do then.
  let finished = step > 0 && progressOf(duration, pace, session.state) >= 1;

  const snapshot = (after: SamplerMemory): Checkpoint => ({
    step, weights: engine.weights, optimizer: optimizer.state(),
    specHash: specHash(spec), spec: canonicalSpec(spec), experiment: formatExperiment(experiment),
    state: JSON.stringify({
      step, minutes: clock.minutes, ...after, best, collapse: guard.state(),
      window: logbook.window, logs: logbook.sync(), data: session.dataDigest,
    } satisfies RunState),
  });

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

  try {
    // What the untrained network makes of these faces: the floor of every curve.
    if (step === 0) {
      await evaluate();
      logbook.restart();
    }
    while (!finished) {
      step++;
      const batch = await loader.next();
      // The middle of the step, so that neither the first nor the last one is taken at a rate of 0.
      const learningRate = learningRateAt(progressOf(duration, pace, { step: step - 0.5, minutes: clock.minutes }), rates);

      const embeddings = await engine.embed(batch.images);
      checkEmbeddings(step, embeddings, engine.weights);

      const triplets = tripletStep({
        embeddings, labels: batch.labels, size: spec.embedding, margin: loss.margin, reduction: loss.reduction,
        selection: guard.selection(loss.selection), random: new Random(seed, `selection/${step}`),
      });

      const gradients = await engine.backward(batch.images, triplets.gradient);
      loader.recycle(batch);
      const gradientNorm = clip(step, gradients, experiment.clipNorm);
      await optimizer.step(engine.weights, gradients, learningRate);

      logbook.add({ loss: triplets.loss, ...triplets.statistics, gradientNorm, ...batch.measured });
      const verdict = guard.observe({ step, loss: triplets.loss, margin: loss.margin, statistics: triplets.statistics });
      if ('message' in verdict) logbook.note(step, verdict.message);

      const share = progressOf(duration, pace, { step, minutes: clock.minutes });
      finished = share >= 1;
      const stopping = finished || options.signal.aborted;
      if (step % every.log === 0 || finished) logbook.train({ step, learningRate, share, waited: loader.takeWaited() });

      if (step % every.evaluation === 0 || finished) {
        const result = await evaluate();
        if (result && result.accuracy > (best?.accuracy ?? -1)) {
          best = { step, accuracy: result.accuracy };
          folder.checkpoints.saveBest(snapshot(batch.after), shapes);
        }
        await report(result);
      }

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
