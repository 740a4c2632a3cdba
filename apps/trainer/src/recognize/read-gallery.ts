import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Manifest } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { isEmbeddingsFile, readEmbeddingsFile } from '../embeddings-file/index.ts';
import { onlyFiles, readImageSet } from '../evaluate/image-set.ts';
import { type FaceModel } from '@facenet/model';
import type { FaceReader } from '../data/face-reader.ts';
import { embedFaces } from '../model/embed-faces.ts';
import { requireOneSpace } from '../model/verify-files.ts';
import type { Gallery } from './recognize-face.ts';

export interface ReadGallery extends Gallery {
  /** Of the model that its vectors come from; for a file that does not say, its own SHA-256, as when models are compared. */
  readonly modelId: string;
}

export interface GalleryModels {
  /** The model of the probes. */
  readonly query: Manifest;
  /** The model of the gallery's vectors. */
  readonly gallery: FaceModel;
  /** Whether it was named, so that it speaks for a file that names none. */
  readonly named: boolean;
}

/**
 * Known people: a folder of pictures for each, embedded by the gallery's model, or a file of embeddings whose images are
 * named `person/…`. Images that cannot be decoded, or do not show exactly one face, are left out, and said: with several it
 * is not known whose the name is.
 */
export async function readGallery(place: string, models: GalleryModels, reader: FaceReader, progress: Progress): Promise<ReadGallery> {
  requireOneSpace(models.query, models.gallery.manifest);
  return isEmbeddingsFile(place) ? fileGallery(place, models) : await folderGallery(place, models.gallery, reader, progress);
}

async function folderGallery(place: string, model: FaceModel, reader: FaceReader, progress: Progress): Promise<ReadGallery> {
  const listed = readImageSet(place);
  const seen = await embedFaces(model, reader, listed.files, {
    onBroken: ({ message }) => { progress.line(`left out: ${message}`); },
    onProgress: (done, total) => { progress.update(done / total, `gallery, ${done} of ${total} images`); },
  });
  const usable = seen.flatMap(({ file, faces }) => {
    const [face, second] = faces;
    if (face !== undefined && second === undefined) return [{ file, embedding: face.embedding }];
    progress.line(`left out: ${file}: ${face === undefined ? 'no face was found' : `${faces.length} faces, so it is not known whose the name is`}`);
    return [];
  });
  if (usable.length === 0) throw new UsageError(`${place}: none of ${listed.files.length} images could be used`);
  const { identities: people, labels } = onlyFiles(listed, usable.map(({ file }) => file));
  const shown = new Set(labels);
  people.forEach((name, person) => {
    if (!shown.has(person)) progress.line(`nobody is recognised as '${name}': none of that person's images could be used`);
  });
  const data = new Float32Array(usable.length * model.embedding);
  usable.forEach(({ embedding }, row) => { data.set(embedding, row * model.embedding); });
  return { people, labels, embeddings: { data, size: model.embedding }, modelId: model.manifest.modelId };
}

// Thresholds are kept by digests, so a name that another system gave its model cannot stand for it.
const digest = /^[0-9a-f]{64}$/;

async function fileGallery(place: string, { query, gallery, named }: GalleryModels): Promise<ReadGallery> {
  const { keys, size, data, spaceId, modelId } = readEmbeddingsFile(place);
  if (size !== query.embedding.size) {
    throw new UsageError(`${place}: holds vectors of ${size} numbers, ${query.name} gives ${query.embedding.size}; expected embeddings of one size`);
  }
  if (spaceId !== undefined && spaceId !== query.spaceId) {
    throw new UsageError(`${place}: is in the space '${spaceId}', ${query.name} embeds into '${query.spaceId}'; expected vectors of one space`);
  }
  if (named && modelId !== undefined && modelId !== gallery.manifest.modelId) {
    throw new UsageError(`${place}: says that its vectors come from the model ${modelId.slice(0, 12)}; --gallery-model is ${gallery.manifest.modelId.slice(0, 12)}`);
  }
  const people = [...new Set(keys.map((key) => personOf(key, place)))];
  const numbers = new Map(people.map((name, person) => [name, person]));
  return {
    people,
    labels: Int32Array.from(keys, (key) => numbers.get(personOf(key, place))!),
    embeddings: { data, size },
    modelId: modelId !== undefined && digest.test(modelId) ? modelId : named ? gallery.manifest.modelId : await sha256Of(place),
  };
}

function personOf(key: string, place: string): string {
  const slash = key.indexOf('/');
  if (slash > 0) return key.slice(0, slash);
  throw new UsageError(`${place}: '${key}' does not say whom it shows; expected paths of the form person/image`);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
