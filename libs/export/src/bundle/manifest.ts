import { parseModelSpec, SpecError, type ModelSpec } from '@facenet/architecture';
import { reducedPrecisions } from '../precision/stored-weight.ts';
import { BundleError } from './bundle-error.ts';
import type { CellRank1, CellVal, CompatibilityReport } from './compatibility.ts';
import {
  arrayOf, boolean, count, digest, literal, number, numberWithin, object, positiveCount, record, text, union, type Parser,
} from './parsers.ts';
import type { TrainingCounts } from './training-list.ts';

/** `model.json`: everything there is to know about a model beside its weights. */
export interface Manifest {
  readonly format: 'facenet-model';
  /** Of this format. A reader refuses versions it does not know. */
  readonly version: typeof manifestVersion;
  readonly name: string;
  /** Digest of network, weights, precision and preprocessing. */
  readonly modelId: string;
  /**
   * Embeddings may be compared exactly when their spaces are the same. A trained model has its own, or that of a gallery
   * which a report in `compatibility` found it compatible with; one derived from another model that one's; a wrapped one the
   * space that its user names.
   */
  readonly spaceId: string;
  readonly onnx: OnnxFile;
  readonly source: Source;
  /** Of a model that another one was made into, by storing its weights in fewer bits. */
  readonly derived?: Derivation;
  /** Channels, rows, columns of a picture as the network sees it. */
  readonly inputSize: readonly number[];
  readonly preprocessing: Preprocessing;
  readonly embedding: EmbeddingDescription;
  /** One per pair of models and false-accept rate, the smallest rate first. Empty for a model that was never evaluated. */
  readonly thresholds: readonly Threshold[];
  /** One per gallery of another model that this one was compared with. */
  readonly compatibility: readonly CompatibilityReport[];
  readonly evaluation: readonly Evaluation[];
  readonly parity: ParityReport;
  readonly golden: readonly GoldenVector[];
  /** Absent where it is not known what the model was trained on. */
  readonly trainingList?: TrainingListFile;
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

/** Where the network comes from. */
export type Source = TrainedSource | WrappedSource;

/** Trained here: known down to its spec. */
export interface TrainedSource {
  readonly kind: 'trained';
  readonly spec: ModelSpec;
  readonly specHash: string;
  readonly training: Training;
}

/** A foreign ONNX file, taken as it is. */
export interface WrappedSource {
  readonly kind: 'wrapped';
  /** What the file was called. */
  readonly file: string;
  /** The name that its user gave the space of its embeddings. */
  readonly space: string;
  readonly network: NetworkInterface;
}

/** What must be known to run a network. Whoever runs it gives unit vectors for pictures [n, 3, rows, cols], whatever this says. */
export interface NetworkInterface {
  readonly input: string;
  readonly output: string;
  readonly layout: (typeof inputLayouts)[number];
  /** How many pictures it takes at once. */
  readonly batch: 'any' | number;
  /** Whether it gives unit vectors itself. */
  readonly normalized: boolean;
}

/** [n, channels, rows, cols] or [n, rows, cols, channels]. */
export const inputLayouts = ['nchw', 'nhwc'] as const;

/** The list of what the model was trained on, and how many entries it has. */
export interface TrainingListFile extends TrainingCounts {
  readonly file: 'training.bin';
  readonly sha256: string;
}

/**
 * How the weights of a model are stored; it computes with float32. A foreign file is left as it is. Other precisions of the same
 * weights are other models.
 */
export const precisions = ['float32', ...reducedPrecisions, 'as given'] as const;
export type Precision = (typeof precisions)[number];

/** The float32 model that a model was made of, and how near to it this one is: what gives it the right to that one's space. */
export interface Derivation {
  readonly modelId: string;
  readonly name: string;
  /** Of both, at the time. */
  readonly spaceId: string;
  /** Where the float32 model was let into its space: the report that did it. */
  readonly compatibility?: CompatibilityReport;
  readonly parity: CosineReport;
}

/** Embeddings of both models on the golden inputs, each by its float64 reference. */
export interface CosineReport {
  readonly kind: 'cosine';
  /** What was asked for. */
  readonly least: number;
  readonly lowest: number;
  readonly inputs: readonly { readonly name: string; readonly cosine: number }[];
}

/** How pixels become the input. What it holds beside its version is known to the library that carries it out. */
export type Preprocessing = Readonly<Record<string, unknown>> & { readonly version: string };

export interface EmbeddingDescription {
  readonly size: number;
  /** Squared Euclidean distance of unit vectors, from 0 to 4. */
  readonly distance: 'squared-l2';
}

/** Below `threshold`, this share of pairs of different people was accepted. */
export interface Threshold {
  /** The models of the two embeddings; one of them is this model, and usually both are. */
  readonly queryModelId: string;
  readonly galleryModelId: string;
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
  /** Where it was taken over: the model whose embeddings it was measured with, which this one was made of. Absent where it was measured with this one. */
  readonly measuredWith?: string;
}

/** Results on one set of images: figures by name, each with its own shape. */
export interface Evaluation {
  readonly dataset: string;
  readonly protocol: string;
  readonly results: Readonly<Record<string, unknown>>;
}

/**
 * The ONNX model on golden inputs, each alone and all in one batch, by the largest absolute difference of a component: a
 * trained one against the float64 reference with the weights as stored, a wrapped one against its own first answers.
 */
export interface ParityReport {
  readonly tolerance: number;
  readonly maxDifference: number;
  readonly inputs: readonly { readonly name: string; readonly difference: number }[];
}

/** A picture and its reference embedding: a reader can check its whole path on its own device. */
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
  /** Of the names of identities and images and their order, so that a run goes on with its own data only. */
  readonly listDigest: string;
  readonly licence: string;
}

