// Convolutions and their two gradients. In channel-major memory a 1×1 convolution is one matrix product in each
// direction, and the weight gradient of a larger one is a product with the columns of its input:
//   dW [m, c·k²] = dy [m, n·h·w] · columns [c·k², n·h·w]ᵀ.
import { type ConvAttributes, type Node, type Shape, sizeOf } from '@facenet/architecture';
import type { Attributes, Value } from './builder.ts';
import type { Lowered, LoweringContext } from './lowering-context.ts';

type ConvNode = Node<'conv'>;
type InputGradientNode = Node<'convInputGradient'>;
type WeightGradientNode = Node<'convWeightGradient'>;

export function lowerConv(context: LoweringContext, node: ConvNode): Lowered {
  const [x, weight] = node.inputs as [Node, Node];
  if (asProduct(context, node.shape, weight.shape)) {
    const [outputs, ...window] = weight.shape;
    const product = context.emit('MatMul', [
      context.reshape(context.in('plain', weight), [outputs!, sizeOf(window)]),
      windowsOf(context, x, weight.shape, node.attributes, node.shape),
    ]);
    return fromProduct(context, product, node);
  }
  const value = context.emit('Conv', [context.in('plain', x), context.in('plain', weight)], {
    ...convAttributes(node.attributes, weight.shape),
  });
  return toActivation(context, value);
}

export function lowerConvInputGradient(context: LoweringContext, node: InputGradientNode): Lowered {
  const [dy, weight] = node.inputs as [Node, Node];
  const { inputShape, ...attributes } = node.attributes;
  if (asProduct(context, dy.shape, weight.shape) && attributes.stride.every((step) => step === 1)) {
    const [outputs, ...window] = weight.shape;
    const transposed = context.transpose(context.reshape(context.in('plain', weight), [outputs!, sizeOf(window)]), [1, 0]);
    const windows = context.emit('MatMul', [transposed, flat(context, dy)]);
    if (isPointwise(weight.shape, attributes)) return fromProduct(context, windows, node);
    return { value: sumOfWindows(context, windows, node), layout: 'channelMajor' };
  }
  // Rows of the input behind the last window got no gradient: the transposed convolution adds them as zeros.
  const missing = [0, 1].map((i) => {
    const { stride, pads } = attributes;
    const reached = (dy.shape[2 + i]! - 1) * stride[i]! + weight.shape[2 + i]! - pads[i]! - pads[i + 2]!;
    return inputShape[2 + i]! - reached;
  });
  const value = context.emit('ConvTranspose', [context.in('plain', dy), context.in('plain', weight)], {
    ...convAttributes(attributes, weight.shape), output_padding: { ints: missing },
  });
  return toActivation(context, value);
}

export function lowerConvWeightGradient(context: LoweringContext, node: WeightGradientNode): Lowered {
  const [x, dy] = node.inputs as [Node, Node];
  const { weightShape, ...attributes } = node.attributes;
  return { value: weightGradient(context, x, dy, weightShape, attributes), layout: 'plain' };
}

function weightGradient(
  context: LoweringContext, x: Node, dy: Node, weightShape: Shape, attributes: ConvAttributes,
): Value {
  if (context.activations === 'plain' || weightShape[1]! < stemChannels) {
    return weightGradientAsConvolution(context, x, dy, weightShape, attributes);
  }
  const columns = windowsOf(context, x, weightShape, attributes, dy.shape);
  const product = context.emit('MatMul', [flat(context, dy), context.transpose(columns, [1, 0])]);
  return context.reshape(product, weightShape);
}

// Measured on two AVX2 cores, per thread; `libs/engine/README.md` has the numbers.

/** A convolution works image by image and wastes time below so many positions: then all images go into one product. */
const fewPositions = 64;
/** A stem with fewer input channels is strided, and its columns cost as much as the dilated convolution saves. */
const stemChannels = 8;

function asProduct(context: LoweringContext, output: Shape, weightShape: Shape): boolean {
  if (context.activations === 'plain') return false;
  return sizeOf(weightShape.slice(2)) === 1 || sizeOf(output.slice(2)) <= fewPositions;
}

/** x as c images of n channels, dy as the kernel, dilated by the stride: [c, m, k, k], then the first axes swap. */
function weightGradientAsConvolution(
  context: LoweringContext, x: Node, dy: Node, weightShape: Shape, { stride, pads }: ConvAttributes,
): Value {
  const kernel = [weightShape[2]!, weightShape[3]!];
  // So many rows after the last are read that k outputs come out; fewer than none means rows that no window read.
  const after = [0, 1].map((i) => kernel[i]! + (dy.shape[2 + i]! - 1) * stride[i]! - x.shape[2 + i]! - pads[i]!);
  let images = context.in('channelMajor', x);
  if (after.some((rows) => rows < 0)) {
    images = context.slice(images, [0, 1].map((i) => (
      { axis: 2 + i, start: 0, count: x.shape[2 + i]! + Math.min(0, after[i]!), step: 1 }
    )));
  }
  const gradient = context.emit('Conv', [images, context.in('channelMajor', dy)], {
    kernel_shape: { ints: dy.shape.slice(2) },
    dilations: { ints: stride },
    pads: { ints: [pads[0], pads[1], ...after.map((rows) => Math.max(0, rows))] },
  });
  return context.transpose(gradient, [1, 0, 2, 3]);
}

