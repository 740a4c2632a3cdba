import type { OpAttributes, OpKind, OpTable, Shape } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';
import { convolve, convolveInputGradient, convolveWeightGradient } from './convolution.ts';
import { rowProducts, transposed } from './products.ts';
import { broadcastPositions, positions, stridesOf } from './strides.ts';
import type { Tensor } from './tensor.ts';
import { forEachWindow } from './windows.ts';

// Module constants: looking a global up in an inner loop is slow inside a test sandbox.
const { floor, max, min, sqrt } = Math;

/** What is fed, by the name of the input or parameter. */
export type Feeds = ReadonlyMap<string, ArrayLike<number>>;

/** Fills `y`, which comes as zeros. */
type Evaluation<K extends OpKind> =
  (y: Tensor, inputs: readonly Tensor[], attributes: OpAttributes[K], feeds: Feeds) => void;

/** What each op computes, in 64 bits and as plainly as possible: the oracle for every other way to run a graph. */
export const reference: OpTable<{ [K in OpKind]: Evaluation<K> }> = {
  input: feed,
  parameter: feed,
  constant: (y, _, { value }) => { y.data.fill(value); },

  conv: (y, [x, weight], attributes) => { convolve(y, x!, weight!, attributes); },
  convInputGradient: (dx, [dy, weight], attributes) => { convolveInputGradient(dx, dy!, weight!, attributes); },
  convWeightGradient: (dw, [x, dy], attributes) => { convolveWeightGradient(dw, x!, dy!, attributes); },
  matMul: (y, [a, b], { transposeA, transposeB }) => {
    const [rows, cols] = y.shape as [number, number];
    const inner = a!.shape[transposeA ? 0 : 1]!;
    const left = transposeA ? transposed(a!.data, inner, rows) : a!.data;
    const right = transposeB ? b!.data : transposed(b!.data, inner, cols);
    rowProducts(left, rows, right, cols, inner, y.data);
  },

  relu: unary((x) => max(x, 0)),
  step: unary((x) => (x > 0 ? 1 : 0)),
  sqrt: unary(sqrt),
  power: (y, [x], { exponent }) => { map(y, x!, (value) => value ** exponent); },

  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  maximum: binary((a, b) => max(a, b)),

  maxPool: (y, [x], attributes) => {
    forEachMaximum(x!, y.shape, attributes, (i, at) => { y.data[i] = x!.data[at]!; });
  },
  maxPoolGradient: (dx, [x, , dy], attributes) => {
    forEachMaximum(x!, dy!.shape, attributes, (i, at) => { dx.data[at]! += dy!.data[i]!; });
  },
  averagePool: (y, [x], attributes) => {
    forEachPixel(x!.shape, y.shape, attributes, (i, at, share) => { y.data[i]! += x!.data[at]! * share; });
  },
  averagePoolGradient: (dx, [dy], attributes) => {
    forEachPixel(dx.shape, dy!.shape, attributes, (i, at, share) => { dx.data[at]! += dy!.data[i]! * share; });
  },
  channelWindowSum: (y, [x], { size }) => {
    const channels = x!.shape[1]!;
    const step = stridesOf(x!.shape)[1]!;
    const reach = (size - 1) / 2;
    for (let i = 0; i < y.data.length; i++) {
      const channel = floor(i / step) % channels;
      const [first, last] = [max(channel - reach, 0), min(channel + reach, channels - 1)];
      for (let c = first; c <= last; c++) y.data[i]! += x!.data[i + (c - channel) * step]!;
    }
  },

  batchMean: (y, [x]) => {
    const share = y.data.length / x!.data.length;
    sumInto(y, x!.shape, (i) => x!.data[i]! * share);
  },
  batchVariance: (y, [x, mean]) => {
    const share = y.data.length / x!.data.length;
    sumInto(y, x!.shape, (i, channel) => (x!.data[i]! - mean!.data[channel]!) ** 2 * share);
  },
  batchNormalize: (y, [x, scale, shift, mean, variance], { epsilon }) => {
    const channels = broadcastPositions(mean!.shape, x!.shape);
    for (let i = 0; i < y.data.length; i++) {
      const c = channels[i]!;
      const normalized = (x!.data[i]! - mean!.data[c]!) / sqrt(variance!.data[c]! + epsilon);
      y.data[i] = scale!.data[c]! * normalized + shift!.data[c]!;
    }
  },

  reduceSum: (y, [x]) => { sumInto(y, x!.shape, (i) => x!.data[i]!); },
  broadcast: (y, [x]) => { gather(y, x!, broadcastPositions(x!.shape, y.shape)); },
  reshape: (y, [x]) => { y.data.set(x!.data); },
  transpose: (y, [x], { permutation }) => {
    const strides = stridesOf(x!.shape);
    gather(y, x!, positions(y.shape, permutation.map((axis) => strides[axis]!)));
  },
  concat: (y, parts, { axis }) => {
    let start = 0;
    for (const part of parts) {
      place(y, part, axis, start);
      start += part.shape[axis]!;
    }
  },
  slice: (y, [x], { axis, start }) => {
    const strides = stridesOf(x!.shape);
    gather(y, x!, positions(y.shape, strides, start * strides[axis]!));
  },
  pad: (y, [x], { axis, before }) => { place(y, x!, axis, before); },
};

