import { existsSync, readFileSync } from 'node:fs';
import type { Progress } from '../../cli/progress.ts';
import type { Dataset } from '../../data/dataset.ts';
import { usableImageAt } from '../../data/image-store.ts';
import { cropToInput, type FaceModel } from '@facenet/model';
import type { RunFolder } from '../run-folder.ts';
import { decodeTensorFile, encodeTensorFile } from '../tensor-file.ts';

export interface EmbedOnceOptions {
  readonly model: FaceModel;
  readonly data: Dataset;
  readonly dataDigest: string;
  /** The first image; those before it are left out. */
  readonly from: number;
  readonly folder: RunFolder;
  readonly progress: Progress;
}

const cacheName = 'reference.safetensors';
const batchSize = 16;

/** v1 of the images as they are: [images, size]. Kept in the run folder, so that a resumed run reads the same numbers back. */
export async function embedOnce({ model, data, dataDigest, from, folder, progress }: EmbedOnceOptions): Promise<Float32Array> {
  const metadata = { modelId: model.manifest.modelId, data: dataDigest, from: String(from) };
  const kept = readCache(folder, metadata);
  if (kept) return kept;
  const images = data.images.files.length - from;
  const rows = new Float32Array(images * model.embedding);
  const inputsAt = (start: number): Promise<Float32Array> => inputsOf(model, data, from + start, Math.min(batchSize, images - start), progress);
  let next = images > 0 ? await inputsAt(0) : new Float32Array();
  for (let start = 0; start < images; start += batchSize) {
    const count = Math.min(batchSize, images - start);
    const running = model.runner.run(next, count);
    // The next ones are cropped while the network runs.
    const [embedded, following] = await Promise.all([running, start + batchSize < images ? inputsAt(start + batchSize) : next]);
    rows.set(embedded, start * model.embedding);
    next = following;
    progress.update(0, `reference: ${start + count} of ${images} images`);
  }
  folder.write(cacheName, encodeTensorFile({ metadata, tensors: new Map([['embeddings', { shape: [images, model.embedding], data: rows }]]) }));
  return rows;
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

function readCache(folder: RunFolder, wanted: Readonly<Record<string, string>>): Float32Array | undefined {
  const file = folder.file(cacheName);
  if (!existsSync(file)) return undefined;
  const { metadata, tensors } = decodeTensorFile(readFileSync(file), file);
  return Object.entries(wanted).every(([key, value]) => metadata[key] === value) ? tensors.get('embeddings')?.data : undefined;
}
