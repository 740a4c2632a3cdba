import { type Communicator, shareOf } from '@facenet/collective';
import type { InputPool } from '../data/input-pool.ts';
import type { Engine } from './engine.ts';

export interface EmbedImagesOptions {
  readonly pool: InputPool;
  readonly infer: Engine['infer'];
  /** Length of an embedding. */
  readonly size: number;
  /** Images at once. */
  readonly chunk: number;
}

/** Embeddings [images, size] of images of the data set as they are, nothing augmented. */
export async function embedImages(images: Int32Array, { pool, infer, size, chunk }: EmbedImagesOptions): Promise<Float32Array> {
  const out = new Float32Array(images.length * size);
  // Always a whole chunk, so that buffers are reused: the last one is filled up, and the extra embeddings are dropped.
  const chunkAt = (start: number): Int32Array => Int32Array.from({ length: chunk }, (_, i) => images[start + i] ?? images[0]!);
  if (images.length === 0) return out;
  let next = pool.request({ indices: chunkAt(0) });
  for (let start = 0; start < images.length; start += chunk) {
    const inputs = await next;
    // The threads prepare the next images while the engine embeds these.
    next = pool.request({ indices: chunkAt(start + chunk) });
    const embedded = await infer(inputs);
    pool.recycle(inputs);
    out.set(embedded.subarray(0, Math.min(embedded.length, out.length - start * size)), start * size);
  }
  pool.recycle(await next);
  return out;
}

/** The same by several processes, each embedding a part: every rank gets all of them, and the same bits. */
export async function embedTogether(communicator: Communicator, images: Int32Array, options: EmbedImagesOptions): Promise<Float32Array> {
  const { start, end } = shareOf(images.length, communicator);
  return await communicator.allGather(await embedImages(images.subarray(start, end), options));
}