/** [c·k², n·h'·w']: under each output position the values that its window reads. */
function windowsOf(
  context: LoweringContext, x: Node, weightShape: Shape, attributes: ConvAttributes, outputShape: Shape,
): Value {
  if (isPointwise(weightShape, attributes)) return flat(context, x);
  const { stride, pads } = attributes;
  const kernel = weightShape.slice(2);
  const key = `windows ${x.id} ${[...kernel, ...stride, ...pads].join()}`;
  const [windows] = context.once(key, () => {
    const [batch, channels] = x.shape;
    const output = outputShape.slice(2);
    const shifted = shiftedViews(context, x, attributes, kernel, output).map((view) => (
      context.reshape(view, [channels!, 1, batch! * sizeOf(output)])
    ));
    const stacked = context.emit('Concat', shifted, { axis: { int: 1 } });
    return [context.reshape(stacked, [channels! * sizeOf(kernel), batch! * sizeOf(output)])];
  });
  return windows!;
}

/** For each place of the kernel what it reads, [c, n, h', w']. Reading every s-th column is slow, so that is done once. */
function shiftedViews(
  context: LoweringContext, x: Node, { stride, pads }: ConvAttributes, kernel: Shape, output: Shape,
): Value[] {
  const [rows, cols] = [0, 1].map((i) => x.shape[2 + i]! + pads[i]! + pads[i + 2]!);
  const padded = context.pad(context.in('channelMajor', x), [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]);
  const phases = pairs(Math.min(stride[0], kernel[0]!), Math.min(stride[1], kernel[1]!)).map(([row, col]) => {
    if (stride[0] === 1 && stride[1] === 1) return padded;
    return context.slice(padded, [
      { axis: 2, start: row, count: Math.ceil((rows! - row) / stride[0]), step: stride[0] },
      { axis: 3, start: col, count: Math.ceil((cols! - col) / stride[1]), step: stride[1] },
    ]);
  });
  return pairs(kernel[0]!, kernel[1]!).map(([row, col]) => {
    const phase = (row % stride[0]) * Math.min(stride[1], kernel[1]!) + (col % stride[1]);
    return context.slice(phases[phase]!, [
      { axis: 2, start: Math.floor(row / stride[0]), count: output[0]!, step: 1 },
      { axis: 3, start: Math.floor(col / stride[1]), count: output[1]!, step: 1 },
    ]);
  });
}

/** The opposite of the windows at stride 1: each [c, n, h', w'] moves to its place, and what overlaps is added. */
function sumOfWindows(context: LoweringContext, windows: Value, node: InputGradientNode): Value {
  const [dy, weight] = node.inputs as [Node, Node];
  const [batch, channels, rows, cols] = node.shape;
  const [, , kernelRows, kernelCols] = weight.shape;
  const { pads } = node.attributes;
  const places = pairs(kernelRows!, kernelCols!);
  const stacked = context.reshape(windows, [channels!, places.length, batch! * dy.shape[2]! * dy.shape[3]!]);
  const parts = context.emitSeveral('Split', [stacked], places.length, { axis: { int: 1 } });
  const moved = places.map(([row, col], i) => context.pad(
    context.reshape(parts[i]!, [channels!, batch!, dy.shape[2]!, dy.shape[3]!]),
    [0, 0, row, col, 0, 0, kernelRows! - 1 - row, kernelCols! - 1 - col],
  ));
  return context.slice(context.emit('Sum', moved), [
    { axis: 2, start: pads[0], count: rows!, step: 1 },
    { axis: 3, start: pads[1], count: cols!, step: 1 },
  ]);
}

function pairs(rows: number, cols: number): [row: number, col: number][] {
  return Array.from({ length: rows * cols }, (_, i) => [Math.floor(i / cols), i % cols]);
}

function fromProduct(context: LoweringContext, product: Value, node: Node): Lowered {
  return { value: context.reshape(product, context.shapeIn('channelMajor', node)), layout: 'channelMajor' };
}

function toActivation(context: LoweringContext, value: Value): Lowered {
  const layout = context.activations;
  return { value: layout === 'plain' ? value : context.transpose(value, [1, 0, 2, 3]), layout };
}

/** Channel-major [c, n, h, w] read as [c, n·h·w]. */
function flat(context: LoweringContext, node: Node): Value {
  const [batch, channels, rows, cols] = node.shape;
  return context.reshape(context.in('channelMajor', node), [channels!, batch! * rows! * cols!]);
}

function isPointwise(weightShape: Shape, { stride, pads }: ConvAttributes): boolean {
  return [weightShape[2], weightShape[3], ...stride].every((size) => size === 1) && pads.every((pad) => pad === 0);
}

function convAttributes({ stride, pads }: ConvAttributes, weightShape: Shape): Attributes {
  return { kernel_shape: { ints: weightShape.slice(2) }, strides: { ints: stride }, pads: { ints: pads } };
}