function feed(y: Tensor, _: readonly Tensor[], { name }: OpAttributes['input' | 'parameter'], feeds: Feeds): void {
  const values = feeds.get(name);
  const expected = `expected ${sizeOf(y.shape)} numbers for shape [${y.shape.join(', ')}]`;
  if (values === undefined) throw new Error(`feed '${name}' is missing; ${expected}`);
  if (values.length !== y.data.length) throw new Error(`feed '${name}': ${expected}, got ${values.length}`);
  y.data.set(values);
}

function unary(compute: (x: number) => number): (y: Tensor, inputs: readonly Tensor[]) => void {
  return (y, [x]) => { map(y, x!, compute); };
}

function map(y: Tensor, x: Tensor, compute: (x: number) => number): void {
  for (let i = 0; i < y.data.length; i++) y.data[i] = compute(x.data[i]!);
}

function binary(compute: (a: number, b: number) => number): (y: Tensor, inputs: readonly Tensor[]) => void {
  return (y, [a, b]) => {
    const left = broadcastTo(y.shape, a!);
    const right = broadcastTo(y.shape, b!);
    for (let i = 0; i < y.data.length; i++) y.data[i] = compute(left[i]!, right[i]!);
  };
}

function broadcastTo(shape: Shape, x: Tensor): Float64Array {
  if (x.data.length === sizeOf(shape)) return x.data;
  const y = { shape, data: new Float64Array(sizeOf(shape)) };
  gather(y, x, broadcastPositions(x.shape, shape));
  return y.data;
}

function gather(y: Tensor, x: Tensor, from: Int32Array): void {
  for (let i = 0; i < from.length; i++) y.data[i] = x.data[from[i]!]!;
}

/** Copies `x` into `y` at `start` along `axis`. */
function place(y: Tensor, x: Tensor, axis: number, start: number): void {
  const strides = stridesOf(y.shape);
  const to = positions(x.shape, strides, start * strides[axis]!);
  for (let i = 0; i < to.length; i++) y.data[to[i]!] = x.data[i]!;
}

/** Adds `value(i)` for every element i of `shape` to the element of `y` that broadcasts to it. */
function sumInto(y: Tensor, shape: Shape, value: (i: number, target: number) => number): void {
  const targets = broadcastPositions(y.shape, shape);
  for (let i = 0; i < targets.length; i++) y.data[targets[i]!]! += value(i, targets[i]!);
}

/** Where each window finds its maximum: the first in row-major order. */
function forEachMaximum(
  { shape, data }: Tensor, outputShape: Shape, attributes: OpAttributes['maxPool'], visit: (y: number, x: number) => void,
): void {
  const cols = shape[3]!;
  forEachWindow(shape, outputShape, attributes, (y, plane, top, bottom, left, right) => {
    let best = plane + top * cols + left;
    for (let row = top; row < bottom; row++) {
      for (let at = plane + row * cols + left; at < plane + row * cols + right; at++) {
        if (data[at]! > data[best]!) best = at;
      }
    }
    visit(y, best);
  });
}

/** Every pixel of every window, with its share of the window's average. */
function forEachPixel(
  shape: Shape, outputShape: Shape, attributes: OpAttributes['averagePool'],
  visit: (y: number, x: number, share: number) => void,
): void {
  const cols = shape[3]!;
  const share = 1 / (attributes.kernel[0] * attributes.kernel[1]);
  forEachWindow(shape, outputShape, attributes, (y, plane, top, bottom, left, right) => {
    for (let row = top; row < bottom; row++) {
      for (let at = plane + row * cols + left; at < plane + row * cols + right; at++) visit(y, at, share);
    }
  });
}
