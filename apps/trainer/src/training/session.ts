import { availableParallelism } from 'node:os';
import { type Communicator, requireSame } from '@facenet/collective';
import { buildNetwork, type ModelSpec, Random, resolveSpec } from '@facenet/architecture';
import { defaultPreprocessing, type Preprocessing } from '@facenet/face';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import type { Pace } from '../config/length.ts';
import type { Experiment } from '../config/schema.ts';
import { type Stage, stagesOf } from '../config/stages.ts';
import { BatchLoader, batchesAhead } from '../data/batch-loader.ts';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import type { BrokenImage } from '../data/image-store.ts';
import { InputPool } from '../data/input-pool.ts';
import { type InputSettings, seenAlike } from '../data/inputs.ts';
import { openSampler, planner } from './batch-plan.ts';
import type { Checkpoint, Shapes } from './checkpoint.ts';
import { RunClock } from './clock.ts';
import { dataParallel, rowsOf } from './data-parallel.ts';
import { describeData, reportBroken } from './describe-data.ts';
import { embedTogether } from './embed-images.ts';
import type { EngineFactory } from './engine.ts';
import { HeldOut, microBatchesAtOnce } from './held-out.ts';
import type { Learner } from './learner.ts';
import { Logbook } from './logbook.ts';
import { MetricsLog, noMetrics } from './metrics-log.ts';
import { MovingAverage } from './moving-average.ts';
import { needsReference } from './objectives/create-objective.ts';
import { OfflineSelection } from './offline-selection.ts';
import { frozenParameters } from './parameter-patterns.ts';
import { openReference } from './reference/open-reference.ts';
import type { RunFolder } from './run-folder.ts';
import { dataDigest, initialState, type RunState } from './run-state.ts';
import { overallProgress } from './stage-progress.ts';
import { StageLearners } from './stage-learners.ts';
import { startingWeights } from './warm-start.ts';

/** Everything that a running training holds, opened where its checkpoint left it. */
export interface Session {
  readonly spec: ModelSpec;
  readonly shapes: Shapes;
  readonly preprocessing: Preprocessing;
  readonly data: Dataset;
  readonly dataDigest: string;
  readonly pace: Pace;
  readonly loader: BatchLoader;
  readonly offline: OfflineSelection;
  readonly stages: readonly Stage[];
  /** The stage at work. */
  readonly learner: Learner;
  readonly heldOut: HeldOut | undefined;
  readonly logbook: Logbook;
  readonly clock: RunClock;
  /** Where it starts. */
  readonly state: RunState;
  /** Puts the next stage to work, with the weights of the last one. */
  enter(stage: number): Promise<void>;
  /** Chooses triplets offline, if the stage does so; ends it, if the stage before did. */
  chooseOffline(step: number): Promise<void>;
  dispose(): Promise<void>;
}

export interface SessionOptions {
  /** Undefined for a process that writes nothing. */
  readonly folder: RunFolder | undefined;
  readonly experiment: Experiment;
  readonly saved: Checkpoint | undefined;
  readonly factory: EngineFactory;
  readonly progress: Progress;
  readonly communicator: Communicator;
}

