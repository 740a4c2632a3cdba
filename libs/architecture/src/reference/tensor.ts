import type { Shape } from '../graph/ops.ts';

/** Row-major values. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}
