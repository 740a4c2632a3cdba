import type { ConvAttributes, Shape, WindowAttributes } from '../graph/ops.ts';

/**
 * Visits every product of a convolution, a stretch of one output row at a time: for i < length, element
 * `y + i` of the output takes weight `w` times element `x + i · step` of the input. What falls on pads is left out.
 */
export function forEachTap(
  [batch, channels, rows, cols]: Shape, [outputs, , kernelRows, kernelCols]: Shape, [, , outRows, outCols]: Shape,
  { stride, pads }: ConvAttributes, visit: (w: number, x: number, y: number, length: number, step: number) => void,
): void {
  for (let n = 0; n < batch!; n++) {
    for (let o = 0; o < outputs!; o++) {
      const yPlane = (n * outputs! + o) * outRows! * outCols!;
      for (let c = 0; c < channels!; c++) {
        const xPlane = (n * channels! + c) * rows! * cols!;
        for (let i = 0; i < kernelRows!; i++) {
          const [firstRow, endRow] = inside(i - pads[0], stride[0], rows!, outRows!);
          for (let j = 0; j < kernelCols!; j++) {
            const [first, end] = inside(j - pads[1], stride[1], cols!, outCols!);
            const w = ((o * channels! + c) * kernelRows! + i) * kernelCols! + j;
            const xCol = first * stride[1] + j - pads[1];
            for (let row = firstRow; row < endRow; row++) {
              const x = xPlane + (row * stride[0] + i - pads[0]) * cols! + xCol;
              visit(w, x, yPlane + row * outCols! + first, end - first, stride[1]);
            }
          }
        }
      }
    }
  }
}

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
        visit(y++, plane, Math.max(top, 0), Math.min(top + kernel[0], rows!), Math.max(left, 0),
          Math.min(left + kernel[1], cols!));
      }
    }
  }
}

/** The outputs o, from first to before end, whose input `o · stride + shift` exists. */
function inside(shift: number, stride: number, size: number, outputs: number): [first: number, end: number] {
  const first = Math.max(0, Math.ceil(-shift / stride));
  return [first, Math.max(first, Math.min(outputs, Math.floor((size - 1 - shift) / stride) + 1))];
}
