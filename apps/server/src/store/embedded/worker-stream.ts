import { Duplex } from 'node:stream';
import type { Worker } from 'node:worker_threads';

type FromWorker = { readonly bytes: Uint8Array } | { readonly ready: true } | { readonly closed: true } | { readonly error: string };

/** Stands where `pg` expects a socket: what is written goes to the thread of the database, what it answers is read. */
export class WorkerStream extends Duplex {
  readonly #worker: Worker;
  readonly #listen = (message: FromWorker): void => {
    if ('bytes' in message) this.push(message.bytes);
    else if ('error' in message) this.destroy(new Error(`embedded store: ${message.error}`));
  };
  readonly #fail = (): void => { this.destroy(new Error('embedded store: its thread has ended')); };

  constructor(worker: Worker) {
    super();
    this.#worker = worker;
    worker.on('message', this.#listen);
    worker.on('exit', this.#fail);
  }

  connect(): this {
    queueMicrotask(() => { this.emit('connect'); });
    return this;
  }

  setNoDelay(): this { return this; }
  setKeepAlive(): this { return this; }
  ref(): this { return this; }
  unref(): this { return this; }

  override _read(): void {
    // Answers are pushed when they come.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#worker.postMessage({ bytes: Uint8Array.from(chunk) });
    done();
  }

  /** A query is several messages; together they cost one turn of the thread. */
  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    this.#worker.postMessage({ bytes: new Uint8Array(Buffer.concat(chunks.map(({ chunk }) => chunk))) });
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#worker.off('message', this.#listen);
    this.#worker.off('exit', this.#fail);
    done(error);
  }
}
