import { decodeImage, type RgbImage } from './decode.ts';

/** The decoded images as threads share them: pixels without copies, and the files of those that were not kept. */
export interface SharedImages {
  readonly files: readonly string[];
  readonly chunks: readonly SharedArrayBuffer[];
  /** Per image: chunk (−1 when its pixels were not kept), byte offset, width, height. */
  readonly places: Int32Array;
}

export interface BrokenImage {
  readonly file: string;
  readonly message: string;
}

export interface DecodeOptions {
  /** Bytes of pixels kept; the rest is decoded again whenever it is needed. */
  readonly budget: number;
  readonly parallel: number;
  readonly onImage?: (done: number) => void;
}

const chunkBytes = 64 * 1024 * 1024;
const fields = 4;

/** Decodes every file once. Broken ones are left out of the result and returned beside it. */
export async function decodeAll(files: readonly string[], options: DecodeOptions): Promise<{ images: SharedImages; broken: BrokenImage[] }> {
  const keeper = new PixelKeeper(options.budget);
  const broken = new Map<number, BrokenImage>();
  const places = new Map<number, readonly number[]>();
  let next = 0;
  let done = 0;
  const decodeSome = async (): Promise<void> => {
    while (next < files.length) {
      const index = next++;
      const file = files[index]!;
      try {
        const image = await decodeImage(file);
        places.set(index, [...keeper.keep(image), image.width, image.height]);
      } catch (error) {
        broken.set(index, { file, message: (error as Error).message });
      }
      options.onImage?.(++done);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, decodeSome));

  const kept = files.map((_, index) => index).filter((index) => places.has(index));
  const table = new Int32Array(new SharedArrayBuffer(Math.max(1, kept.length) * fields * Int32Array.BYTES_PER_ELEMENT));
  kept.forEach((index, row) => table.set(places.get(index)!, row * fields));
  const images = { files: kept.map((index) => files[index]!), chunks: keeper.chunks, places: table };
  return { images, broken: [...broken.entries()].sort(([a], [b]) => a - b).map(([, image]) => image) };
}

/** The pixels of one image, from memory where they were kept, else from the file. */
export async function imageAt({ files, chunks, places }: SharedImages, index: number): Promise<RgbImage> {
  const [chunk, offset, width, height] = places.subarray(index * fields, (index + 1) * fields);
  const file = files[index];
  if (file === undefined) throw new RangeError(`internal: image ${index} of ${files.length}`);
  if (chunk === -1) return await decodeImage(file);
  return { width: width!, height: height!, channels: 3, data: new Uint8Array(chunks[chunk!]!, offset, width! * height! * 3) };
}

/** Packs pixels into shared chunks until the budget is spent. */
class PixelKeeper {
  readonly chunks: SharedArrayBuffer[] = [];
  #used = 0;
  #budget: number;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Where the pixels went: chunk and offset, or −1. */
  keep({ data }: RgbImage): [chunk: number, offset: number] {
    if (data.length > this.#budget) return [-1, 0];
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
