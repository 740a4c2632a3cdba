import { existsSync, readFileSync, statSync } from 'node:fs';
import { broadcastBytes, type Communicator } from '@facenet/collective';
import { projectReference, TripletError } from '@facenet/triplet';
import { z } from 'zod';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import type { Experiment } from '../config/schema.ts';
import type { Dataset } from '../data/dataset.ts';
import { usableImageAt } from '../data/image-store.ts';
import { readEmbeddingsFile, rowsFor } from '../embeddings-file/index.ts';
import { cropToInput, type FaceModel, openFaceModel } from '../model/face-model.ts';
import { rowsOf } from './objectives/regression-objective.ts';
import type { RunFolder } from './run-folder.ts';
import { decodeTensorFile, encodeTensorFile } from './tensor-file.ts';

export interface ReferenceSource {
  readonly experiment: Experiment;
  readonly data: Dataset;
  readonly dataDigest: string;
  /** Length of this network's embeddings. */
  readonly size: number;
  readonly folder: RunFolder;
  readonly progress: Progress;
}

interface Vectors {
  readonly size: number;
  /** Of the training images, and after them of those held out, where it has these too. */
  readonly rows: Float32Array;
}

/** v1, rows of unit length. */
export interface Reference {
  /** [images, size], of every training image. */
  readonly train: Float32Array;
  /** [images, size], of every image held out; undefined where a file of embeddings does not have them all. */
  readonly heldOut: Float32Array | undefined;
}

/**
 * v1 of the data set. It sees each image as it is, not as augmented for v2: that is what a gallery holds. A UsageError says
 * which training image has no embedding, or how the sizes disagree.
 */
export async function loadReference(source: ReferenceSource): Promise<Reference> {
  const { experiment: { harmonic }, data: { trainImages }, size } = source;
  if (harmonic === undefined) throw new UsageError("harmonic: the losses 'harmonic' and 'regression' need harmonic.reference, a bundle or a file of embeddings");
  const { reference, projection } = harmonic;
  const place = statSync(reference, { throwIfNoEntry: false });
  if (!place) throw new UsageError(`harmonic.reference: ${reference}: no such bundle or file of embeddings`);
  const given = place.isDirectory() ? await embedByBundle(reference, source) : readFrom(reference, source);
  const rows = projection === undefined ? given.rows : project(given, projection, size);
  if (projection !== undefined || given.size === size) {
    return { train: rows.subarray(0, trainImages * size), heldOut: rows.length > trainImages * size ? rows.subarray(trainImages * size) : undefined };
  }
  throw new UsageError(`harmonic.reference: ${reference} has embeddings of ${given.size} numbers, this network ${size}; set model.embedding=${given.size}, or declare harmonic.projection`);
}

/** Rank 0's vectors, everywhere: computed once, and the same to the bit. The other ranks have nothing to load them with. */
export async function shareReference(communicator: Communicator, own: Float32Array | undefined): Promise<Float32Array> {
  const bytes = await broadcastBytes(communicator, own && new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
  return own ?? new Float32Array(bytes!.buffer);
}

function readFrom(file: string, { experiment, data: { images: { files }, trainImages }, progress }: ReferenceSource): Vectors {
  const embeddings = readEmbeddingsFile(file);
  const train = rowsFor(embeddings, files.slice(0, trainImages), experiment.data.train, { name: file });
  const all = rowsFor(embeddings, files, experiment.data.train, { missing: 'skip' });
  const complete = !all.includes(-1);
  if (!complete) progress.line(`${file} lacks images of people held out: how well embeddings are found among the reference's is not measured`);
  return { size: embeddings.size, rows: rowsOf(embeddings.data, complete ? all : train, embeddings.size) };
}

const cacheName = 'reference.safetensors';
const batchSize = 16;

/** Embeds the images once; a resumed run reads the same numbers back. */
async function embedByBundle(bundle: string, { data, dataDigest, folder, progress }: ReferenceSource): Promise<Vectors> {
  const model = await openFaceModel(bundle);
  try {
    const { modelId } = model.manifest;
    const kept = readCache(folder, modelId, dataDigest);
    if (kept) return { size: model.embedding, rows: kept };
    const images = data.images.files.length;
    const rows = new Float32Array(images * model.embedding);
    for (let start = 0; start < images; start += batchSize) {
      const count = Math.min(batchSize, images - start);
      rows.set(await model.runner.run(await inputsOf(model, data, start, count, progress), count), start * model.embedding);
      progress.update(0, `reference: ${start + count} of ${images} images`);
    }
    folder.write(cacheName, encodeTensorFile({
      metadata: { modelId, data: dataDigest }, tensors: new Map([['embeddings', { shape: [images, model.embedding], data: rows }]]),
    }));
    return { size: model.embedding, rows };
  } finally {
    await model.dispose();
  }
}

async function inputsOf(model: FaceModel, data: Dataset, start: number, count: number, progress: Progress): Promise<Float32Array> {
  const length = 3 * model.size[0] * model.size[1];
  const inputs = new Float32Array(count * length);
  for (let i = 0; i < count; i++) {
    // What stands in a batch for an image that is broken is what v1 must have seen.
    const image = await usableImageAt(data.images, start + i, ({ message }) => { progress.line(`broken and replaced: ${message}`); });
    if (image) cropToInput(image, model, inputs, i * length);
  }
  return inputs;
}

function readCache(folder: RunFolder, modelId: string, dataDigest: string): Float32Array | undefined {
  const file = folder.file(cacheName);
  if (!existsSync(file)) return undefined;
  const { metadata, tensors } = decodeTensorFile(readFileSync(file), file);
  return metadata['modelId'] === modelId && metadata['data'] === dataDigest ? tensors.get('embeddings')?.data : undefined;
}

const matrixSchema = z.array(z.array(z.number()).min(1)).min(1).refine((rows) => rows.every((row) => row.length === rows[0]!.length), 'rows of different lengths');

function project({ size, rows }: Vectors, file: string, wanted: number): Float32Array {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`harmonic.projection: ${file}: ${(error as Error).message}`);
  }
  const matrix = matrixSchema.safeParse(json);
  if (!matrix.success) throw new UsageError(`harmonic.projection: ${file}: expected a list of rows of numbers (${matrix.error.issues[0]!.message})`);
  const [to, from] = [matrix.data.length, matrix.data[0]!.length];
  if (to !== wanted || from !== size) {
    throw new UsageError(`harmonic.projection: ${file} is [${to}, ${from}]; expected [${wanted}, ${size}], from the reference's ${size} numbers to this network's ${wanted}`);
  }
  try {
    return projectReference(rows, rows.length / size, size, matrix.data.flat(), wanted);
  } catch (error) {
    throw error instanceof TripletError ? new UsageError(`harmonic.projection: ${file}: ${error.message}`) : error;
  }
}
