import { decodeImage, ImageError, type RgbImage } from './decode.ts';
import { type SharedText, shareText, textAt } from './shared-text.ts';

/** What threads know about the images of a run: pixels without copies, and the addresses of those that were not kept. */
export interface ThreadImages {
  readonly addresses: SharedText;
  readonly chunks: readonly SharedArrayBuffer[];
  /**
   * Per image: chunk, byte offset, width, height. The chunk is `unkept` where the pixels are decoded when they are needed, and
   * `broken` where they cannot be; the width is 0 where that has not been tried.
   */
  readonly places: Int32Array;
  /** Identity of each image; those of one identity stand together. */
  readonly labels: Int32Array;
}

/** The images of a run. */
export interface SharedImages extends ThreadImages {
  readonly files: readonly string[];
}

export interface BrokenImage {
  readonly file: string;
  readonly message: string;
}

export interface DecodeOptions {
  /** Bytes of pixels kept; the rest is decoded again whenever it is needed. */
  readonly budget: number;
  /** Images from this one on are decoded whatever the budget: their number must be known. */
  readonly checkFrom: number;
  readonly parallel: number;
  readonly onImage?: (done: number) => void;
}

export interface DecodedImages {
  /** The files that are left, by their place in the list. */
  readonly kept: Int32Array;
  readonly images: Omit<SharedImages, 'labels'>;
  readonly broken: readonly BrokenImage[];
  /** Images that nobody has looked at yet, since the budget was spent before. */
  readonly unchecked: number;
}

const chunkBytes = 64 * 1024 * 1024;
const fields = 4;
const unkept = -1;
const broken = -2;

/**
 * Decodes files, those from `checkFrom` on first, until their pixels are more than the budget; a set that is larger is
 * read while it is trained on. Broken ones are left out of the result and returned beside it, but of a set that was not
 * looked through, only those from `checkFrom` on: what is in the list must not depend on how far the budget reached.
 */
export async function decodeAll(files: readonly string[], options: DecodeOptions): Promise<DecodedImages> {
  const keeper = new PixelKeeper(options.budget);
  const failures = new Map<number, BrokenImage>();
  const places = new Int32Array(files.length * fields);
  for (let at = 0; at < places.length; at += fields) places[at] = unkept;
  const mustCheck = files.length - options.checkFrom;
  let next = 0;
  let done = 0;
  const decodeSome = async (): Promise<void> => {
    while (next < files.length && (next < mustCheck || keeper.offered <= options.budget)) {
      const index = (options.checkFrom + next++) % files.length;
      const file = files[index]!;
      try {
        const image = await decodeImage(file);
        places.set([...keeper.keep(image), image.width, image.height], fields * index);
      } catch (error) {
        failures.set(index, { file, message: (error as Error).message });
        places[fields * index] = broken;
      }
      options.onImage?.(++done);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, decodeSome));

  const whole = keeper.offered <= options.budget;
  const stays = (index: number): boolean => places[fields * index] !== broken || (!whole && index < options.checkFrom);
  const kept = Int32Array.from(files.keys()).filter(stays);
  return {
    kept,
    images: { files: Array.from(kept, (index) => files[index]!), ...shareImages(files, kept, places, keeper.chunks) },
    broken: [...failures.entries()].sort(([a], [b]) => a - b).map(([, image]) => image),
    unchecked: files.length - done,
  };
}

function shareImages(files: readonly string[], kept: Int32Array, places: Int32Array, chunks: readonly SharedArrayBuffer[]): Omit<ThreadImages, 'labels'> {
  const table = new Int32Array(new SharedArrayBuffer(kept.length * fields * Int32Array.BYTES_PER_ELEMENT));
  kept.forEach((index, row) => { table.set(places.subarray(index * fields, (index + 1) * fields), row * fields); });
  return { addresses: shareText(Array.from(kept, (index) => files[index]!)), chunks, places: table };
}

/** The pixels of one image, from memory where they were kept, else from its file. */
export async function imageAt({ addresses, chunks, places }: ThreadImages, index: number): Promise<RgbImage> {
  const [chunk, offset, width, height] = places.subarray(index * fields, (index + 1) * fields);
  if (chunk === undefined) throw new RangeError(`internal: image ${index} of ${places.length / fields}`);
  if (chunk < 0) return await decodeImage(textAt(addresses, index));
  return { width: width!, height: height!, channels: 3, data: new Uint8Array(chunks[chunk]!, offset, width! * height! * 3) };
}

/**
 * As `imageAt`, but an image of a set that was not looked through, and turns out to be broken, is replaced by the next one
 * of its identity: a batch is the same whoever meets it and however often. Undefined where the identity has none.
 */
export async function usableImageAt(images: ThreadImages, index: number, onBroken: (image: BrokenImage) => void): Promise<RgbImage | undefined> {
  const { addresses, places, labels } = images;
  const [from, to] = identityAround(labels, index);
  for (let turn = 0; turn < to - from; turn++) {
    const candidate = from + ((index - from + turn) % (to - from));
    if (places[fields * candidate] === broken) continue;
    try {
      return await imageAt(images, candidate);
    } catch (error) {
      const wasDecoded = places[fields * candidate + 2]! > 0;
      if (!(error instanceof ImageError) || wasDecoded) throw error;
      places[fields * candidate] = broken;
      onBroken({ file: textAt(addresses, candidate), message: error.message });
    }
  }
  return undefined;
}

function identityAround(labels: Int32Array, index: number): [from: number, to: number] {
  let [from, to] = [index, index + 1];
  while (from > 0 && labels[from - 1] === labels[index]) from--;
  while (to < labels.length && labels[to] === labels[index]) to++;
  return [from, to];
}

/** Packs pixels into shared chunks until the budget is spent. */
class PixelKeeper {
  readonly chunks: SharedArrayBuffer[] = [];
  /** Bytes that were to be kept; more than the budget when they were too many, in whatever order they came. */
  offered = 0;
  #used = 0;
  #budget: number;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Where the pixels went: chunk and offset. */
  keep({ data }: RgbImage): [chunk: number, offset: number] {
    this.offered += data.length;
    if (data.length > this.#budget) return [unkept, 0];
    this.#budget -= data.length;
    const current = this.chunks.at(-1);
    if (!current || this.#used + data.length > current.byteLength) {
      this.chunks.push(new SharedArrayBuffer(Math.max(chunkBytes, data.length)));
      this.#used = 0;
    }
    const offset = this.#used;
    new Uint8Array(this.chunks.at(-1)!, offset, data.length).set(data);
    this.#used += data.length;
    return [this.chunks.length - 1, offset];
  }
}
