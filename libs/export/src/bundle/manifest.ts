import { parseModelSpec, SpecError, type ModelSpec } from '@facenet/architecture';
import { BundleError } from './bundle-error.ts';
import {
  arrayOf, count, digest, literal, number, numberWithin, object, record, text, type Parser,
} from './parsers.ts';

/** `model.json`: everything there is to know about a model beside its weights. */
export interface Manifest {
  readonly format: 'facenet-model';
  /** Of this format. A reader refuses versions it does not know. */
  readonly version: 1;
  readonly name: string;
  /** Digest of network, weights, precision and preprocessing. */
  readonly modelId: string;
  /** Embeddings may be compared exactly when their spaces are the same. */
  readonly spaceId: string;
  readonly onnx: OnnxFile;
  readonly spec: ModelSpec;
  readonly specHash: string;
  /** Channels, rows, columns of the input; the same as the spec's. */
  readonly inputSize: readonly number[];
  readonly preprocessing: Preprocessing;
  readonly embedding: EmbeddingDescription;
  /** One per false-accept rate, the smallest rate first. Empty for a model that was never evaluated. */
  readonly thresholds: readonly Threshold[];
  readonly evaluation: readonly Evaluation[];
  readonly parity: ParityReport;
  readonly golden: readonly GoldenVector[];
  readonly training: Training;
  /** Under which the weights may be used. */
  readonly licence: string;
}

export interface OnnxFile {
  readonly file: 'model.onnx';
  readonly sha256: string;
  readonly bytes: number;
  readonly opset: number;
  readonly precision: Precision;
}

/** How the numbers of a model are stored. Other precisions of the same weights are other models. */
export const precisions = ['float32'] as const;
export type Precision = (typeof precisions)[number];

/** How pixels become the input. What it holds beside its version is known to the library that carries it out. */
export type Preprocessing = Readonly<Record<string, unknown>> & { readonly version: string };

export interface EmbeddingDescription {
  readonly size: number;
  /** Squared Euclidean distance of unit vectors, from 0 to 4. */
  readonly distance: 'squared-l2';
}

/** Below `threshold`, this share of pairs of different people was accepted. */
export interface Threshold {
  readonly far: number;
  readonly threshold: number;
  /** Share of pairs of one person accepted at it. */
  readonly val: number;
  /** How many of the pairs of different people lie below it. */
  readonly falseAccepts: number;
  readonly pairsSame: number;
  readonly pairsDifferent: number;
  /** The images it was measured on. */
  readonly source: string;
}

/** Results on one set of images: figures by name, each with its own shape. */
export interface Evaluation {
  readonly dataset: string;
  readonly protocol: string;
  readonly results: Readonly<Record<string, unknown>>;
}

/** The ONNX model against the float64 reference, on golden inputs. */
export interface ParityReport {
  readonly tolerance: number;
  readonly maxDifference: number;
  readonly inputs: readonly { readonly name: string; readonly difference: number }[];
}

/** A picture and its embedding by the float64 reference: a reader can check its whole path on its own device. */
export interface GoldenVector {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The picture, RGBA row by row, in base64. */
  readonly rgba: string;
  readonly embedding: readonly number[];
}

export interface Training {
  readonly steps: number;
  readonly data: readonly TrainingData[];
}

export interface TrainingData {
  readonly description: string;
  /** Absent where the images were out of reach at export. */
  readonly identities?: number;
  readonly images?: number;
  /** Of the list of images, so that an evaluation can refuse images that were trained on. */
  readonly listDigest: string;
  readonly licence: string;
}

export const manifestVersion = 1;

const preprocessing: Parser<Preprocessing> = (value, path) => {
  const fields = record(value, path);
  return { ...fields, version: text(fields['version'], `${path}.version`) };
};

const spec: Parser<ModelSpec> = (value, path) => {
  try {
    return parseModelSpec(value, path);
  } catch (error) {
    throw error instanceof SpecError ? new BundleError(error.message) : error;
  }
};

const manifest = object<Manifest>({
  format: literal('facenet-model'),
  version: literal(manifestVersion),
  name: text,
  modelId: digest,
  spaceId: text,
  onnx: object<OnnxFile>({
    file: literal('model.onnx'), sha256: digest, bytes: count, opset: count, precision: literal(...precisions),
  }),
  spec,
  specHash: digest,
  inputSize: arrayOf(count),
  preprocessing,
  embedding: object<EmbeddingDescription>({ size: count, distance: literal('squared-l2') }),
  thresholds: arrayOf(object<Threshold>({
    far: numberWithin(0, 1), threshold: numberWithin(0, 4), val: numberWithin(0, 1), falseAccepts: count,
    pairsSame: count, pairsDifferent: count, source: text,
  })),
  evaluation: arrayOf(object<Evaluation>({ dataset: text, protocol: text, results: record })),
  parity: object<ParityReport>({
    tolerance: number, maxDifference: number, inputs: arrayOf(object({ name: text, difference: number })),
  }),
  golden: arrayOf(object<GoldenVector>({
    name: text, width: count, height: count, rgba: text, embedding: arrayOf(number),
  })),
  training: object<Training>({
    steps: count,
    data: arrayOf(object<TrainingData>({
      description: text, identities: count, images: count, listDigest: digest, licence: text,
    }, ['identities', 'images'])),
  }),
  licence: text,
});

/** Reads `model.json`; a BundleError names the field that is missing, unknown or wrong. */
export function parseManifest(json: string): Manifest {
  const fields = record(parseJson(json), '');
  // Said before anything else: the fields of another version may well be different.
  if (fields['format'] !== 'facenet-model') {
    throw new BundleError(`format: expected "facenet-model", got ${JSON.stringify(fields['format'] ?? null)}`);
  }
  if (fields['version'] !== manifestVersion) {
    throw new BundleError(`version: this program reads version ${manifestVersion}, got ${JSON.stringify(fields['version'] ?? null)}`);
  }
  return manifest(fields, '');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new BundleError(`not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
