import { regressionStep } from '@facenet/triplet';
import type { Objective } from './objective.ts';

export interface RegressionSettings {
  readonly size: number;
  /** [images, size], v1 of every training image. */
  readonly reference: Float32Array;
}

/** Draws every embedding to the reference's of the same image. */
export function regressionObjective({ size, reference }: RegressionSettings): Objective<null> {
  return {
    parameters: [],
    weights: new Map(),
    teach({ embeddings, indices }) {
      const { loss, gradient } = regressionStep({ embeddings, reference: rowsOf(reference, indices, size), size });
      return { loss, gradient, headGradients: new Map(), measured: { referenceDistance: loss } };
    },
    state: () => null,
  };
}

/** The rows of a batch: [n, size]. */
export function rowsOf(all: Float32Array, indices: Int32Array, size: number): Float32Array {
  const rows = new Float32Array(indices.length * size);
  indices.forEach((index, row) => { rows.set(all.subarray(index * size, (index + 1) * size), row * size); });
  return rows;
}
