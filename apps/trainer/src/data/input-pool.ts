import { Worker } from 'node:worker_threads';
import { CliError } from '../cli/errors.ts';
import type { BrokenImage } from './image-store.ts';
import type { WorkerAnswer, WorkerJob, WorkerSetup } from './input-worker.ts';
import type { InputRequest } from './inputs.ts';

interface Pending {
  readonly resolve: (inputs: Float32Array) => void;
  readonly reject: (error: Error) => void;
  readonly worker: number;
}

/**
 * Threads that turn images into input tensors while the engine computes. ONNX Runtime takes no shared memory, so a
 * buffer is handed over to a worker and back; `recycle` keeps it for the next request of its size.
 */
export class InputPool {
  readonly #workers: readonly Worker[];
  readonly #load: number[];
  readonly #pending = new Map<number, Pending>();
  readonly #spare: ArrayBuffer[] = [];
  readonly #imageLength: number;
  readonly #onBroken: (image: BrokenImage) => void;
  /** Two threads may meet the same one at the same time. */
  readonly #broken = new Set<string>();
  #nextId = 0;
  #failure: Error | undefined;
  #closed = false;

  /** `onBroken` hears of each image that turned out to be broken while it was to be used, and was replaced. */
  constructor({ images: { addresses, chunks, places, labels }, ...rest }: WorkerSetup, threads: number, onBroken: (image: BrokenImage) => void = () => undefined) {
    // Only what threads share: the list of files would be copied for each.
    const setup: WorkerSetup = { ...rest, images: { addresses, chunks, places, labels } };
    this.#onBroken = onBroken;
    this.#imageLength = 3 * setup.settings.size[0] * setup.settings.size[1];
    this.#load = new Array<number>(threads).fill(0);
    this.#workers = this.#load.map((_, index) => {
      const worker = new Worker(new URL('./input-worker.mjs', import.meta.url), { workerData: setup });
      worker.on('message', (answer: WorkerAnswer) => { this.#settle(answer); });
      worker.on('error', (error) => { this.#fail(new CliError(`image thread ${index} failed: ${error.message}`)); });
      worker.on('exit', (code) => { this.#fail(new CliError(`image thread ${index} ended with code ${code}`)); });
      return worker;
    });
  }

  /** The inputs [n, 3, h, w] of the requested images. */
  request(request: InputRequest): Promise<Float32Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    const bytes = request.indices.length * this.#imageLength * Float32Array.BYTES_PER_ELEMENT;
    const buffer = this.#takeSpare(bytes) ?? new ArrayBuffer(bytes);
    const worker = this.#load.indexOf(Math.min(...this.#load));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, worker });
      this.#load[worker]!++;
      this.#workers[worker]!.postMessage({ id, request, buffer } satisfies WorkerJob, [buffer]);
    });
  }

  /** Gives back inputs that are no longer needed; they must not be read afterwards. */
  recycle(inputs: Float32Array): void {
    if (inputs.buffer instanceof ArrayBuffer) this.#spare.push(inputs.buffer);
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #takeSpare(bytes: number): ArrayBuffer | undefined {
    const index = this.#spare.findIndex((buffer) => buffer.byteLength === bytes);
    // A buffer of another size belongs to a request that does not come back soon: let it go.
    if (index < 0) this.#spare.length = 0;
    return index < 0 ? undefined : this.#spare.splice(index, 1)[0];
  }

  #settle(answer: WorkerAnswer): void {
    if ('broken' in answer) {
      if (this.#broken.has(answer.broken.file)) return;
      this.#broken.add(answer.broken.file);
      this.#onBroken(answer.broken);
      return;
    }
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    this.#pending.delete(answer.id);
    this.#load[pending.worker]!--;
    if ('error' in answer) pending.reject(new CliError(answer.error));
    else pending.resolve(new Float32Array(answer.buffer));
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
