import path from 'node:path';
import { type ModelSpec, parseModelSpec } from '@facenet/architecture';
import { openModel } from '@facenet/engine/node';
import { type Bundle, createBundle, type Training } from '@facenet/export';
import { CliError, UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { parseExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import { type Identity, readIdentityFolder } from '../data/folder.ts';
import { holdOut, thin } from '../data/split.ts';
import { type Checkpoint, checkpointIn, readCheckpoint } from '../training/checkpoint.ts';
import type { RunState } from '../training/run-state.ts';
import { preprocessingOf } from '../training/session.ts';
import { specHash } from '../training/spec-hash.ts';
import { requireBundlePlace, writeBundleFolder } from './bundle-folder.ts';
import { cropToInput } from './face-model.ts';
import { measureThresholds } from './measure.ts';

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
  /** Under which the weights, and the images they were trained on, may be used. */
  readonly licence?: string;
  readonly dataLicence?: string;
  readonly threads?: number;
  readonly progress?: Pick<Progress, 'line' | 'update'>;
}

const notStated = 'not stated';

/** Exports the checkpoint that `place` means (a file, or a run folder's best one) as a bundle. */
export async function exportModel(place: string, options: ExportOptions): Promise<Bundle> {
  // Before the work rather than after it.
  requireBundlePlace(options.out);
  const file = checkpointIn(place);
  const trained = readTrained(file);
  const { spec, experiment, checkpoint } = trained;
  const preprocessing = preprocessingOf(experiment);
  const size = [spec.input[1], spec.input[2]] as const;
  const measured = measuredImages(trained, options.images);
  const { progress } = options;

  const bundle = await createBundle(
    {
      spec, weights: checkpoint.weights, preprocessing: { ...preprocessing },
      training: trainingOf(trained, options.dataLicence ?? notStated),
      licence: options.licence ?? notStated,
      ...(options.name === undefined ? {} : { name: options.name }),
    },
    {
      toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size, preprocessing }),
      openModel: (onnx) => openModel(onnx, options.threads === undefined ? {} : { threads: options.threads }),
      onProgress: (message) => { progress?.line(message); },
      ...(measured && {
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
  writeBundleFolder(options.out, bundle);
  return bundle;
}

interface Trained {
  readonly file: string;
  readonly checkpoint: Checkpoint;
  readonly spec: ModelSpec;
  readonly experiment: Experiment;
}

function readTrained(file: string): Trained {
  const checkpoint = readCheckpoint(file);
  const spec = parseModelSpec(JSON.parse(checkpoint.spec), `${file}: spec`);
  if (specHash(spec) !== checkpoint.specHash) throw new CliError(`${file}: its network is not the one that its digest names`);
  return { file, checkpoint, spec, experiment: parseExperiment(checkpoint.experiment, file) };
}

/** What to measure thresholds on, or nothing. */
function measuredImages(
  { experiment }: Trained, images: ExportOptions['images'],
): { readonly identities: readonly Identity[]; readonly source: string } | undefined {
  if (images === false) return undefined;
  if (images !== undefined) return { identities: readIdentityFolder(images), source: path.basename(path.resolve(images)) };
  const { validation } = heldOut(experiment);
  return validation.length < 2 ? undefined : { identities: validation, source: `${path.basename(experiment.data.train)}, identities held out` };
}

/** As the run divided them: the same folder, numbers and seed. */
function heldOut({ data, seed }: Experiment): { readonly train: readonly Identity[]; readonly validation: readonly Identity[] } {
  try {
    const { train, validation } = holdOut(readIdentityFolder(data.train), data.validation.identities, seed);
    return { train, validation: validation.map((identity) => thin(identity, data.validation.imagesPerIdentity, seed)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}; thresholds are measured on identities held out there: give others with --images DIR, or none with --no-measure`);
  }
}

function trainingOf({ checkpoint, experiment }: Trained, licence: string): Training {
  const { data } = JSON.parse(checkpoint.state) as RunState;
  return {
    steps: checkpoint.step,
    data: [{ description: path.basename(path.resolve(experiment.data.train)), listDigest: data, licence }],
  };
}
