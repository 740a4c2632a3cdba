import { availableParallelism } from 'node:os';
import type { Pixels } from '@facenet/face';
import type { PrepareJob } from './prepare-worker.ts';
import { Thread } from './thread.ts';

/**
 * Threads that turn crops into inputs of a network, for all models together. A crop takes about a millisecond of a core:
 * the event loop must not lose it, and the thread that runs the network need not, since it computes the batch before.
 */
export class PreparePool {
  readonly #threads: readonly Thread[];
  readonly #busy: number[];

  constructor(threads = usualThreads()) {
    this.#threads = Array.from({ length: threads }, () => new Thread('preparing', new URL('./prepare-worker.mjs', import.meta.url)));
    this.#busy = new Array<number>(threads).fill(0);
  }

  /** The input [3, rows, cols] of a crop. */
  async prepare(crop: Pixels, { size, preprocessing }: PrepareJob['model']): Promise<ArrayBuffer> {
    const thread = this.#busy.indexOf(Math.min(...this.#busy));
    this.#busy[thread]!++;
    try {
      return await this.#threads[thread]!.ask('prepare', { crop: ownPixels(crop), model: { size, preprocessing } } satisfies PrepareJob) as ArrayBuffer;
    } finally {
      this.#busy[thread]!--;
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.dispose()));
  }
}

/** One for four cores keeps up with a network of 3 ms a face and core; larger ones need less. */
function usualThreads(): number {
  return Math.max(1, Math.round(availableParallelism() / 4));
}

/** A view into a larger buffer would take all of it along to the thread. */
function ownPixels({ width, height, channels, data }: Pixels): Pixels {
  return { width, height, channels, data: data.byteLength === data.buffer.byteLength ? data : data.slice() };
}
