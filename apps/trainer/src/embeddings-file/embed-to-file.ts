import type { Progress } from '../cli/progress.ts';
import { isFaceSet, readIdentities } from '../data/readers/readers.ts';
import { type FaceModel } from '@facenet/model';
import { embedFiles } from '../model/embed-files.ts';
import { keyOf } from './embeddings-file.ts';
import { requireEmbeddingsFormat, requireWritableKeys, writeEmbeddingsFile } from './formats.ts';
import { keyOfImage } from './rows-for.ts';

export interface EmbeddedToFile {
  readonly file: string;
  readonly images: number;
  readonly broken: readonly string[];
}

/**
 * Embeds ready crops into a file. A place is an image, which keeps its path as given, or a set of faces (a folder of
 * identities, a .rec, tar shards, a list), whose images are named as in it. Images that cannot be decoded are left out and counted.
 */
export async function embedToFile(model: FaceModel, places: readonly string[], out: string, progress: Progress): Promise<EmbeddedToFile> {
  requireEmbeddingsFormat(out);
  const images = places.flatMap((place) => (
    isFaceSet(place)
      ? readIdentities(place).flatMap(({ files }) => files).map((file) => ({ file, key: keyOfImage(file, place) }))
      : [{ file: place, key: keyOf(place) }]
  ));
  requireWritableKeys(out, images.map(({ key }) => key));
  const broken: string[] = [];
  const { files, embeddings } = await embedFiles(model, images.map(({ file }) => file), {
    onBroken: ({ message }) => {
      progress.line(`left out: ${message}`);
      broken.push(message);
    },
    onProgress: (done, total) => { progress.update(done / total, `${done} of ${total} images`); },
  });
  // Files come back in the order given, so each one's key is the next with its name.
  let next = 0;
  const keys = files.map((file) => {
    while (images[next]!.file !== file) next++;
    return images[next++]!.key;
  });
  const { spaceId, modelId } = model.manifest;
  writeEmbeddingsFile(out, { size: model.embedding, keys, data: embeddings, spaceId, modelId, normalised: 0 });
  return { file: out, images: keys.length, broken };
}
