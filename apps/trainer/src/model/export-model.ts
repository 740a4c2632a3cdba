import path from 'node:path';
import { type ModelSpec, parseModelSpec } from '@facenet/architecture';
import { openModel } from '@facenet/engine/node';
import { type Bundle, createBundle, type ReducedPrecision, type Training, type TrainingData } from '@facenet/export';
import type { Preprocessing } from '@facenet/face';
import { photoPath } from '@facenet/detect';
import { CliError, UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { parseExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import type { Identity } from '../data/identity.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { imageSetOf } from '../evaluate/image-set.ts';
import { photoPathOf } from '../dataset/photo-path-of.ts';
import { type Checkpoint, checkpointIn, readCheckpoint, trainedWeights } from '../training/checkpoint.ts';
import type { RunState } from '../training/run-state.ts';
import { preprocessingOf } from '../training/session.ts';
import { specHash } from '../training/spec-hash.ts';
import { type Ancestor, type Ancestry, ancestryOf } from './ancestry.ts';
import { requireBundlePlace, writeBundleFolder } from '@facenet/model';
import { cropToInput } from '@facenet/model';
import { type Converted, convertOpened } from './convert-model.ts';
import { measureThresholds } from './measure.ts';
import { countImages, decodeTrainedOn, listTrainedOn, type TrainedOn } from './trained-on.ts';
import { digestTraining, type TrainingPeople } from './training-digests.ts';

export interface ExportOptions {
  /** The folder of the bundle. */
  readonly out: string;
  /** Names the model; the network's name unless told. */
  readonly name?: string;
  /**
   * Folder with one folder per identity to measure thresholds on; the identities that the run held out unless told;
   * false measures none.
   */
  readonly images?: string | false;
  /** Under which the weights, and the images they were trained on, may be used; as the config says unless told. */
  readonly licence?: string;
  readonly dataLicence?: string;
  /** The crops that it learned from are laid out as this program aligns faces; else a record beside them says how they were made. */
  readonly aligned?: boolean;
  readonly threads?: number;
  readonly progress?: Pick<Progress, 'line' | 'update'>;
}

/** Exports the checkpoint that `place` means (a file, or a run folder's best one) as a bundle. */
export async function exportModel(place: string, options: ExportOptions): Promise<Bundle> {
  // Before the work rather than after it.
  requireBundlePlace(options.out);
  const { bundle } = await makeBundle(place, options, true);
  writeBundleFolder(options.out, bundle);
  return bundle;
}

/**
 * The same in another precision. The float32 model that it is made of is not kept: exported again, the same weights are the
 * same model.
 */
export async function exportConverted(place: string, { precision, name, ...options }: ExportOptions & { readonly precision: ReducedPrecision }): Promise<Converted> {
  requireBundlePlace(options.out);
  const { bundle: parent, measured } = await makeBundle(place, options, false);
  const { threads, progress = { line: () => undefined, update: () => undefined } } = options;
  const faces = measured && { set: imageSetOf(measured.identities), source: measured.source };
  const converted = await convertOpened(parent, { precision, name, threads, progress }, faces);
  writeBundleFolder(options.out, converted.bundle);
  return converted;
}

interface Made {
  readonly bundle: Bundle;
  /** What to measure it on, or nothing. */
  readonly measured: MeasuredImages | undefined;
}

async function makeBundle(place: string, options: ExportOptions, measures: boolean): Promise<Made> {
  const file = checkpointIn(place);
  const trained = readTrained(file);
  const { spec, experiment, checkpoint } = trained;
  const { progress } = options;
  const photo = options.aligned ? photoPath : photoPathOf(experiment.data.train);
  if (photo === undefined) progress?.line(`${experiment.data.train}: how its crops were cut from photos is not known, so the bundle is for ready crops (--aligned says that they are laid out as 'dataset align' does)`);
  const preprocessing: Preprocessing = { ...preprocessingOf(experiment), ...(photo && { photo }) };
  const size = [spec.input[1], spec.input[2]] as const;
  const trainedOn = listTrainedOn(experiment, trained.state.data) ?? await findTrainedOn(trained, options);
  const ancestry = ancestryOf(experiment);
  const everyone = allTrainedOn(experiment, trainedOn, ancestry, (message) => { progress?.line(message); });
  const trainingList = everyone && await digestTraining(everyone, (done, total) => {
    progress?.update(done / total, `digest of ${done} of ${total} images`);
  });
  const measured = measuredImages(experiment, trainedOn && newToAll(trainedOn, ancestry), options.images);

  const bundle = await createBundle(
    {
      spec, weights: trainedWeights(checkpoint), preprocessing: { ...preprocessing }, trainingList,
      training: trainingOf(trained, trainedOn, ancestry, options.dataLicence ?? experiment.data.licence),
      licence: options.licence ?? experiment.licence,
      ...(options.name === undefined ? {} : { name: options.name }),
    },
    {
      toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size, preprocessing }),
      openModel: (onnx) => openModel(onnx, options.threads === undefined ? {} : { threads: options.threads }),
      onProgress: (message) => { progress?.line(message); },
      ...(measures && measured && {
        measure: (runner) => measureThresholds(
          { runner, size, preprocessing, embedding: spec.embedding }, measured.identities, measured.source,
          {
            onBroken: ({ message }) => { progress?.line(`left out: ${message}`); },
            onProgress: (done, total) => { progress?.update(done / total, `measured ${done} of ${total} images`); },
          },
        ),
      }),
    },
  );
  return { bundle, measured };
}

