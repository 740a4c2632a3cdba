/** What can be sent. The memory may be shared between threads. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Processes that compute together. Every rank must call the same operations in the same order; each resolves once its own
 * part is done and rejects with CollectiveError when the others do not come. The arrays must be left alone until then.
 */
export interface Communicator {
  /** 0 … size − 1; rank 0 writes and decides. */
  readonly rank: number;
  readonly size: number;
  /** The parts of all ranks, one behind the other in their order; they may differ in length. */
  allGather<T extends Numbers>(part: T): Promise<T>;
  /** Adds up over all ranks, in place; every rank gets the same bits. */
  allReduceSum(values: Float32Array): Promise<void>;
  /** Gives every rank the values of `root`, in place; rank 0's unless told. */
  broadcast(values: Numbers, root?: number): Promise<void>;
  /** Until every rank is here. */
  barrier(): Promise<void>;
  /** Ends all ranks at once. */
  abort(exitCode: number): void;
  /** The good end: waits for all ranks. Nothing may be called afterwards. */
  close(): Promise<void>;
}

/** The ranks cannot work together, or no longer. */
export class CollectiveError extends Error {
  override readonly name = 'CollectiveError';
}
