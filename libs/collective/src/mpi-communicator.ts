import { hostname } from 'node:os';
import type { Addon } from './addon.ts';
import { CollectiveError, type Communicator, type Numbers } from './communicator.ts';

/** The processes that one mpirun has started. */
export class MpiCommunicator implements Communicator {
  readonly rank: number;
  readonly size: number;
  readonly #addon: Addon;
  readonly #limitSeconds: number;
  /** MPI takes one collective at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #failure: CollectiveError | undefined;

  constructor(addon: Addon, options: { readonly limitSeconds: number }) {
    ({ rank: this.rank, size: this.size } = addon.init());
    this.#addon = addon;
    this.#limitSeconds = options.limitSeconds;
  }

  async allGather<T extends Numbers>(part: T): Promise<T> {
    const lengths = new Int32Array(this.size);
    const four = new Int32Array(this.size).fill(Int32Array.BYTES_PER_ELEMENT);
    await this.#run('allGather', () => this.#addon.allGather(Int32Array.of(part.length), lengths, four));
    const whole = new (part.constructor as new (length: number) => T)(lengths.reduce((sum, length) => sum + length, 0));
    const bytes = lengths.map((length) => length * part.BYTES_PER_ELEMENT);
    await this.#run('allGather', () => this.#addon.allGather(part, whole, bytes));
    return whole;
  }

  async allReduceSum(values: Float32Array): Promise<void> {
    await this.#run('allReduceSum', () => this.#addon.allReduceSum(values));
  }

  async broadcast(values: Numbers, root = 0): Promise<void> {
    await this.#run('broadcast', () => this.#addon.broadcast(values, root));
  }

  async barrier(): Promise<void> {
    await this.#run('barrier', () => this.#addon.barrier());
  }

  abort(exitCode: number): void {
    this.#addon.abort(exitCode);
  }

  async close(): Promise<void> {
    // MPI_Finalize waits too, but keeps a core busy meanwhile.
    await this.barrier();
    this.#addon.finalize();
    this.#failure = new CollectiveError('internal: a collective operation after close()');
  }

  #run(what: string, start: () => Promise<void>): Promise<void> {
    const result = this.#last.then(async () => {
      if (this.#failure) throw this.#failure;
      await this.#withinLimit(what, start());
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** A rank that has died is noticed by mpirun; one that hangs, or a host that is cut off, only by the clock. */
  async #withinLimit(what: string, operation: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#failure = new CollectiveError(`rank ${this.rank} of ${this.size} on ${hostname()}: waited ${this.#limitSeconds} s in ${what} for ranks that did not come`);
        reject(this.#failure);
      }, 1000 * this.#limitSeconds);
    });
    try {
      await Promise.race([operation, limit]);
    } catch (error) {
      if (error instanceof CollectiveError) throw error;
      this.#failure = new CollectiveError(`rank ${this.rank} of ${this.size} on ${hostname()}: ${(error as Error).message}`);
      throw this.#failure;
    } finally {
      clearTimeout(timer);
    }
  }
}
