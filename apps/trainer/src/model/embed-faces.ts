import type { FoundFace } from '@facenet/photo';
import { cropToInput, type FaceEmbedder } from '@facenet/model';
import { ImageError } from '../data/decode.ts';
import { nameOf, type PictureSource } from '../data/encoded.ts';
import type { FaceReader } from '../data/face-reader.ts';

/** A face without its pixels. */
export type EmbeddedFace = Omit<FoundFace, 'crop'> & { readonly embedding: Float32Array };

export interface FileFaces<T extends PictureSource = string> {
  readonly file: T;
  /** How many there are in the photo, with those that were not chosen. */
  readonly found: number;
  readonly faces: readonly EmbeddedFace[];
}

export interface EmbedFacesOptions {
  /** Which of a photo's faces, the largest of which comes first; all of them unless told. */
  readonly choose?: (faces: readonly FoundFace[], file: string) => readonly FoundFace[];
  /** Called for a file that cannot be decoded, which is then left out; without it the error is thrown. */
  readonly onBroken?: (error: ImageError, file: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

const batchSize = 16;

/** The faces of files and their embeddings, in the order of the files. The next ones are looked at while the network runs. */
export async function embedFaces<T extends PictureSource>(
  model: FaceEmbedder, reader: FaceReader, files: readonly T[], { choose = (faces) => faces, onBroken, onProgress }: EmbedFacesOptions = {},
): Promise<FileFaces<T>[]> {
  const results: { file: T; found: number; faces: EmbeddedFace[] }[] = [];
  const batch = new Batch(model);
  let done = 0;
  for await (const { file, faces } of readAhead(reader, files, onBroken)) {
    const mine: EmbeddedFace[] = [];
    if (faces) {
      results.push({ file, found: faces.length, faces: mine });
      for (const { crop, ...about } of choose(faces, nameOf(file))) {
        batch.add(crop, (embedding) => mine.push({ ...about, embedding }));
        if (batch.isFull) await batch.run();
      }
    }
    onProgress?.(++done, files.length);
  }
  await batch.run();
  return results;
}

/** A few files ahead, one more than there are threads: a photo is decoded while the others are looked at. */
async function* readAhead<T extends PictureSource>(
  reader: FaceReader, files: readonly T[], onBroken: EmbedFacesOptions['onBroken'],
): AsyncGenerator<{ file: T; faces: readonly FoundFace[] | undefined }> {
  const read = async (file: T): Promise<{ file: T; faces: readonly FoundFace[] | undefined }> => {
    try {
      return { file, faces: (await reader.read(file)).faces };
    } catch (error) {
      if (!(error instanceof ImageError) || onBroken === undefined) throw error;
      onBroken(error, nameOf(file));
      return { file, faces: undefined };
    }
  };
  const width = reader.kind === 'crops' ? batchSize : reader.threads + 1;
  const ahead: ReturnType<typeof read>[] = [];
  for (const file of files) {
    const next = read(file);
    // A failure is reported when it is this file's turn; until then nobody listens.
    next.catch(() => undefined);
    ahead.push(next);
    if (ahead.length === width) yield await ahead.shift()!;
  }
  for (const each of ahead) yield await each;
}

/** Crops that wait for the network together. */
class Batch {
  readonly #model: FaceEmbedder;
  readonly #length: number;
  readonly #images: Float32Array;
  #waiting: ((embedding: Float32Array) => void)[] = [];

  constructor(model: FaceEmbedder) {
    this.#model = model;
    this.#length = 3 * model.size[0] * model.size[1];
    this.#images = new Float32Array(batchSize * this.#length);
  }

  get isFull(): boolean {
    return this.#waiting.length === batchSize;
  }

  add(crop: FoundFace['crop'], onEmbedded: (embedding: Float32Array) => void): void {
    cropToInput(crop, this.#model, this.#images, this.#waiting.length * this.#length);
    this.#waiting.push(onEmbedded);
  }

  async run(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const { embedding: size, runner } = this.#model;
    const embeddings = await runner.run(this.#images.subarray(0, waiting.length * this.#length), waiting.length);
    waiting.forEach((onEmbedded, i) => { onEmbedded(embeddings.slice(i * size, (i + 1) * size)); });
  }
}
