import { readModelInterface } from '../onnx/read-interface.ts';
import { adaptNetwork, channelsLast, picturesDims, type RawNetwork, type RawResult } from './adapt-network.ts';
import { BundleError } from './bundle-error.ts';
import type { Bundle } from './create-bundle.ts';
import { sha256 } from './digest.ts';
import { findInterface, type ForeignWishes } from './foreign-interface.ts';
import { goldenPictures, type GoldenPicture, writeGolden } from './golden.ts';
import { ownSpacePrefix, wrappedModelIdOf } from './identity.ts';
import { type Manifest, manifestVersion, type NetworkInterface, type Preprocessing } from './manifest.ts';
import { type GoldenInput, measureParity, parityTolerance } from './parity.ts';
import { describeTrainingList } from './training-list.ts';

/** A foreign network and what its user knows of it. */
export interface WrapSource extends ForeignWishes {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** What the file was called. */
  readonly file: string;
  readonly name: string;
  readonly spaceId: string;
  readonly preprocessing: Preprocessing;
  readonly licence: string;
  /** The file `training.bin`, where it is known what the network was trained on. */
  readonly trainingList?: Uint8Array<ArrayBuffer> | undefined;
}

/** What wrapping needs from its platform. */
export interface WrapTools {
  /** The input [3, rows, cols] that the preprocessing makes of a picture. */
  toInput(picture: GoldenPicture): Float32Array;
  /** Loads the network, to be run from one of its inputs to one of its outputs. */
  openNetwork(onnx: Uint8Array, ends: Pick<NetworkInterface, 'input' | 'output'>): Promise<RawNetwork>;
  onProgress?(message: string): void;
}

const goldenSeed = 1;
const unitTolerance = 1e-4;
/** Squared distance below which two embeddings are the same. */
const sameDistance = 1e-6;
/** What no network for pictures may take for one another; flat pictures it may, where it removes their mean. */
const unlike = ['noise', 'checkerboard', 'gradient'];

/**
 * A foreign network as a bundle, with its file as it is. Throws a BundleError, and gives nothing, unless running it
 * shows that it embeds pictures: finite vectors, the same each time and in any company, others for other pictures.
 */
export async function wrapNetwork(source: WrapSource, tools: WrapTools): Promise<Bundle> {
  const { onnx, file, name, spaceId, preprocessing, inputSize, licence, trainingList } = source;
  if (spaceId.startsWith(ownSpacePrefix)) {
    throw new BundleError(`space '${spaceId}': names with '${ownSpacePrefix}' in front are those of trained models; a report of compatibility leads there`);
  }
  const model = readForeign(onnx);
  const ends = findInterface(model, source);
  const pictures = goldenPictures(goldenSeed);
  const inputs = pictures.map((picture): GoldenInput => ({ name: picture.name, image: tools.toInput(picture) }));
  tools.onProgress?.('running the network');
  const raw = await tools.openNetwork(onnx, ends);
  try {
    const { network, size } = await probe(raw, ends, inputSize, inputs, tools);
    const runner = adaptNetwork(raw, network, { inputSize, embedding: { size } });
    const golden: Float32Array[] = [];
    for (const { image } of inputs) golden.push(await runner.run(image, 1));
    requireUnlike(inputs, golden);
    const parity = await measureParity(runner, inputs, golden);
    requireBatchIndependence(parity);

    const sha = await sha256(onnx);
    const manifest: Manifest = {
      format: 'facenet-model',
      version: manifestVersion,
      name,
      modelId: await wrappedModelIdOf({ onnx: sha, network, inputSize, preprocessing }),
      spaceId,
      onnx: { file: 'model.onnx', sha256: sha, bytes: onnx.length, opset: model.opset, precision: 'as given' },
      source: { kind: 'wrapped', file, space: spaceId, network },
      inputSize, preprocessing,
      embedding: { size, distance: 'squared-l2' },
      thresholds: [], compatibility: [], evaluation: [], parity,
      golden: pictures.map((picture, i) => writeGolden(picture, golden[i]!)),
      ...(trainingList && { trainingList: await describeTrainingList(trainingList) }),
      licence,
    };
    return { manifest, onnx, ...(trainingList && { trainingList }) };
  } finally {
    await raw.dispose();
  }
}

function readForeign(onnx: Uint8Array): ReturnType<typeof readModelInterface> {
  try {
    return readModelInterface(onnx);
  } catch (error) {
    throw new BundleError(`not an ONNX model (${error instanceof Error ? error.message : String(error)})`);
  }
}