export const manifestVersion = 2;

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

const rate = numberWithin(0, 1);
const distance = numberWithin(0, 4);

const training = object<Training>({
  steps: count,
  data: arrayOf(object<TrainingData>({
    description: text, identities: count, images: count, listDigest: digest, licence: text,
  }, ['identities', 'images'])),
});

const source = union<Source>({
  trained: object<TrainedSource>({ kind: literal('trained'), spec, specHash: digest, training }),
  wrapped: object<WrappedSource>({
    kind: literal('wrapped'),
    file: text,
    space: text,
    network: object<NetworkInterface>({
      input: text, output: text, layout: literal(...inputLayouts),
      batch: (value, path) => (value === 'any' ? value : positiveCount(value, path)),
      normalized: boolean,
    }),
  }),
});

const cellVal = object<CellVal>({
  value: rate, low: rate, high: rate, threshold: distance, far: rate, falseAccepts: count, pairsSame: count, pairsDifferent: count,
});
const cellRank1 = object<CellRank1>({ value: rate, low: rate, high: rate, probes: count });

/** Reads a report of compatibility; a BundleError names the field that is wrong. */
export const parseCompatibilityReport = object<CompatibilityReport>({
  galleryModelId: digest, gallerySpaceId: text, galleryName: text,
  images: object<CompatibilityReport['images']>({ source: text, identities: count, images: count }),
  far: rate,
  val: object<CompatibilityReport['val']>({ gallery: cellVal, query: cellVal, cross: cellVal }),
  rank1: object<CompatibilityReport['rank1']>({ gallery: cellRank1, query: cellRank1, cross: cellRank1, crossReverse: cellRank1 }),
  passes: boolean,
  measuredAt: text,
}, ['measuredAt']);

const cosine = numberWithin(-1, 1);

const derivation = object<Derivation>({
  modelId: digest, name: text, spaceId: text, compatibility: parseCompatibilityReport,
  parity: object<CosineReport>({
    kind: literal('cosine'), least: cosine, lowest: cosine, inputs: arrayOf(object({ name: text, cosine })),
  }),
}, ['compatibility']);

const manifest = object<Manifest>({
  format: literal('facenet-model'),
  version: literal(manifestVersion),
  name: text,
  modelId: digest,
  spaceId: text,
  onnx: object<OnnxFile>({
    file: literal('model.onnx'), sha256: digest, bytes: count, opset: count, precision: literal(...precisions),
  }),
  source,
  derived: derivation,
  inputSize: arrayOf(count),
  preprocessing,
  embedding: object<EmbeddingDescription>({ size: count, distance: literal('squared-l2') }),
  thresholds: arrayOf(object<Threshold>({
    queryModelId: digest, galleryModelId: digest, far: rate, threshold: distance, val: rate, falseAccepts: count,
    pairsSame: count, pairsDifferent: count, source: text, measuredWith: digest,
  }, ['measuredWith'])),
  compatibility: arrayOf(parseCompatibilityReport),
  evaluation: arrayOf(object<Evaluation>({ dataset: text, protocol: text, results: record })),
  parity: object<ParityReport>({
    tolerance: number, maxDifference: number, inputs: arrayOf(object({ name: text, difference: number })),
  }),
  golden: arrayOf(object<GoldenVector>({
    name: text, width: count, height: count, rgba: text, embedding: arrayOf(number),
  })),
  trainingList: object<TrainingListFile>({
    file: literal('training.bin'), sha256: digest,
    trainedImages: count, heldOutImages: count, trainedIdentities: count, heldOutIdentities: count,
  }),
  licence: text,
}, ['derived', 'trainingList']);

/** Reads `model.json`; a BundleError names the field that is missing, unknown or wrong. */
export function parseManifest(json: string): Manifest {
  const fields = record(parseJson(json), '');
  // Said before anything else: the fields of another version may well be different.
  if (fields['format'] !== 'facenet-model') {
    throw new BundleError(`format: expected "facenet-model", got ${JSON.stringify(fields['format'] ?? null)}`);
  }
  if (fields['version'] !== manifestVersion) {
    throw new BundleError(
      `version: this program reads version ${manifestVersion}, got ${JSON.stringify(fields['version'] ?? null)}; ` +
      'a bundle of another version has to be exported again',
    );
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
