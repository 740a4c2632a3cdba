import type { ConvAttributes, OpAttributes, OpKind, OpTable, Pads, Pair, Shape, WindowAttributes } from './ops.ts';
import { ShapeError } from './shape-error.ts';

type ShapeRule<K extends OpKind> = (inputs: readonly Shape[], attributes: OpAttributes[K]) => Shape;

const same = ([x]: readonly Shape[]): Shape => x!;
const broadcasted = ([a, b]: readonly Shape[]): Shape => broadcastShapes(a!, b!);

/** The shape of each op's value; throws ShapeError where the inputs do not fit. */
export const shapes: OpTable<{ [K in OpKind]: ShapeRule<K> }> = {
  input: (_, { shape }) => requireSizes(shape),
  parameter: (_, { shape }) => requireSizes(shape),
  constant: (_, { shape }) => requireSizes(shape),

  conv: ([x, weight], attributes) => convOutput(x!, weight!, attributes),
  convInputGradient: ([dy, weight], { inputShape, ...attributes }) => {
    requireSame('dy', dy!, convOutput(inputShape, weight!, attributes));
    return inputShape;
  },
  convWeightGradient: ([x, dy], { weightShape, ...attributes }) => {
    requireSame('dy', dy!, convOutput(x!, weightShape, attributes));
    return weightShape;
  },
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

  maxPool: ([x], attributes) => poolOutput(x!, attributes),
  maxPoolGradient: ([x, y, dy], attributes) => {
    const output = poolOutput(x!, attributes);
    requireSame('y', y!, output);
    requireSame('dy', dy!, output);
    return x!;
  },
  averagePool: ([x], attributes) => poolOutput(x!, attributes),
  averagePoolGradient: ([dy], { inputShape, ...attributes }) => {
    requireSame('dy', dy!, poolOutput(inputShape, attributes));
    return inputShape;
  },
  channelWindowSum: ([x], { size }) => {
    if (size % 2 !== 1) throw new ShapeError(`window of ${size} channels; expected an odd number`);
    requireAxis(x!, 1);
    return x!;
  },

  batchMean: ([x]) => channelShape(x!),
  batchVariance: ([x, mean]) => {
    requireSame('mean', mean!, channelShape(x!));
    return mean!;
  },
  batchNormalize: ([x, ...perChannel]) => {
    const names = ['scale', 'shift', 'mean', 'variance'];
    names.forEach((name, i) => { requireSame(name, perChannel[i]!, channelShape(x!)); });
    return x!;
  },

  reduceSum: ([x], { axes }) => {
    for (const axis of axes) requireAxis(x!, axis);
    return x!.map((size, axis) => (axes.includes(axis) ? 1 : size));
  },
  broadcast: ([x], { shape }) => {
    if (show(broadcastShapes(x!, shape)) !== show(shape)) throw new ShapeError(`cannot broadcast ${show(x!)} to ${show(shape)}`);
    return shape;
  },
  reshape: ([x], { shape }) => {
    if (sizeOf(x!) !== sizeOf(requireSizes(shape))) throw new ShapeError(`cannot reshape ${show(x!)} to ${show(shape)}`);
    return shape;
  },
  transpose: ([x], { permutation }) => {
    if (permutation.toSorted().join() !== x!.map((_, axis) => axis).join()) {
      throw new ShapeError(`permutation [${permutation.join(', ')}] of ${show(x!)}; expected each axis once`);
    }
    return permutation.map((axis) => x![axis]!);
  },
  concat: (parts, { axis }) => {
    const first = parts[0];
    if (first === undefined) throw new ShapeError('nothing to concatenate; expected at least one part');
    requireAxis(first, axis);
    for (const part of parts) {
      if (part.length !== first.length || part.some((size, i) => i !== axis && size !== first[i])) {
        throw new ShapeError(`cannot concatenate ${parts.map(show).join(', ')} along axis ${axis}`);
      }
    }
    return first.map((size, i) => (i === axis ? parts.reduce((sum, part) => sum + part[axis]!, 0) : size));
  },
  slice: ([x], { axis, start, length }) => {
    requireAxis(x!, axis);
    if (start < 0 || length < 1 || start + length > x![axis]!) {
      throw new ShapeError(`slice ${start}..${start + length} of axis ${axis} with size ${x![axis]}`);
    }
    return x!.map((size, i) => (i === axis ? length : size));
  },
  pad: ([x], { axis, before, after }) => {
    requireAxis(x!, axis);
    if (before < 0 || after < 0) throw new ShapeError(`padding of ${before} and ${after}; expected 0 or more`);
    return x!.map((size, i) => (i === axis ? before + size + after : size));
  },
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

function convOutput(x: Shape, weight: Shape, attributes: ConvAttributes): Shape {
  requireRank('weight', weight, 4);
  const output = windowOutput(x, { ...attributes, kernel: [weight[2]!, weight[3]!] });
  if (x[1] !== weight[1]) throw new ShapeError(`input has ${x[1]} channels, weight expects ${weight[1]}`);
  return [x[0]!, weight[0]!, ...output];
}

function poolOutput(x: Shape, attributes: WindowAttributes): Shape {
  const { kernel, pads } = attributes;
  const output = windowOutput(x, attributes);
  // Otherwise a window could see nothing but pads, and a maximum over nothing has no value.
  if (pads.some((pad, side) => pad >= kernel[side % 2]!)) {
    throw new ShapeError(`pads ${pads.join(', ')} with window ${kernel.join('×')}; expected pads smaller than the window`);
  }
  return [x[0]!, x[1]!, ...output];
}

function windowOutput(x: Shape, { kernel, stride, pads }: WindowAttributes): Pair {
  requireRank('input', x, 4);
  if (stride.some((step) => !(step >= 1))) throw new ShapeError(`stride ${stride.join('×')}; expected at least 1`);
  if (pads.some((pad) => !(pad >= 0))) throw new ShapeError(`pads ${pads.join(', ')}; expected 0 or more`);
  const along = (i: 0 | 1): number => Math.floor((x[2 + i]! + pads[i] + pads[i + 2]! - kernel[i]) / stride[i]) + 1;
  const output: Pair = [along(0), along(1)];
  if (output[0] < 1 || output[1] < 1) throw new ShapeError(`window ${kernel.join('×')} does not fit ${show(x)}`);
  return output;
}

function channelShape(x: Shape): Shape {
  requireAxis(x, 1);
  return x.map((size, axis) => (axis === 1 ? size : 1));
}

function requireSizes(shape: Shape): Shape {
  if (!shape.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new ShapeError(`shape ${show(shape)}; expected positive integers`);
  }
  return shape;
}

function requireRank(what: string, shape: Shape, rank: number): void {
  if (shape.length !== rank) throw new ShapeError(`${what} has shape ${show(shape)}; expected rank ${rank}`);
}

function requireAxis(shape: Shape, axis: number): void {
  if (shape[axis] === undefined) throw new ShapeError(`axis ${axis} of ${show(shape)}; expected 0 to ${shape.length - 1}`);
}

function requireSame(what: string, shape: Shape, expected: Shape): void {
  if (show(shape) !== show(expected)) throw new ShapeError(`${what} has shape ${show(shape)}; expected ${show(expected)}`);
}

function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
