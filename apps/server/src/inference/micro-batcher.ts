import { type Clock, systemClock } from './clock.ts';
import { BusyError, type QueueLoad } from './embedder.ts';
import { Pace } from './pace.ts';

export interface MicroBatcherOptions<Item, Result> {
  /** One result per item, in their order. A lane has one batch at a time. */
  readonly run: (items: readonly Item[], lane: number) => Promise<readonly Result[]>;
  /** Batches that are computed at the same time. */
  readonly lanes: number;
  readonly maxBatch: number;
  /** How long an item waits for company while a lane is idle. */
  readonly maxWaitMs: number;
  /** Items that may wait or run. */
  readonly capacity: number;
  readonly clock?: Clock;
}

interface Request<Result> {
  readonly results: Result[];
  missing: number;
  settled: boolean;
  readonly resolve: (results: Result[]) => void;
  readonly reject: (reason: unknown) => void;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly request: Request<Result>;
  readonly place: number;
  readonly since: number;
}

/**
 * Makes batches of what several requests ask for at the same time, first come, first served. Under load a lane takes a
 * full batch as soon as it is done; nothing waits on a timer then.
 */
export class MicroBatcher<Item, Result> {
  readonly #options: MicroBatcherOptions<Item, Result>;
  readonly #clock: Clock;
  readonly #pace = new Pace();
  readonly #idle: number[];
  #waiting: Entry<Item, Result>[] = [];
  #running = 0;
  #callOff: (() => void) | undefined;
  #closed = false;
  #onDrained: (() => void)[] = [];

  constructor(options: MicroBatcherOptions<Item, Result>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#idle = Array.from({ length: options.lanes }, (_, lane) => lane);
  }

  get load(): QueueLoad {
    return { waiting: this.#waiting.length, running: this.#running, capacity: this.#options.capacity };
  }

  /** Throws unless so many items would be taken now. */
  requireRoom(items: number): void {
    const { capacity } = this.#options;
    if (this.#closed) throw new Error('inference: this model is disposed of');
    if (items > capacity) throw new RangeError(`${items} images at once; expected at most ${capacity}`);
    const before = this.#waiting.length + this.#running;
    if (before + items > capacity) throw new BusyError(this.#pace.secondsFor(before / this.#options.lanes));
  }

  /** All results of a request, or none. A signal drops what still waits and ends the promise with its reason. */
  async submit(items: readonly Item[], signal?: AbortSignal): Promise<Result[]> {
    signal?.throwIfAborted();
    this.requireRoom(items.length);
    if (items.length === 0) return [];
    const since = this.#clock.now();
    const { promise, request } = newRequest<Result>(items.length);
    this.#waiting.push(...items.map((item, place) => ({ item, request, place, since })));
    const abort = (): void => { this.#settle(request, () => { request.reject(signal!.reason); }); };
    signal?.addEventListener('abort', abort, { once: true });
    this.#schedule();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Takes nothing more; ends when all that was taken is done. */
  drain(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
      this.#schedule();
      this.#tellDrained();
    });
  }

  #schedule(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const { maxBatch, maxWaitMs } = this.#options;
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const left = maxWaitMs - (this.#clock.now() - this.#waiting[0]!.since);
      if (this.#waiting.length < maxBatch && left > 0 && !this.#closed) {
        this.#callOff = this.#clock.after(left, () => { this.#schedule(); });
        return;
      }
      void this.#start(this.#idle.shift()!, this.#waiting.splice(0, maxBatch));
    }
  }

  async #start(lane: number, batch: Entry<Item, Result>[]): Promise<void> {
    this.#running += batch.length;
    const start = this.#clock.now();
    await this.#runBatch(lane, batch);
    this.#pace.add(batch.length, this.#clock.now() - start);
    this.#running -= batch.length;
    this.#idle.push(lane);
    this.#schedule();
    this.#tellDrained();
  }

  async #runBatch(lane: number, batch: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map(({ item }) => item), lane);
      batch.forEach((entry, i) => { this.#deliver(entry, results[i]!); });
    } catch (error) {
      const requests = new Set(batch.map(({ request }) => request));
      if (requests.size === 1) {
        for (const request of requests) this.#settle(request, () => { request.reject(error); });
        return;
      }
      // One request's picture must not fail the others that share its batch.
      for (const request of requests) await this.#runBatch(lane, batch.filter((entry) => entry.request === request));
    }
  }

  #deliver({ request, place }: Entry<Item, Result>, result: Result): void {
    request.results[place] = result;
    request.missing--;
    if (request.missing === 0) this.#settle(request, () => { request.resolve(request.results); });
  }

  #settle(request: Request<Result>, end: () => void): void {
    if (request.settled) return;
    request.settled = true;
    this.#waiting = this.#waiting.filter((entry) => entry.request !== request);
    end();
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#waiting.length + this.#running > 0) return;
    for (const tell of this.#onDrained.splice(0)) tell();
  }
}

function newRequest<Result>(missing: number): { readonly promise: Promise<Result[]>; readonly request: Request<Result> } {
  let request: Request<Result> | undefined;
  const promise = new Promise<Result[]>((resolve, reject) => {
    request = { results: new Array<Result>(missing), missing, settled: false, resolve, reject };
  });
  return { promise, request: request! };
}
