import type { Progress } from '../embedder.ts';
import { type EmbedderError, errorOf, receiveError } from '../errors.ts';
import type { CallName, Calls, FromWorker, ToWorker } from './calls.ts';

export interface CallOptions {
  /** What need not be copied: it is the worker's from then on. */
  readonly transfer?: Transferable[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The page's end of a worker: a promise for each call, all of them rejected when the worker is no more. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #ended: (() => EmbedderError) | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => { this.#receive(data); };
    worker.onmessageerror = () => { this.#die('a message from it could not be read'); };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message || 'its script could not be loaded');
    };
  }

  call<Name extends CallName>(name: Name, ask: Calls[Name]['ask'], { transfer = [], signal, onProgress }: CallOptions = {}): Promise<Calls[Name]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#ended) { reject(this.#ended()); return; }
      if (signal?.aborted) { reject(reasonOf(signal)); return; }
      const id = ++this.#calls;
      const onAbort = (): void => {
        this.#pending.delete(id);
        this.#worker.postMessage({ kind: 'abort', id } satisfies ToWorker);
        reject(reasonOf(signal!));
      };
      const settled = (settle: () => void): void => { signal?.removeEventListener('abort', onAbort); settle(); };
      this.#pending.set(id, {
        resolve: (answer) => { settled(() => { resolve(answer); }); },
        reject: (reason) => { settled(() => { reject(reason); }); },
        onProgress,
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        this.#worker.postMessage({ kind: 'call', id, name, ask }, transfer);
      } catch (error) {
        // A picture of another site, for one, may be shown but not read.
        this.#pending.get(id)?.reject(errorOf('bad_request', `${name}: this cannot be given to the worker (${error instanceof Error ? error.message : String(error)})`));
        this.#pending.delete(id);
      }
    });
  }

  /** Ends the worker; calls that wait for it, and those to come, are rejected. */
  end(error: () => EmbedderError = () => errorOf('disposed', 'the embedder was disposed of')): void {
    this.#worker.terminate();
    this.#ended ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#ended());
    this.#pending.clear();
  }

  #die(why: string): void {
    this.end(() => errorOf('worker_ended', `the embedder's worker ended (${why}); create a new embedder`));
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    // One that was aborted.
    if (!pending) return;
    if (message.kind === 'progress') { pending.onProgress?.(message.progress); return; }
    this.#pending.delete(message.id);
    if (message.kind === 'error') pending.reject(receiveError(message.error));
    else pending.resolve(message.answer as never);
  }
}

/** What the caller gave to `abort`, or an AbortError. */
function reasonOf({ reason }: AbortSignal): Error {
  return reason as Error;
}