interface Probed {
  readonly network: NetworkInterface;
  readonly size: number;
}

/** Runs each picture twice, alone, and one of them with itself where the file says that it takes several. */
async function probe(
  raw: RawNetwork, ends: Omit<NetworkInterface, 'normalized'>, inputSize: readonly number[], inputs: readonly GoldenInput[], tools: WrapTools,
): Promise<Probed> {
  const atOnce = ends.batch === 'any' ? 1 : ends.batch;
  const run = async (image: Float32Array, n: number): Promise<RawResult> => {
    const repeated = repeat(image, n);
    const dims = [n, ...picturesDims(ends, inputSize)];
    try {
      return await raw.run(ends.layout === 'nhwc' ? channelsLast(repeated, inputSize) : repeated, dims);
    } catch (error) {
      throw new BundleError(`the network cannot be run on [${dims.join(', ')}] (${error instanceof Error ? error.message : String(error)})`);
    }
  };
  const vectors: Float32Array[] = [];
  for (const { name, image } of inputs) {
    const [first, again] = [await run(image, atOnce), await run(image, atOnce)];
    const size = first.dims[1];
    if (first.dims.length !== 2 || first.dims[0] !== atOnce || !(size! >= 2)) {
      throw new BundleError(`the network gives [${first.dims.join(', ')}] for ${atOnce} picture${atOnce === 1 ? '' : 's'}; expected [${atOnce}, size]`);
    }
    const vector = first.values.slice(0, size);
    requireDirection(name, vector);
    const scale = lengthOf(vector);
    const difference = largestDifference(vector, again.values) / scale;
    if (!(difference <= parityTolerance)) {
      throw new BundleError(`the network gives '${name}' another embedding each time: they differ by ${difference.toExponential(1)} of their length; expected the same one`);
    }
    vectors.push(vector);
  }
  const normalized = vectors.every((vector) => Math.abs(lengthOf(vector) - 1) <= unitTolerance);
  tools.onProgress?.(normalized ? 'its embeddings have unit length' : 'its embeddings are not of unit length, so they will be normalised');
  const batch = ends.batch === 'any' && !await takesTwo(run, inputs[0]!.image) ? 1 : ends.batch;
  if (batch !== 'any') tools.onProgress?.(`it takes ${batch} picture${batch === 1 ? '' : 's'} at a time`);
  return { network: { ...ends, batch, normalized }, size: vectors[0]!.length };
}

/** Files often claim any batch while a constant inside is made for one. */
async function takesTwo(run: (image: Float32Array, n: number) => Promise<RawResult>, image: Float32Array): Promise<boolean> {
  try {
    return (await run(image, 2)).dims[0] === 2;
  } catch {
    return false;
  }
}

function requireDirection(name: string, vector: Float32Array): void {
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new BundleError(`the network gives '${name}' an embedding with ${vector[bad]} at index ${bad}; expected finite numbers`);
  if (!(lengthOf(vector) > 1e-6)) throw new BundleError(`the network gives '${name}' an embedding of length ${lengthOf(vector)}; expected one that has a direction`);
}

function requireUnlike(inputs: readonly GoldenInput[], golden: readonly Float32Array[]): void {
  const chosen = inputs.flatMap(({ name }, i) => (unlike.includes(name) ? [{ name, vector: golden[i]! }] : []));
  for (const [i, a] of chosen.entries()) {
    for (const b of chosen.slice(i + 1)) {
      const distance = a.vector.reduce((sum, value, k) => sum + (value - b.vector[k]!) ** 2, 0);
      if (distance > sameDistance) continue;
      throw new BundleError(`the network gives '${a.name}' and '${b.name}' the same embedding (squared distance ${distance.toExponential(1)}); expected different ones for different pictures`);
    }
  }
}

function requireBatchIndependence({ inputs }: Manifest['parity']): void {
  const worst = inputs.reduce((a, b) => (a.difference >= b.difference ? a : b));
  if (inputs.every(({ difference }) => difference <= parityTolerance)) return;
  throw new BundleError(`the network gives '${worst.name}' another embedding in the company of other pictures: they differ by ${worst.difference.toExponential(1)}; expected at most ${parityTolerance.toExponential(0)}`);
}

function repeat(image: Float32Array, n: number): Float32Array {
  const all = new Float32Array(n * image.length);
  for (let i = 0; i < n; i++) all.set(image, i * image.length);
  return all;
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
