import type { RandomState } from '@facenet/architecture';
import type { SamplerState, Triplets } from '@facenet/triplet';
import type { InputPool } from './input-pool.ts';
import type { InputRequest } from './inputs.ts';

/** What the sampler remembers once it has given a batch: later batches are drawn long before it is trained on. */
export interface SamplerMemory {
  readonly sampler: SamplerState;
  readonly random: RandomState;
}

/** Which images a step trains on. */
export interface Plan {
  readonly step: number;
  readonly indices: Int32Array;
  readonly labels: Int32Array;
  /** Those chosen offline, as rows of the batch; without them the objective chooses. */
  readonly triplets?: Triplets;
  /** What the sampler says about it, for the log. */
  readonly measured: Readonly<Record<string, number>>;
  readonly after: SamplerMemory;
}

export interface Batch extends Plan {
  /** Of the rows that the loader was asked for. */
  readonly images: Float32Array;
  /** The same rows as a reference sees them, where there is one that sees them. */
  readonly referenceImages?: Float32Array;
}

/** What turns images into inputs: of the network that learns, and of a reference that sees them augmented alike. */
export interface LoaderPools {
  readonly images: InputPool;
  readonly reference?: InputPool | undefined;
}

export interface LoaderOptions {
  readonly firstStep: number;
  readonly ahead: number;
  /** Which rows of each batch are loaded, where others are for other processes. */
  readonly rows: { readonly start: number; readonly end: number };
}

/** Keeps the next batches coming while the engine computes, in the order of their steps. */
export class BatchLoader {
  readonly #pools: LoaderPools;
  readonly #plan: (step: number) => Plan;
  readonly #ahead: number;
  readonly #rows: LoaderOptions['rows'];
  readonly #queue: Promise<Batch>[] = [];
  #nextStep: number;
  #waited = 0;

  constructor(pools: LoaderPools, plan: (step: number) => Plan, options: LoaderOptions) {
    this.#pools = pools;
    this.#plan = plan;
    this.#ahead = options.ahead;
    this.#rows = options.rows;
    this.#nextStep = options.firstStep;
  }

  async next(): Promise<Batch> {
    this.#fill();
    const start = performance.now();
    const batch = await this.#queue.shift()!;
    this.#waited += performance.now() - start;
    this.#fill();
    return batch;
  }

  recycle({ images, referenceImages }: Batch): void {
    this.#pools.images.recycle(images);
    if (referenceImages) this.#pools.reference?.recycle(referenceImages);
  }

  /** Milliseconds spent waiting for data since the last call. */
  takeWaited(): number {
    const waited = this.#waited;
    this.#waited = 0;
    return waited;
  }

  async #load(plan: Plan, request: InputRequest): Promise<Batch> {
    const [images, referenceImages] = await Promise.all([this.#pools.images.request(request), this.#pools.reference?.request(request)]);
    return { ...plan, images, ...(referenceImages && { referenceImages }) };
  }

  #fill(): void {
    while (this.#queue.length < this.#ahead) {
      const plan = this.#plan(this.#nextStep++);
      const { start, end } = this.#rows;
      const request = { indices: plan.indices.slice(start, end), firstRow: start, step: plan.step };
      const batch = this.#load(plan, request);
      // A failure is reported when its step is reached; until then nobody listens.
      batch.catch(() => undefined);
      this.#queue.push(batch);
    }
  }
}

const gibibyte = 1024 ** 3;

/** Batches prepared ahead: one per thread and one waiting, fewer when a batch is huge. */
export function batchesAhead(batchBytes: number, threads: number): number {
  return Math.max(1, Math.min(threads + 1, Math.floor(gibibyte / batchBytes)));
}
