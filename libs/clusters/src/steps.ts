/** Long work in steps of about a millisecond that yield how much is done, 0 to 1, so that its driver may do other things between them. */
export type Steps<T> = Generator<number, T>;

/** All at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export interface GentleOptions {
  /** Lets others work, as `setImmediate` of node:timers/promises does. */
  readonly pause: () => Promise<unknown>;
  /** Steps between two pauses. */
  readonly steps?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** In pieces of a few milliseconds, on a thread that has requests to answer. */
export async function runGently<T>(work: Steps<T>, { pause, steps = 4, signal, onProgress }: GentleOptions): Promise<T> {
  for (let done = 1; ; done++) {
    signal?.throwIfAborted();
    const step = work.next();
    if (step.done) return step.value;
    if (done % steps !== 0) continue;
    onProgress?.(step.value);
    await pause();
  }
}
