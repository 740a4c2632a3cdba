import type { ConvAttributes, Shape } from '../graph/ops.ts';
import { rowProducts, transposed } from './products.ts';
import type { Tensor } from './tensor.ts';

// Module constants: looking a global up in an inner loop is slow inside a test sandbox.
const { floor, max, min } = Math;

/*
 * A convolution is a matrix product. The patch of an output pixel is the vector of the K = channels · rows · cols
 * inputs that its window covers, pads as zeros; then with pixels p and outputs o
 *
 *   y[o, p] = Σ_k w[o, k] · patch[p, k]     dPatch[p, k] = Σ_o w[o, k] · dy[o, p]     dw[o, k] = Σ_p dy[o, p] · patch[p, k]
 *
 * and dx adds up dPatch where the patches came from. Pixels are taken in blocks that stay in the processor's cache.
 */

const BLOCK = 64;

export function convolve(y: Tensor, x: Tensor, weight: Tensor, attributes: ConvAttributes): void {
  const { outputs, taps, pixels } = sizesOf(weight.shape, y.shape);
  const patches = new Float64Array(BLOCK * taps);
  const block = new Float64Array(outputs * BLOCK);
  for (let start = 0; start < pixels; start += BLOCK) {
    patches.fill(0);
    forEachTap(x.shape, weight.shape, y.shape, attributes, start, (p, k, at) => { patches[p * taps + k] = x.data[at]!; });
    rowProducts(weight.data, outputs, patches, BLOCK, taps, block);
    forEachOutput(y.shape, start, (p, o, at) => { y.data[at] = block[o * BLOCK + p]!; });
  }
}

export function convolveInputGradient(dx: Tensor, dy: Tensor, weight: Tensor, attributes: ConvAttributes): void {
  const { outputs, taps, pixels } = sizesOf(weight.shape, dy.shape);
  const weights = transposed(weight.data, outputs, taps);
  const dyBlock = new Float64Array(BLOCK * outputs);
  const patches = new Float64Array(taps * BLOCK);
  for (let start = 0; start < pixels; start += BLOCK) {
    forEachOutput(dy.shape, start, (p, o, at) => { dyBlock[p * outputs + o] = dy.data[at]!; });
    rowProducts(weights, taps, dyBlock, BLOCK, outputs, patches);
    forEachTap(dx.shape, weight.shape, dy.shape, attributes, start, (p, k, at) => { dx.data[at]! += patches[k * BLOCK + p]!; });
  }
}

export function convolveWeightGradient(dw: Tensor, x: Tensor, dy: Tensor, attributes: ConvAttributes): void {
  const { outputs, taps, pixels } = sizesOf(dw.shape, dy.shape);
  const patches = new Float64Array(taps * BLOCK);
  const dyBlock = new Float64Array(outputs * BLOCK);
  const products = new Float64Array(outputs * taps);
  for (let start = 0; start < pixels; start += BLOCK) {
    patches.fill(0);
    dyBlock.fill(0);
    forEachTap(x.shape, dw.shape, dy.shape, attributes, start, (p, k, at) => { patches[k * BLOCK + p] = x.data[at]!; });
    forEachOutput(dy.shape, start, (p, o, at) => { dyBlock[o * BLOCK + p] = dy.data[at]!; });
    rowProducts(dyBlock, outputs, patches, taps, BLOCK, products);
    for (let i = 0; i < products.length; i++) dw.data[i]! += products[i]!;
  }
}

function sizesOf([outputs, channels, kernelRows, kernelCols]: Shape, [batch, , rows, cols]: Shape) {
  return { outputs: outputs!, taps: channels! * kernelRows! * kernelCols!, pixels: batch! * rows! * cols! };
}

/** For the pixels p of the block from `start`: each tap k of the patch that is not a pad, and where it lies in x. */
function forEachTap(
  [, channels, rows, cols]: Shape, [, , kernelRows, kernelCols]: Shape, [batch, , outRows, outCols]: Shape,
  { stride, pads }: ConvAttributes, start: number, visit: (p: number, k: number, at: number) => void,
): void {
  const end = min(start + BLOCK, batch! * outRows! * outCols!);
  for (let pixel = start; pixel < end; pixel++) {
    const n = floor(pixel / (outRows! * outCols!));
    const top = (floor(pixel / outCols!) % outRows!) * stride[0] - pads[0];
    const left = (pixel % outCols!) * stride[1] - pads[1];
    for (let c = 0; c < channels!; c++) {
      for (let i = 0; i < kernelRows!; i++) {
        const row = top + i;
        if (row < 0 || row >= rows!) continue;
        const line = ((n * channels! + c) * rows! + row) * cols! + left;
        const k = (c * kernelRows! + i) * kernelCols!;
        for (let j = max(-left, 0); j < min(cols! - left, kernelCols!); j++) visit(pixel - start, k + j, line + j);
      }
    }
  }
}

/** For the pixels p of the block from `start` and every output o: where it lies in y. */
function forEachOutput(
  [batch, outputs, rows, cols]: Shape, start: number, visit: (p: number, o: number, at: number) => void,
): void {
  const area = rows! * cols!;
  const end = min(start + BLOCK, batch! * area);
  for (let pixel = start; pixel < end; pixel++) {
    const first = floor(pixel / area) * outputs! * area + (pixel % area);
    for (let o = 0; o < outputs!; o++) visit(pixel - start, o, first + o * area);
  }
}
