import type { ModelSpec, Weights } from '@facenet/architecture';
import { encodeInferenceModel, foldedNetwork, inferenceGraph } from '../inference-model.ts';
import { readModelInterface } from '../onnx/read-interface.ts';
import { goldenPictures, type GoldenPicture, writeGolden } from './golden.ts';
import { sha256 } from './digest.ts';
import { modelIdOf, ownSpaceOf, specHashOf } from './identity.ts';
import { manifestVersion, type Evaluation, type Manifest, type Preprocessing, type Training } from './manifest.ts';
import { identityMetadata } from './metadata.ts';
import { type GoldenInput, measureParity, type ModelRunner, referenceEmbeddings, requireParity } from './parity.ts';
import { describeTrainingList } from './training-list.ts';
import { type MeasuredThreshold, ownPair, withThresholds } from './verdict.ts';
import { withRunner } from './with-runner.ts';

/** A trained network and what is known about it. */
export interface BundleSource {
  /** The spec's own name unless told. */
  readonly name?: string;
  readonly spec: ModelSpec;
  /** Parameters and running statistics, as trained. */
  readonly weights: Weights;
  readonly preprocessing: Preprocessing;
  readonly training: Training;
  /** The file `training.bin`; absent where the images are out of reach. */
  readonly trainingList?: Uint8Array<ArrayBuffer> | undefined;
  readonly licence: string;
}

/** What the export needs from its platform. */
export interface BundleTools {
  /** The input [3, rows, cols] that the preprocessing makes of a picture. */
  toInput(picture: GoldenPicture): Float32Array;
  openModel(onnx: Uint8Array): Promise<ModelRunner>;
  /** Measures the exported model itself; without it the bundle has no thresholds. */
  measure?(runner: ModelRunner): Promise<Measurement>;
  onProgress?(message: string): void;
}

export interface Measurement {
  readonly thresholds: readonly MeasuredThreshold[];
  readonly evaluation: readonly Evaluation[];
}

export interface Bundle {
  readonly manifest: Manifest;
  /** The file `model.onnx`. */
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** The file `training.bin`; absent where it is not known what the model was trained on. */
  readonly trainingList?: Uint8Array<ArrayBuffer>;
}

const goldenSeed = 1;
const unmeasured: Measurement = { thresholds: [], evaluation: [] };

/**
 * Exports a network. Throws a ParityError, and gives nothing, when the ONNX model is further than 1e-4 from the
 * float64 reference on any golden picture.
 */
export async function createBundle(source: BundleSource, tools: BundleTools): Promise<Bundle> {
  const { spec, weights, preprocessing, training, trainingList, licence, name = spec.name } = source;
  const folded = foldedNetwork(spec, weights);
  const precision = 'float32';
  const modelId = await modelIdOf({ spec, weights: folded.weights, preprocessing, precision });
  const metadata = identityMetadata({ modelId, spec, preprocessing });
  tools.onProgress?.('writing the ONNX model');
  const onnx = encodeInferenceModel(folded, { name, metadata });

  const pictures = goldenPictures(goldenSeed);
  const inputs = pictures.map((picture): GoldenInput => ({ name: picture.name, image: tools.toInput(picture) }));
  const reference = referenceEmbeddings(inferenceGraph(spec, 1), weights, inputs, (input) => {
    tools.onProgress?.(`computing the reference embedding of '${input}'`);
  });
  tools.onProgress?.('comparing the ONNX model with the reference');
  const { parity, thresholds, evaluation } = await withRunner(tools, onnx, async (runner) => {
    const report = await measureParity(runner, inputs, reference);
    requireParity(report);
    return { parity: report, ...await (tools.measure?.(runner) ?? unmeasured) };
  });

  const manifest: Manifest = {
    format: 'facenet-model',
    version: manifestVersion,
    name, modelId,
    spaceId: ownSpaceOf(modelId),
    onnx: {
      file: 'model.onnx', sha256: await sha256(onnx), bytes: onnx.length,
      opset: readModelInterface(onnx).opset, precision,
    },
    source: { kind: 'trained', spec, specHash: await specHashOf(spec), training },
    inputSize: spec.input,
    preprocessing,
    embedding: { size: spec.embedding, distance: 'squared-l2' },
    thresholds: [],
    compatibility: [],
    evaluation, parity,
    golden: pictures.map((picture, i) => writeGolden(picture, reference[i]!)),
    ...(trainingList && { trainingList: await describeTrainingList(trainingList) }),
    licence,
  };
  return {
    manifest: withThresholds(manifest, ownPair(manifest), thresholds), onnx,
    ...(trainingList && { trainingList }),
  };
}

/** `model.json`. */
export function encodeManifest(manifest: Manifest): string {
  // Lists of numbers on one line each. Inside a text there is never a line break.
  const lists = /\[\n([-\d.e,\s]+?)\n\s*\]/g;
  const onOneLine = (_: string, numbers: string): string => `[${numbers.trim().replaceAll(/\s+/g, ' ')}]`;
  return `${JSON.stringify(manifest, null, 2).replaceAll(lists, onOneLine)}\n`;
}
