import { openNetwork, type Provider } from '@facenet/engine/node';
import {
  adaptNetwork, type Bundle, type Manifest, type ModelRunner, networkOf, parseTrainingList, type TrainingList,
} from '@facenet/export';
import { cropBox, parsePreprocessing, type Pixels, type Preprocessing, toInput, type ToInputOptions } from '@facenet/face';
import { readBundleFolder } from './bundle-folder.ts';

/** From pictures of faces to embeddings: an exported model and the preprocessing it was trained with. */
export interface FaceEmbedder {
  readonly size: readonly [rows: number, cols: number];
  readonly preprocessing: Preprocessing;
  readonly embedding: number;
  readonly runner: ModelRunner;
}

/** A bundle, opened. */
export interface FaceModel extends FaceEmbedder {
  readonly manifest: Manifest;
  /** What it was trained on, where that is known. */
  readonly trainingList?: TrainingList;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  readonly threads?: number | undefined;
  /** The CPU unless told; a ProviderError where it is not there. */
  readonly provider?: Provider | undefined;
}

/** Opens a bundle folder for embedding; a BundleError says what is wrong with it. */
export async function openFaceModel(folder: string, options: OpenOptions = {}): Promise<FaceModel> {
  return openFaceBundle(await readBundleFolder(folder), options);
}

export async function openFaceBundle({ manifest, onnx, trainingList }: Bundle, { threads, provider }: OpenOptions = {}): Promise<FaceModel> {
  const preprocessing = parsePreprocessing(manifest.preprocessing);
  const network = networkOf(manifest);
  const raw = await openNetwork(onnx, {
    input: network.input, output: network.output, ...(threads !== undefined && { threads }), ...(provider && { provider }),
  });
  const runner = adaptNetwork(raw, network, manifest);
  const [, rows, cols] = manifest.inputSize;
  return {
    manifest, preprocessing, runner,
    size: [rows!, cols!],
    embedding: manifest.embedding.size,
    ...(trainingList && { trainingList: parseTrainingList(trainingList) }),
    dispose: async () => { await runner.dispose(); },
  };
}

/** The part of a ready crop that the network sees, as its input [3, rows, cols]. */
export function cropToInput(
  picture: Pixels, { size, preprocessing }: Pick<FaceEmbedder, 'size' | 'preprocessing'>, out?: Float32Array, offset?: number,
  options?: ToInputOptions,
): Float32Array {
  return toInput(picture, cropBox(picture.width, picture.height, size, preprocessing), size, preprocessing, out, offset, options);
}
