import type { Pixels } from '@facenet/face';

/** Crops into vectors, by a model that is loaded; requests that come at the same time share its batches. */
export interface Embedder {
  /** Unit vectors, in the order of the crops. A BusyError where the queue is full. */
  embed(crops: readonly Pixels[], options?: EmbedOptions): Promise<readonly Float32Array[]>;
  readonly load: QueueLoad;
  /** Ends when what is queued is done. */
  dispose(): Promise<void>;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface QueueLoad {
  readonly waiting: number;
  readonly running: number;
  readonly capacity: number;
}

/** More is asked for than the queue holds. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('more requests than the queue holds');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