export async function openSession({ folder, experiment, saved, progress, communicator, ...options }: SessionOptions): Promise<Session> {
  const { seed, batch, engine: engineSettings } = experiment;
  const factory = dataParallel(options.factory, communicator);
  const stages = stagesOf(experiment);
  const spec = resolveSpec(experiment.model, 'model');
  const { parameters } = buildNetwork(spec, { batch: 1, mode: 'inference' });
  const preprocessing = preprocessingOf(experiment);

  const data = await loadDataset(experiment, (done, total) => { progress.update(0, `decoded ${done} of ${total} images`); });
  const digest = dataDigest(data);
  const state = saved ? (JSON.parse(saved.state) as RunState) : initialState(seed, digest);
  if (state.data !== digest) {
    throw new UsageError(`${experiment.data.train}: other images than those that ${experiment.run} was trained on; a run can only go on with its own data`);
  }
  await requireSame(communicator, `${experiment.data.train}: images`, [digest]);
  describeData(data, batch.faces, progress);

  const random = Random.from(state.random);
  const sampler = openSampler(experiment, data, random, state);
  if (sampler.size / batch.microBatch < communicator.size) {
    throw new UsageError(`batch: ${sampler.size / batch.microBatch} micro-batches of ${batch.microBatch} images cannot be shared by ${communicator.size} processes; lower batch.microBatch or start fewer`);
  }
  const rows = rowsOf(communicator, sampler.size, batch.microBatch);
  const pace = { trainImages: data.trainImages, batchSize: sampler.size };
  const size = [spec.input[1], spec.input[2]] as const;

  for (const stage of stages) frozenParameters(spec, stage);

  const hasReference = needsReference(stages.map(({ loss }) => loss));
  const threads = engineSettings.threads || availableParallelism();
  const reference = hasReference ? await openReference({ experiment, data, dataDigest: digest, size: spec.embedding, folder, progress, communicator, threads }) : undefined;

  const learners = new StageLearners({ experiment, stages, spec, parameters, factory, reference, identities: data.trainIdentities, threads });
  const weights = saved?.weights ?? startingWeights(spec, experiment);
  let learner = await learners.open(state.stage.index, {
    weights, head: saved?.head ?? new Map(), optimizer: saved?.optimizer, objective: state.stage.objective,
    average: experiment.ema && new MovingAverage(experiment.ema.decay, saved?.ema.size ? saved.ema : weights),
  }).catch(async (error: unknown) => {
    await reference?.dispose();
    throw error;
  });

  const settings = { size, preprocessing, augmentation: experiment.augmentation, seed };
  const openPool = (of: InputSettings, onBroken?: (image: BrokenImage) => void): InputPool => (
    new InputPool({ images: data.images, settings: of, strict: experiment.data.strict }, experiment.data.workers, onBroken)
  );
  const pool = openPool(settings, reportBroken(progress));
  const referencePool = reference?.view && openPool(seenAlike(settings, reference.view));
  const clock = new RunClock(state.minutes);
  const logbook = new Logbook({
    log: folder ? new MetricsLog(folder.path, state.logs) : noMetrics, window: state.window, progress, clock, batchSize: sampler.size,
    startShare: overallProgress(stages, pace, state),
  });
  const ahead = batchesAhead(sampler.size * 12 * size[0] * size[1], experiment.data.workers);
  const offline = new OfflineSelection({ labels: data.labels.subarray(0, data.trainImages), seed, ahead }, state.offline);
  const chooseOffline = async (step: number): Promise<void> => {
    const { loss } = learner.stage;
    if (loss.kind !== 'triplet' || loss.offline === undefined) {
      offline.end(step);
      return;
    }
    const count = await offline.refresh(step, loss.offline, loss.margin, (images) => embedTogether(communicator, images, {
      pool, infer: (inputs) => learner.infer(inputs), size: spec.embedding, chunk: microBatchesAtOnce * batch.microBatch,
    }));
    progress.line(`step ${step}: ${count} triplets chosen offline`);
  };
  const heldOut = folder && HeldOut.of(data, experiment, {
    pool, infer: (images) => learner.infer(images), dimension: spec.embedding, reference: reference?.heldOut,
  });
  if (!heldOut) progress.line('too few identities held out to measure anything on: expected at least four with two images; see data.validation.identities');
  return {
    spec, preprocessing, data, dataDigest: digest, pace, stages, logbook, clock, state,
    get learner() { return learner; },
    shapes: new Map(parameters.map(({ name, shape }) => [name, shape])),
    loader: new BatchLoader({ images: pool, reference: referencePool }, planner(data, sampler, random, offline), { rows, firstStep: state.step + 1, ahead }),
    offline,
    chooseOffline,
    heldOut,
    enter: async (index) => { learner = await learners.openAfter(learner, index); },
    dispose: async () => {
      logbook.close();
      await Promise.all([pool.dispose(), referencePool?.dispose(), reference?.dispose()]);
      await learner.dispose();
    },
  };
}

/** What the config's crop means in the terms of the input library. */
export function preprocessingOf({ data }: Pick<Experiment, 'data'>): Preprocessing {
  return { ...defaultPreprocessing, crop: { kind: 'centre', scale: data.crop } };
}
