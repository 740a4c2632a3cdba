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
  readonly rows: Float32Array;
}

/**
 * v1 of every training image, [images, size], of unit length. v1 sees each image as it is, not as augmented for v2: that is
 * what a gallery holds. A UsageError says which image has no embedding, or how the sizes disagree.
 */
export async function loadReference(source: ReferenceSource): Promise<Float32Array> {
  const { experiment: { harmonic }, data, size } = source;
  if (harmonic === undefined) throw new UsageError("harmonic: the losses 'harmonic' and 'regression' need harmonic.reference, a bundle or a file of embeddings");
  const { reference, projection } = harmonic;
  const place = statSync(reference, { throwIfNoEntry: false });
  if (!place) throw new UsageError(`harmonic.reference: ${reference}: no such bundle or file of embeddings`);
  const given = place.isDirectory() ? await embedByBundle(reference, source) : readFrom(reference, source);
  if (projection !== undefined) return project(given, projection, data.trainImages, size);
  if (given.size === size) return given.rows;
  throw new UsageError(`harmonic.reference: ${reference} has embeddings of ${given.size} numbers, this network ${size}; set model.embedding=${given.size}, or declare harmonic.projection`);
}

/** Rank 0's reference, everywhere: computed once, and the same to the bit. The other ranks have nothing to load it with. */
export async function shareReference(communicator: Communicator, load: (() => Promise<Float32Array>) | undefined): Promise<Float32Array> {
  const own = await load?.();
  const bytes = await broadcastBytes(communicator, own && new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
  return own ?? new Float32Array(bytes!.buffer);
}

function readFrom(file: string, { experiment, data }: ReferenceSource): Vectors {
  const embeddings = readEmbeddingsFile(file);
  const rows = rowsFor(embeddings, data.images.files.slice(0, data.trainImages), experiment.data.train, { name: file });
  return { size: embeddings.size, rows: rowsOf(embeddings.data, rows, embeddings.size) };
}

const cacheName = 'reference.safetensors';
const batchSize = 16;

/** Embeds the training images once; a resumed run reads the same numbers back. */
async function embedByBundle(bundle: string, { data, dataDigest, folder, progress }: ReferenceSource): Promise<Vectors> {
  const model = await openFaceModel(bundle);
  try {
    const { modelId } = model.manifest;
    const kept = readCache(folder, modelId, dataDigest);
    if (kept) return { size: model.embedding, rows: kept };
    const rows = new Float32Array(data.trainImages * model.embedding);
    for (let start = 0; start < data.trainImages; start += batchSize) {
      const count = Math.min(batchSize, data.trainImages - start);
      rows.set(await model.runner.run(await inputsOf(model, data, start, count, progress), count), start * model.embedding);
      progress.update(0, `reference: ${start + count} of ${data.trainImages} images`);
    }
    folder.write(cacheName, encodeTensorFile({
      metadata: { modelId, data: dataDigest }, tensors: new Map([['embeddings', { shape: [data.trainImages, model.embedding], data: rows }]]),
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

function project({ size, rows }: Vectors, file: string, images: number, wanted: number): Float32Array {
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
    return projectReference(rows, images, size, matrix.data.flat(), wanted);
  } catch (error) {
    throw error instanceof TripletError ? new UsageError(`harmonic.projection: ${file}: ${error.message}`) : error;
  }
}
