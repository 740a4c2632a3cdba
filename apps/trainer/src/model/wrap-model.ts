import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { openNetwork } from '@facenet/engine/node';
import { type Bundle, BundleError, type NetworkInterface, wrapNetwork } from '@facenet/export';
import { defaultPreprocessing, type Preprocessing } from '@facenet/face';
import { photoPath } from '@facenet/detect';
import { CliError, UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { readBundleFolder, requireBundlePlace, writeBundleFolder } from '@facenet/model';
import { cropToInput } from '@facenet/model';
import { digestTraining } from './training-digests.ts';

export interface WrapOptions {
  /** The folder of the bundle. */
  readonly out: string;
  readonly inputSize: readonly [channels: 3, rows: number, cols: number];
  readonly preprocessing: Pick<Preprocessing, 'color' | 'mean' | 'std'>;
  /** The centred part of a crop that the network sees, as a share of the largest one. */
  readonly crop: number;
  /** It takes the crops that this program makes of faces in photos. */
  readonly aligned?: boolean | undefined;
  readonly space: string;
  readonly layout?: NetworkInterface['layout'] | undefined;
  readonly output?: string | undefined;
  /** The file's own name unless told. */
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  /** What the network was trained on: a set of faces as training takes them, or a bundle that has a list. */
  readonly trainingList?: string | undefined;
  readonly threads?: number;
  readonly progress?: Pick<Progress, 'line' | 'update'>;
}

/** Makes a bundle of a foreign ONNX network. */
export async function wrapModel(file: string, options: WrapOptions): Promise<Bundle> {
  const { out, inputSize, space, layout, output, licence = 'not stated', threads, progress } = options;
  requireBundlePlace(out);
  const onnx = readNetwork(file);
  const preprocessing: Preprocessing = {
    ...defaultPreprocessing, ...options.preprocessing, crop: { kind: 'centre', scale: options.crop }, ...(options.aligned && { photo: photoPath }),
  };
  const size = [inputSize[1], inputSize[2]] as const;
  const trainingList = options.trainingList === undefined ? undefined : await listFrom(options.trainingList, progress);
  const bundle = await inFile(file, () => wrapNetwork(
    {
      onnx, file: path.basename(file), name: options.name ?? path.parse(file).name, spaceId: space, inputSize, layout, output,
      preprocessing: { ...preprocessing }, licence, trainingList,
    },
    {
      toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size, preprocessing }),
      openNetwork: (bytes, ends) => openNetwork(bytes, { ...ends, ...(threads === undefined ? {} : { threads }) }),
      onProgress: (message) => { progress?.line(message); },
    },
  ));
  writeBundleFolder(out, bundle);
  return bundle;
}

function readNetwork(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new UsageError(`${file}: cannot read the network (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

async function listFrom(place: string, progress: WrapOptions['progress']): Promise<Uint8Array<ArrayBuffer>> {
  if (statSync(path.join(place, 'model.json'), { throwIfNoEntry: false }) === undefined) {
    return digestTraining({ train: readIdentities(place), heldOut: [] }, (done, total) => {
      progress?.update(done / total, `digest of ${done} of ${total} images`);
    });
  }
  const { trainingList } = await readBundleFolder(place);
  if (trainingList === undefined) throw new UsageError(`${place}: this bundle does not say what it was trained on; expected one with training.bin`);
  return trainingList;
}

async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BundleError) throw new BundleError(`${file}: ${error.message}; nothing was written`);
    throw error instanceof CliError || !(error instanceof Error) ? error : new CliError(`${file}: ${error.message}; nothing was written`);
  }
}
