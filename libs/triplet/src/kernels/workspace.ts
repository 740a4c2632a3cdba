/**
 * The heavy arithmetic of one step over n rows of d numbers, and the memory it needs. Matrices are row-major with
 * `stride` numbers from row to row (n rounded up to a multiple of 4); what lies beyond column n is not to be read.
 * Views stay valid until the next `open`.
 */
export interface Workspace {
  readonly name: 'plain' | 'wasm-simd';
  /** Takes a copy of the embeddings and clears the pair weights. */
  open(embeddings: ArrayLike<number>, size: number, dimension: number): OpenWorkspace;
}

export interface OpenWorkspace {
  readonly size: number;
  readonly stride: number;
  /** [n, stride], filled by `computeDistances`. */
  readonly distances: Float32Array;
  /** [n, stride], symmetric: ∂loss/∂d(i, j), unscaled. Zero at the start. */
  readonly weights: Float32Array;
  /** Squared distances of unit rows, 2 − 2 a·b, clamped at 0. */
  computeDistances(): void;
  /**
   * Sorts those of the candidate rows that are nearer than `limit` to `row` by distance, then by row; they are
   * found in `sorted`. Returns how many there are.
   */
  sortNearest(row: number, candidates: Int32Array, limit: number): number;
  readonly sorted: SortedRows;
  /**
   * 2 · scale · Σ_j weight(i, j) · (e_i − e_j), the gradient of scale · Σ weight · distance; [n, d], or only its first
   * `rows` rows.
   */
  gradient(scale: number, rows?: number): Float32Array;
}

/** Entries of two words each, over the same memory: the distance of rank r is at 2r, its row at 2r + 1. */
export interface SortedRows {
  readonly distances: Float32Array;
  readonly rows: Int32Array;
}

/** Rounds up to whole vectors of four. */
export function padToVector(n: number): number {
  return (n + 3) & ~3;
}
