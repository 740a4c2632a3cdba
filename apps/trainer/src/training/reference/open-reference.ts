import { statSync } from 'node:fs';
import { broadcastBytes, type Communicator } from '@facenet/collective';
import { UsageError } from '../../cli/errors.ts';
import type { Progress } from '../../cli/progress.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Dataset } from '../../data/dataset.ts';
import { readEmbeddingsFile, rowsFor } from '../../embeddings-file/index.ts';
import { openFaceModel } from '@facenet/model';
import type { RunFolder } from '../run-folder.ts';
import { embedOnce } from './embed-once.ts';
import { liveReference } from './live-reference.ts';
import { openProjection } from './projection.ts';
import { fixedReference, type Reference, rowsOf } from './reference.ts';

export interface ReferenceSource {
  readonly experiment: Experiment;
  readonly data: Dataset;
  readonly dataDigest: string;
  /** Length of this network's embeddings. */
  readonly size: number;
  /** Undefined for all ranks but 0. */
  readonly folder: RunFolder | undefined;
  readonly progress: Progress;
  readonly communicator: Communicator;
  readonly threads: number;
}

/** v1 of the training images, and of those held out where it has them all. */
interface Vectors {
  readonly train: Float32Array;
  readonly heldOut: Float32Array | undefined;
}

/**
 * Opens what `harmonic` names. A UsageError says which training image has no embedding, or how the sizes disagree. Vectors
 * that are known beforehand are rank 0's everywhere: computed once, and the same to the bit.
 */
export async function openReference(source: ReferenceSource): Promise<Reference> {
  const { experiment: { harmonic }, folder, communicator, size } = source;
  if (harmonic === undefined) throw new UsageError("harmonic: the losses 'harmonic' and 'regression' need harmonic.reference, a bundle or a file of embeddings");
  const { reference, view } = harmonic;
  const place = statSync(reference, { throwIfNoEntry: false });
  if (!place) throw new UsageError(`harmonic.reference: ${reference}: no such bundle or file of embeddings`);
  if (view === 'augmented') {
    if (place.isDirectory()) return await openLive(reference, source);
    throw new UsageError(`harmonic.view: expected 'original', since ${reference} is a file of embeddings, which cannot embed what augmentation makes of an image; 'augmented' needs a bundle`);
  }
  const own = folder && await (place.isDirectory() ? embedByBundle(reference, source, folder) : readFrom(reference, source));
  const shared = await broadcastBytes(communicator, own && new Uint8Array(own.train.buffer, own.train.byteOffset, own.train.byteLength));
  return fixedReference(own?.train ?? new Float32Array(shared!.buffer), size, own?.heldOut);
}

async function openLive(bundle: string, source: ReferenceSource): Promise<Reference> {
  const { experiment, data, size, folder, communicator, threads } = source;
  const model = await openFaceModel(bundle, { threads });
  try {
    const project = openProjection(experiment.harmonic!, model.embedding, size);
    const from = data.trainImages;
    const heldOut = folder && from < data.images.files.length ? project(await embedOnce({ ...source, model, from, folder })) : undefined;
    return await liveReference({ model, communicator, project, chunk: experiment.batch.microBatch, heldOut });
  } catch (error) {
    // Its threads would keep the process alive.
    await model.dispose();
    throw error;
  }
}

async function embedByBundle(bundle: string, source: ReferenceSource, folder: RunFolder): Promise<Vectors> {
  const { experiment, data: { trainImages }, size } = source;
  const model = await openFaceModel(bundle);
  try {
    const project = openProjection(experiment.harmonic!, model.embedding, size);
    const rows = project(await embedOnce({ ...source, model, from: 0, folder }));
    return { train: rows.subarray(0, trainImages * size), heldOut: rows.subarray(trainImages * size) };
  } finally {
    await model.dispose();
  }
}

function readFrom(file: string, { experiment, data: { images: { files }, trainImages }, size, progress }: ReferenceSource): Vectors {
  const embeddings = readEmbeddingsFile(file);
  const project = openProjection(experiment.harmonic!, embeddings.size, size);
  const vectorsOf = (rows: ArrayLike<number>): Float32Array => project(rowsOf(embeddings.data, rows, embeddings.size));
  const train = vectorsOf(rowsFor(embeddings, files.slice(0, trainImages), experiment.data.train, { name: file }));
  const heldOut = rowsFor(embeddings, files.slice(trainImages), experiment.data.train, { missing: 'skip' });
  if (heldOut.length === 0) return { train, heldOut: undefined };
  if (!heldOut.includes(-1)) return { train, heldOut: vectorsOf(heldOut) };
  progress.line(`${file} lacks images of people held out: how well embeddings are found among the reference's is not measured`);
  return { train, heldOut: undefined };
}
