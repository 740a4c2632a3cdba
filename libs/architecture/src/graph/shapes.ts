import type { OpAttributes, OpKind, OpTable, Pads, Pair, Shape, WindowAttributes } from './ops.ts';
import { ShapeError } from './shape-error.ts';

type ShapeRule<K extends OpKind> = (inputs: readonly Shape[], attributes: OpAttributes[K]) => Shape;

const same = ([x]: readonly Shape[]): Shape => x!;
const broadcasted = ([a, b]: readonly Shape[]): Shape => broadcastShapes(a!, b!);

/** The shape of each op's value; throws ShapeError where the inputs do not fit. */
export const shapes: OpTable<{ [K in OpKind]: ShapeRule<K> }> = {
  input: (_, { shape }) => shape,
  parameter: (_, { shape }) => shape,
  constant: (_, { shape }) => shape,

  conv: ([x, w], { stride, pads }) => {
    requireRank('input', x!, 4);
    requireRank('weight', w!, 4);
    if (x![1] !== w![1]) throw new ShapeError(`input has ${x![1]} channels, weight expects ${w![1]}`);
    const kernel: Pair = [w![2]!, w![3]!];
    return [x![0]!, w![0]!, ...windowOutput(x!, { kernel, stride, pads })];
  },
  convInputGradient: (_, { inputShape }) => inputShape,
  convWeightGradient: (_, { weightShape }) => weightShape,
  matMul: ([a, b], { transposeA, transposeB }) => {
    requireRank('left side', a!, 2);
    requireRank('right side', b!, 2);
    const [rows, inner] = transposeA ? [a![1]!, a![0]!] : [a![0]!, a![1]!];
    const [innerB, cols] = transposeB ? [b![1]!, b![0]!] : [b![0]!, b![1]!];
    if (inner !== innerB) throw new ShapeError(`inner sizes differ: ${show(a!)} and ${show(b!)}`);
    return [rows, cols];
  },

  relu: same,
  step: same,
  sqrt: same,
  power: ([x]) => x!,
  add: broadcasted,
  subtract: broadcasted,
  multiply: broadcasted,
  divide: broadcasted,
  maximum: broadcasted,

  maxPool: ([x], attributes) => [x![0]!, x![1]!, ...windowOutput(x!, attributes)],
  maxPoolGradient: ([x]) => x!,
  averagePool: ([x], attributes) => [x![0]!, x![1]!, ...windowOutput(x!, attributes)],
  averagePoolGradient: (_, { inputShape }) => inputShape,
  channelWindowSum: ([x], { size }) => {
    if (size % 2 !== 1) throw new ShapeError(`window of ${size} channels; expected an odd number`);
    return x!;
  },

  batchMean: ([x]) => channelShape(x!),
  batchVariance: ([x]) => channelShape(x!),
  batchNormalize: ([x, ...statistics]) => {
    for (const statistic of statistics) {
      if (show(statistic) !== show(channelShape(x!))) {
        throw new ShapeError(`statistics of shape ${show(statistic)}; expected ${show(channelShape(x!))}`);
      }
    }
    return x!;
  },

  reduceSum: ([x], { axes }) => x!.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  broadcast: ([x], { shape }) => {
    if (show(broadcastShapes(x!, shape)) !== show(shape)) throw new ShapeError(`cannot broadcast ${show(x!)} to ${show(shape)}`);
    return shape;
  },
  reshape: ([x], { shape }) => {
    if (sizeOf(x!) !== sizeOf(shape)) throw new ShapeError(`cannot reshape ${show(x!)} to ${show(shape)}`);
    return shape;
  },
  transpose: ([x], { permutation }) => permutation.map((axis) => x![axis]!),
  concat: (parts, { axis }) => {
    const first = parts[0]!;
    for (const part of parts) {
      if (part.length !== first.length || part.some((size, i) => i !== axis && size !== first[i])) {
        throw new ShapeError(`cannot concatenate ${parts.map(show).join(', ')} along axis ${axis}`);
      }
    }
    return first.map((size, i) => (i === axis ? parts.reduce((sum, part) => sum + part[axis]!, 0) : size));
  },
  slice: ([x], { axis, start, length }) => {
    if (start < 0 || length < 1 || start + length > x![axis]!) {
      throw new ShapeError(`slice ${start}..${start + length} of axis ${axis} with size ${x![axis]}`);
    }
    return x!.map((size, i) => (i === axis ? length : size));
  },
  pad: ([x], { axis, before, after }) => x!.map((size, i) => (i === axis ? before + size + after : size)),
};

/** The shape of `kind` applied to inputs of these shapes. */
export function inferShape<K extends OpKind>(kind: K, inputs: readonly Shape[], attributes: OpAttributes[K]): Shape {
  return shapes[kind](inputs, attributes);
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new ShapeError(`cannot broadcast ${show(a)} with ${show(b)}`);
    return left === 1 ? right : left;
  });
}

/**
 * Pads that make the output `ceil(input / stride)`. The extra row or column goes at the end (ONNX SAME_UPPER).
 */
export function samePads(input: Pair, kernel: Pair, stride: Pair): Pads {
  const total = (i: 0 | 1): number =>
    Math.max(0, (Math.ceil(input[i] / stride[i]) - 1) * stride[i] + kernel[i] - input[i]);
  const [rows, cols] = [total(0), total(1)];
  return [Math.floor(rows / 2), Math.floor(cols / 2), Math.ceil(rows / 2), Math.ceil(cols / 2)];
}

function windowOutput(x: Shape, { kernel, stride, pads }: WindowAttributes): Pair {
  requireRank('input', x, 4);
  const along = (i: 0 | 1): number => Math.floor((x[2 + i]! + pads[i] + pads[i + 2]! - kernel[i]) / stride[i]) + 1;
  const output: Pair = [along(0), along(1)];
  if (output[0] < 1 || output[1] < 1) throw new ShapeError(`window ${kernel.join('×')} does not fit ${show(x)}`);
  return output;
}

function channelShape(x: Shape): Shape {
  return x.map((size, axis) => (axis === 1 ? size : 1));
}

function requireRank(what: string, shape: Shape, rank: number): void {
  if (shape.length !== rank) throw new ShapeError(`${what} has shape ${show(shape)}; expected rank ${rank}`);
}

function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
