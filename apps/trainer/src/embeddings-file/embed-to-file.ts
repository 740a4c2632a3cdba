import { NoFaceError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { isFaceSet, readIdentities } from '../data/readers/readers.ts';
import { type FaceModel } from '@facenet/model';
import { embedFaces } from '../model/embed-faces.ts';
import { openFaces } from '../model/open-faces.ts';
import { keyOf } from './embeddings-file.ts';
import { requireEmbeddingsFormat, requireWritableKeys, writeEmbeddingsFile } from './formats.ts';
import { keyOfImage } from './rows-for.ts';

export interface EmbeddedToFile {
  readonly file: string;
  readonly images: number;
  readonly broken: readonly string[];
  /** Photos in which no face was found. */
  readonly withoutFace: readonly string[];
}

/**
 * Embeds images into a file, one vector each: ready crops, or the largest face of a photo. A place is an image, which keeps its path as given, or a set of faces (a folder of
 * identities, a .rec, tar shards, a list), whose images are named as in it. Images that cannot be decoded, or have no face, are left out and counted.
 */
export async function embedToFile(model: FaceModel, places: readonly string[], out: string, crop: boolean, progress: Progress): Promise<EmbeddedToFile> {
  requireEmbeddingsFormat(out);
  const images = places.flatMap((place) => (
    isFaceSet(place)
      ? readIdentities(place).flatMap(({ files }) => files).map((file) => ({ file, key: keyOfImage(file, place) }))
      : [{ file: place, key: keyOf(place) }]
  ));
  requireWritableKeys(out, images.map(({ key }) => key));
  const broken: string[] = [];
  const reader = openFaces([model], images.length, crop ? 'crops' : 'photos');
  const withoutFace: string[] = [];
  const keys: string[] = [];
  const data = new Float32Array(images.length * model.embedding);
  try {
    const seen = await embedFaces(model, reader, images.map(({ file }) => file), {
      choose: (faces) => faces.slice(0, 1),
      onBroken: ({ message }) => {
        progress.line(`left out: ${message}`);
        broken.push(message);
      },
      onProgress: (done, total) => { progress.update(done / total, `${done} of ${total} images`); },
    });
    // Files come back in the order given, so each one's key is the next with its name.
    let next = 0;
    for (const { file, faces: [face] } of seen) {
      while (images[next]!.file !== file) next++;
      const { key } = images[next++]!;
      if (face === undefined) {
        progress.line(`left out: ${file}: no face was found`);
        withoutFace.push(file);
        continue;
      }
      data.set(face.embedding, keys.length * model.embedding);
      keys.push(key);
    }
  } finally {
    await reader.dispose();
  }
  if (keys.length === 0 && withoutFace.length > 0) throw new NoFaceError(`all ${withoutFace.length} images, such as ${withoutFace[0]!}`);
  const { spaceId, modelId } = model.manifest;
  writeEmbeddingsFile(out, { size: model.embedding, keys, data: data.subarray(0, keys.length * model.embedding), spaceId, modelId, normalised: 0 });
  return { file: out, images: keys.length, broken, withoutFace };
}
