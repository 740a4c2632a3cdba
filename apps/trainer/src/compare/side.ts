import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import type { Embeddings } from '@facenet/evaluation';
import { BundleError } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { isEmbeddingsFile, readEmbeddingsFile, rowsFor } from '../embeddings-file/index.ts';
import { type FaceModel, openFaceModel } from '@facenet/model';
import { embedFiles } from '../model/embed-files.ts';
import { refuseTrainingImages, type TrainingCheck } from '../model/refuse-training-images.ts';

/** One of the two that are compared: a model, or what a foreign one has given. */
export interface Side {
  readonly kind: 'bundle' | 'file';
  readonly place: string;
  readonly name: string;
  /** Of a file that does not say it: the SHA-256 of the file. */
  readonly modelId: string;
  /** Undefined for a file that does not say it. */
  readonly spaceId: string | undefined;
  /** Numbers per embedding. */
  readonly size: number;
  /** What whoever reads the figures must know of it. */
  readonly notes: readonly string[];
  /** Throws when images or people were trained on. */
  refuseTrained(files: readonly string[], identities: readonly string[], progress: Pick<Progress, 'update'>): Promise<TrainingCheck>;
  embed(files: readonly string[], options: EmbedSideOptions): Promise<EmbeddedSide>;
  dispose(): Promise<void>;
}

export interface EmbedSideOptions {
  /** The folder of identities. */
  readonly root: string;
  readonly onBroken: (message: string) => void;
  /** Leave out images that a file has no embedding of; otherwise an error names one. */
  readonly skipMissing: boolean;
  readonly onProgress: (share: number, note: string) => void;
}

export interface EmbeddedSide {
  /** Of those given, in their order. */
  readonly files: readonly string[];
  readonly embeddings: Embeddings;
  /** Images without an embedding in a file. */
  readonly missing: number;
}

/** Opens a bundle folder or a file of embeddings. */
export async function openSide(place: string): Promise<Side> {
  const found = statSync(place, { throwIfNoEntry: false });
  if (isEmbeddingsFile(place)) return fileSide(place);
  if (found?.isFile()) throw new UsageError(`${place}: expected a bundle's folder, or embeddings in a .jsonl, .csv or .npy file`);
  try {
    return bundleSide(place, await openFaceModel(place));
  } catch (error) {
    if (found !== undefined || !(error instanceof BundleError)) throw error;
    throw new UsageError(`${place}: no such folder or file; expected a bundle, or embeddings in a .jsonl, .csv or .npy file`);
  }
}

/** An opened bundle; `place` is where it lies, if it does. */
export function bundleSide(place: string, model: FaceModel): Side {
  const { name, modelId, spaceId } = model.manifest;
  return {
    kind: 'bundle', place, name, modelId, spaceId, size: model.embedding, notes: [],
    refuseTrained: (files, identities, progress) => refuseTrainingImages(model, files, identities, (done, total) => {
      progress.update(done / total, `${name}: looking for images it was trained on`);
    }),
    embed: async (files, { onBroken, onProgress }) => {
      const started = performance.now();
      const { files: usable, embeddings } = await embedFiles(model, files, {
        onBroken: ({ message }) => { onBroken(message); },
        onProgress: (done, total) => {
          onProgress(done / total, `${name}: ${done} of ${total} images, ${Math.round((1000 * done) / (performance.now() - started))} images/s`);
        },
      });
      return { files: usable, embeddings: { data: embeddings, size: model.embedding }, missing: 0 };
    },
    dispose: () => model.dispose(),
  };
}

const digest = /^[0-9a-f]{64}$/;

async function fileSide(place: string): Promise<Side> {
  const file = readEmbeddingsFile(place);
  const { keys, size, data, normalised, spaceId, modelId } = file;
  const name = path.basename(place);
  return {
    kind: 'file', place, name, size, spaceId,
    modelId: modelId !== undefined && digest.test(modelId) ? modelId : await sha256Of(place),
    notes: normalised > 0 ? [`${name}: ${normalised} of ${keys.length} vectors were not of length 1 and have been brought to it`] : [],
    refuseTrained: () => Promise.resolve({
      checked: false, heldOut: { images: 0, identities: 0 },
      note: `${name}: a file does not say what its model was trained on, so it could not be checked that these images are new to it`,
    }),
    embed: (files, { root, skipMissing }) => {
      const rows = rowsFor(file, files, root, { name: place, missing: skipMissing ? 'skip' : 'error' });
      const found = files.flatMap((image, i) => (rows[i]! < 0 ? [] : [{ image, row: rows[i]! }]));
      const taken = new Float32Array(found.length * size);
      found.forEach(({ row }, i) => { taken.set(data.subarray(row * size, (row + 1) * size), i * size); });
      return Promise.resolve({
        files: found.map(({ image }) => image), embeddings: { data: taken, size }, missing: files.length - found.length,
      });
    },
    dispose: () => Promise.resolve(),
  };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
