import { Worker } from 'node:worker_threads';
import { ProviderError } from '@facenet/engine/node';
import { BundleError } from '@facenet/export';
import type { Answer, Command, Failure } from './serve-commands.ts';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that answers commands; this side of it. What it throws arrives here as the error that it was. */
export class Thread {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor(name: string, script: URL) {
    this.#name = name;
    this.#worker = new Worker(script);
    this.#worker.on('message', (answer: Answer) => { this.#settle(answer); });
    this.#worker.on('error', (error) => { this.#fail(`failed: ${error instanceof Error ? error.message : String(error)}`); });
    this.#worker.on('exit', (code) => { this.#fail(`ended with code ${code}`); });
    this.#worker.unref();
  }

  /** Buffers in `transfer` are handed over: they must not be read afterwards. */
  ask(name: string, argument: unknown, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // A process that waits for an answer must not end before it has it.
      this.#worker.ref();
      this.#worker.postMessage({ id, name, argument } satisfies Command, [...transfer]);
    });
  }

  async dispose(): Promise<void> {
    this.#fail('was disposed of');
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in answer) pending.reject(errorOf(answer.error));
    else pending.resolve(answer.result);
  }

  #fail(what: string): void {
    this.#failure ??= new Error(`inference: the ${this.#name} thread ${what}`);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

function errorOf({ name, message, provider }: Failure): Error {
  if (provider !== undefined) return new ProviderError(provider.name, provider.reason);
  return name === 'BundleError' ? new BundleError(message) : new Error(message);
}
