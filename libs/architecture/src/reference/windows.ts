import type { Shape, WindowAttributes } from '../graph/ops.ts';

// Module constants: looking a global up in an inner loop is slow inside a test sandbox.
const { max, min } = Math;

/** Visits the windows of a pool in the order of its output; the bounds leave out the pads. */
export function forEachWindow(
  [batch, channels, rows, cols]: Shape, [, , outRows, outCols]: Shape, { kernel, stride, pads }: WindowAttributes,
  visit: (y: number, plane: number, top: number, bottom: number, left: number, right: number) => void,
): void {
  let y = 0;
  for (let plane = 0; plane < batch! * channels! * rows! * cols!; plane += rows! * cols!) {
    for (let row = 0; row < outRows!; row++) {
      const top = row * stride[0] - pads[0];
      for (let col = 0; col < outCols!; col++) {
        const left = col * stride[1] - pads[1];
        visit(y++, plane, max(top, 0), min(top + kernel[0], rows!), max(left, 0),
          min(left + kernel[1], cols!));
      }
    }
  }
}
