import { Worker } from 'node:worker_threads';
import { FaceError, type Pixels } from '@facenet/face';
import type { DetectedFace, Search } from '@facenet/detect';
import type { DetectorAnswer, DetectorJob } from './detect/detector-worker.ts';
import { DetectorError } from './detector-error.ts';

interface Pending {
  readonly resolve: (faces: DetectedFace[]) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and what it has been asked. */
export class DetectorThread {
  readonly #worker = new Worker(new URL('./detect/detector-worker.mjs', import.meta.url));
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor() {
    // Only a question keeps the process alive, not a thread that waits for one.
    this.#worker.unref();
    this.#worker.on('message', (answer: DetectorAnswer) => { this.#settle(answer); });
    this.#worker.on('error', (error) => { this.#fail(new DetectorError(`the face detector failed: ${error.message}`)); });
    this.#worker.on('exit', (code) => { this.#fail(new DetectorError(`the face detector's thread ended with code ${code}`)); });
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** It takes no further questions. */
  get ended(): boolean {
    return this.#failure !== undefined;
  }

  search(photo: Pixels, search: Search): Promise<DetectedFace[]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    // A copy, which changes hands: the caller's pixels stay the caller's, and a decoder's memory often cannot move.
    const data = new Uint8Array(photo.data);
    const job: DetectorJob = { id, photo: { ...photo, data }, search };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(job, [data.buffer]);
    });
  }

  async end(): Promise<void> {
    this.#fail(new DetectorError('the face detector was closed'));
    await this.#worker.terminate();
  }

  #settle(answer: DetectorAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in answer) pending.reject(rebuilt(answer.error));
    else pending.resolve([...answer.faces]);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

/** A class does not survive the way between threads; its name does. */
function rebuilt({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'FaceError' ? new FaceError(message) : new DetectorError(`the face detector failed: ${message}`);
}
