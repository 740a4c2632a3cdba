import type { Shape } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';

/** Distance in memory between neighbours along each axis of a row-major tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * For each element of `shape` in row-major order, where it lies in another tensor: `offset + Σ index · stride`. With
 * stride 0 it broadcasts, with permuted strides it transposes, with an offset it slices.
 */
export function positions(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let position = offset;
  for (let i = 0; i < result.length; i++) {
    result[i] = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** For each element of `to`, which element of a tensor of shape `from` broadcasts to it. */
export function broadcastPositions(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const added = to.length - from.length;
  return positions(to, to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : strides[axis - added]!)));
}
