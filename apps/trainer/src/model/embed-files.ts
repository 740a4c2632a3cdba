import type { Pixels } from '@facenet/face';
import { cropToInput, type FaceEmbedder } from '@facenet/model';
import { ImageError } from '../data/decode.ts';
import { decodePicture, nameOf, type PictureSource } from '../data/encoded.ts';

export interface EmbedOptions {
  /** Called for a file that cannot be decoded, which is then left out; without it the error is thrown. */
  readonly onBroken?: (error: ImageError, file: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
  /** Embed each picture turned left for right. */
  readonly mirror?: boolean;
  /** Called for each decoded picture; what it returns is embedded instead. */
  readonly alter?: ((picture: Pixels, file: string) => Promise<Pixels>) | undefined;
}

export interface EmbeddedFiles<T extends PictureSource = string> {
  /** Those that could be decoded, in the order given. */
  readonly files: readonly T[];
  /** [files, embedding] */
  readonly embeddings: Float32Array;
}

const batchSize = 16;

/** Embeds image files, each a ready crop of one face. The next ones are decoded while the network runs. */
export async function embedFiles<T extends PictureSource>(
  model: FaceEmbedder, files: readonly T[], options: EmbedOptions = {},
): Promise<EmbeddedFiles<T>> {
  const batches = Array.from({ length: Math.ceil(files.length / batchSize) }, (_, i) => files.slice(i * batchSize, (i + 1) * batchSize));
  const usable: T[] = [];
  const embeddings = new Float32Array(files.length * model.embedding);
  let next = prepare(model, batches[0] ?? [], options);
  for (const i of batches.keys()) {
    const batch = await next;
    const running = batch.files.length > 0 ? model.runner.run(batch.images, batch.files.length) : new Float32Array();
    next = prepare(model, batches[i + 1] ?? [], options);
    // Whoever waits for the network first must not leave the other's failure unheard.
    next.catch(() => undefined);
    embeddings.set(await running, usable.length * model.embedding);
    usable.push(...batch.files);
    options.onProgress?.(Math.min((i + 1) * batchSize, files.length), files.length);
  }
  return { files: usable, embeddings: embeddings.subarray(0, usable.length * model.embedding) };
}

async function prepare<T extends PictureSource>(
  model: FaceEmbedder, files: readonly T[], { mirror = false, onBroken, alter }: EmbedOptions,
): Promise<{ files: T[]; images: Float32Array }> {
  const decoded = await Promise.all(files.map(async (file) => {
    const picture = await decode(file, onBroken);
    return picture && alter ? alter(picture, nameOf(file)) : picture;
  }));
  const pictures = decoded.flatMap((picture, i) => (picture === undefined ? [] : [{ file: files[i]!, picture }]));
  const length = 3 * model.size[0] * model.size[1];
  const images = new Float32Array(pictures.length * length);
  pictures.forEach(({ picture }, i) => { cropToInput(picture, model, images, i * length, { mirror }); });
  return { files: pictures.map(({ file }) => file), images };
}

async function decode(file: PictureSource, onBroken: EmbedOptions['onBroken']): Promise<Pixels | undefined> {
  try {
    return await decodePicture(file);
  } catch (error) {
    if (!(error instanceof ImageError) || onBroken === undefined) throw error;
    onBroken(error, nameOf(file));
    return undefined;
  }
}