interface Trained {
  readonly file: string;
  readonly checkpoint: Checkpoint;
  readonly spec: ModelSpec;
  readonly experiment: Experiment;
  readonly state: RunState;
}

function readTrained(file: string): Trained {
  const checkpoint = readCheckpoint(file);
  const spec = parseModelSpec(JSON.parse(checkpoint.spec), `${file}: spec`);
  if (specHash(spec) !== checkpoint.specHash) throw new CliError(`${file}: its network is not the one that its digest names`);
  return {
    file, checkpoint, spec,
    experiment: parseExperiment(checkpoint.experiment, file),
    state: JSON.parse(checkpoint.state) as RunState,
  };
}

interface MeasuredImages {
  readonly identities: readonly Identity[];
  readonly source: string;
}

/** What to measure thresholds on, or nothing. */
function measuredImages(experiment: Experiment, trainedOn: TrainedOn | undefined, images: ExportOptions['images']): MeasuredImages | undefined {
  if (images === false) return undefined;
  if (images !== undefined) return { identities: readIdentities(images), source: path.basename(path.resolve(images)) };
  if (trainedOn === undefined || trainedOn.heldOut.length < 2) return undefined;
  return { identities: trainedOn.heldOut, source: `${folderName(experiment)}, identities held out` };
}

async function findTrainedOn({ experiment, state }: Trained, { images, progress }: ExportOptions): Promise<TrainedOn | undefined> {
  try {
    return await decodeTrainedOn(experiment, state.data, (done, total) => { progress?.update(done / total, 'looking for who was held out'); });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (images !== undefined) return undefined;
    throw new UsageError(`${error.message}; measure thresholds on others with --images DIR, or none with --no-measure`);
  }
}

/** Of this run and those whose weights it began with; nothing where a part of it is not known, since a list with gaps misleads. */
function allTrainedOn(
  experiment: Experiment, trainedOn: TrainedOn | undefined, { runs, lostAt }: Ancestry, say: (message: string) => void,
): TrainingPeople | undefined {
  const known = [{ experiment, trainedOn }, ...runs].map((run) => {
    if (!run.trainedOn) say(`${run.experiment.data.train}: not the images that the run was trained on, so the bundle cannot say which they were`);
    return run.trainedOn;
  });
  if (lostAt !== undefined) say(`${lostAt}: the run began with these weights; they are gone, so the bundle cannot say what they were trained on`);
  const found = known.filter((each) => each !== undefined);
  if (lostAt !== undefined || found.length < known.length) return undefined;
  return { train: found.flatMap(({ train }) => train), heldOut: found.flatMap(({ heldOut }) => heldOut) };
}

/** Leaves out people whom an earlier run learned from: thresholds measured on them would flatter. */
function newToAll({ train, heldOut }: TrainedOn, { runs }: Ancestry): TrainedOn {
  const learned = new Set(runs.flatMap((run) => (run.trainedOn?.train ?? []).flatMap(({ files }) => files)));
  return { train, heldOut: heldOut.filter(({ files }) => !files.some((file) => learned.has(file))) };
}

/** The run's own data first, then those of the runs it began with. */
function trainingOf({ checkpoint, experiment, state }: Trained, trainedOn: TrainedOn | undefined, { runs }: Ancestry, licence: string): Training {
  const own = dataOf({ experiment, data: state.data, trainedOn }, licence);
  return { steps: checkpoint.step, data: [own, ...runs.map((run) => dataOf(run, run.experiment.data.licence))] };
}

function dataOf({ experiment, data, trainedOn }: Ancestor, licence: string): TrainingData {
  return {
    description: folderName(experiment), listDigest: data, licence,
    ...(trainedOn && { identities: trainedOn.train.length, images: countImages(trainedOn.train) }),
  };
}

function folderName({ data }: Experiment): string {
  return path.basename(path.resolve(data.train));
}
