import type { Preprocessing } from '@facenet/face';

/** v1, frozen, for a network v2 that learns to be compared with it. */
export interface Reference {
  /** v1 of a batch: [n, size], rows of unit length. */
  of(batch: ReferenceBatch): Promise<Float32Array>;
  /** How batches look to v1, where it sees each one as augmented; undefined where its vectors are known beforehand. */
  readonly view: ReferenceView | undefined;
  /** [images, size], v1 of every image held out; undefined where it does not have them all, and for all ranks but 0. */
  readonly heldOut: Float32Array | undefined;
  dispose(): Promise<void>;
}

export interface ReferenceView {
  readonly size: readonly [rows: number, cols: number];
  readonly preprocessing: Preprocessing;
}

export interface ReferenceBatch {
  /** [n], images of the data set. */
  readonly indices: Int32Array;
  /** [m, 3, h, w], what v1 sees of this rank's rows of the batch, where it has a view. */
  readonly referenceImages?: Float32Array;
}

/** Vectors that are known beforehand: [images, size], of every training image. */
export function fixedReference(train: Float32Array, size: number, heldOut: Float32Array | undefined): Reference {
  return {
    of: ({ indices }) => Promise.resolve(rowsOf(train, indices, size)),
    view: undefined,
    heldOut,
    dispose: () => Promise.resolve(),
  };
}

/** The rows at `indices`: [n, size]. */
export function rowsOf(all: Float32Array, indices: ArrayLike<number>, size: number): Float32Array {
  const rows = new Float32Array(indices.length * size);
  for (let row = 0; row < indices.length; row++) rows.set(all.subarray(indices[row]! * size, (indices[row]! + 1) * size), row * size);
  return rows;
}
