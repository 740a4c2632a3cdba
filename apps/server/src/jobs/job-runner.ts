import type { Job, JobStore } from '../store/store.ts';

/** What a job of one kind does. */
export interface JobWork {
  readonly kind: string;
  /**
   * Goes on from where the job is and writes its end itself, under `owner`. Where `signal` aborts, it leaves the job as it
   * is: it was cancelled, another owner has it, or the process ends. What it throws ends the job as failed.
   */
  run(job: Job, context: JobContext): Promise<unknown>;
}

export interface JobContext {
  readonly owner: string;
  readonly signal: AbortSignal;
}

export interface JobRunnerOptions {
  readonly store: { readonly jobs: Pick<JobStore, 'claim' | 'update'> };
  readonly works: readonly JobWork[];
  /** Unlike that of any other process. */
  readonly owner: string;
  /** What a client is told of a failure. */
  readonly describeFailure: (error: unknown) => { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> };
  /** Hears of a failure of the store beside a job, which is tried again. */
  readonly onError?: (error: unknown) => void;
  /** A job whose owner was silent for so long is another's. */
  readonly leaseSeconds?: number;
  /** How often jobs are looked for that another process made, or left. */
  readonly pollSeconds?: number;
}

const defaults = { leaseSeconds: 60, pollSeconds: 5 } as const satisfies Partial<JobRunnerOptions>;

/**
 * Does jobs one after the other, of each kind by itself, so that a grouping need not wait for a migration of hours. Any
 * number of processes may do so over one store: a claim is a lease, and who loses it stops.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions & typeof defaults;
  readonly #stop = new AbortController();
  readonly #sleepers = new Set<() => void>();
  #loops: readonly Promise<void>[] = [];

  constructor(options: JobRunnerOptions) {
    this.#options = { ...defaults, ...options } as JobRunnerOptions & typeof defaults;
  }

  start(): void {
    if (this.#loops.length === 0) this.#loops = this.#options.works.map((work) => this.#loop(work));
  }

  /** Looks for jobs now. */
  wake(): void {
    for (const rouse of this.#sleepers) rouse();
  }

  /** Stops what runs, for another process to go on with, and ends when it has stopped. */
  async dispose(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await Promise.all(this.#loops);
  }

  async #loop(work: JobWork): Promise<void> {
    const { store, owner, leaseSeconds, onError } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        const job = await store.jobs.claim(work.kind, owner, leaseSeconds);
        if (job === undefined) await this.#sleep();
        else await this.#run(work, job);
      } catch (error) {
        onError?.(error);
        await this.#sleep();
      }
    }
  }

  async #run(work: JobWork, job: Job): Promise<void> {
    const { store, owner, leaseSeconds, describeFailure } = this.#options;
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, lost.signal]);
    const renewal = setInterval(() => {
      // A failure is no loss yet: the lease lasts for two more tries.
      void store.jobs.update(job.id, owner, {}).then((kept) => { if (kept?.state !== 'running') lost.abort(); }, () => undefined);
    }, (1000 * leaseSeconds) / 3);
    renewal.unref();
    try {
      await work.run(job, { owner, signal });
    } catch (error) {
      if (signal.aborted) return;
      this.#options.onError?.(error);
      await store.jobs.update(job.id, owner, { state: 'failed', details: { ...job.details, error: describeFailure(error) } });
    } finally {
      clearInterval(renewal);
    }
  }

  #sleep(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const rouse = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(rouse);
        resolve();
      };
      const timer = setTimeout(rouse, 1000 * this.#options.pollSeconds);
      this.#sleepers.add(rouse);
    });
  }
}
