// Pools treat the first two axes alike, so they run in whichever layout their input has.
import { type Node, type Shape, sizeOf, type WindowAttributes } from '@facenet/architecture';
import type { Attributes, Value } from './builder.ts';
import type { Lowered, LoweringContext } from './lowering-context.ts';

export function lowerMaxPool(context: LoweringContext, node: Node<'maxPool'>, hasGradient: boolean): Lowered {
  const [x] = node.inputs as [Node];
  const { value, layout } = context.lowered(x);
  if (!hasGradient || !rememberPlaces(context)) return { value: context.emit('MaxPool', [value], windowAttributes(node.attributes)), layout };
  const [pooled] = pooledWithIndices(context, x, node.attributes);
  return { value: pooled!, layout };
}

/** Two ways that only differ in speed and support: the CPU scatters to remembered places, WebGPU has no indices. */
export function lowerMaxPoolGradient(context: LoweringContext, node: Node<'maxPoolGradient'>): Lowered {
  const [x] = node.inputs as [Node];
  const { layout } = context.lowered(x);
  const value = rememberPlaces(context) ? scattered(context, node) : masked(context, node);
  return { value, layout };
}

function rememberPlaces(context: LoweringContext): boolean {
  return context.target.provider === 'cpu';
}

export function lowerAveragePool(context: LoweringContext, node: Node<'averagePool'>): Lowered {
  const [x] = node.inputs as [Node];
  const { value, layout } = context.lowered(x);
  return { value: averagePool(context, value, node.attributes), layout };
}

export function lowerAveragePoolGradient(context: LoweringContext, node: Node<'averagePoolGradient'>): Lowered {
  const [dy] = node.inputs as [Node];
  const { value, layout } = context.lowered(dy);
  const { inputShape, ...attributes } = node.attributes;
  const { kernel, stride, pads } = attributes;
  const mirrored = [0, 1, 2, 3].map((i) => kernel[i % 2]! - 1 - pads[i]!);
  // At stride 1 every input receives from a window of outputs: the same pool with the pads of the other side.
  if (stride.every((step) => step === 1) && mirrored.every((pad, i) => pad >= 0 && pad < kernel[i % 2]!)) {
    const [top, left, bottom, right] = mirrored as [number, number, number, number];
    return { value: averagePool(context, value, { kernel, stride, pads: [top, left, bottom, right] }), layout };
  }
  const ones = context.model.floats(Array.from({ length: sizeOf(kernel) }, () => 1 / sizeOf(kernel)), [1, 1, ...kernel]);
  const [first, second, ...size] = context.shapeIn(layout, dy);
  const images = context.reshape(value, [first! * second!, 1, ...size]);
  return { value: spreadWindows(context, images, ones, attributes, context.shapeIn(layout, node), inputShape), layout };
}

/** Sum over neighbouring channels, as an average pool over the channel axis. */
export function lowerChannelWindowSum(context: LoweringContext, node: Node<'channelWindowSum'>): Lowered {
  const [x] = node.inputs as [Node];
  const { value, layout } = context.lowered(x);
  const { size } = node.attributes;
  const [batch, channels, ...rest] = node.shape;
  const positions = sizeOf(rest);
  const image = layout === 'plain' ? [batch!, 1, channels!, positions] : [1, 1, channels!, batch! * positions];
  const half = (size - 1) / 2;
  const mean = averagePool(context, context.reshape(value, image), {
    kernel: [size, 1], stride: [1, 1], pads: [half, 0, half, 0],
  });
  const sum = context.emit('Mul', [mean, context.scalar(size)]);
  return { value: context.reshape(sum, context.shapeIn(layout, node)), layout };
}

function averagePool(context: LoweringContext, value: Value, attributes: WindowAttributes): Value {
  return context.emit('AveragePool', [value], { ...windowAttributes(attributes), count_include_pad: { int: 1 } });
}

function pooledWithIndices(context: LoweringContext, x: Node, attributes: WindowAttributes): readonly Value[] {
  const { kernel, stride, pads } = attributes;
  const key = `indices ${x.id} ${[...kernel, ...stride, ...pads].join()}`;
  const { value } = context.lowered(x);
  return context.once(key, () => context.emitSeveral('MaxPool', [value], 2, windowAttributes(attributes)));
}

/** The indices count through the whole tensor, and the first of tied maxima is the one named. */
function scattered(context: LoweringContext, node: Node<'maxPoolGradient'>): Value {
  const [x, , dy] = node.inputs as [Node, Node, Node];
  const { layout } = context.lowered(x);
  const [, indices] = pooledWithIndices(context, x, node.attributes);
  const outputs = sizeOf(dy.shape);
  const zeros = context.emit('Expand', [context.scalar(0), context.ints([sizeOf(x.shape)])]);
  const sum = context.emit('ScatterElements', [
    zeros, context.reshape(indices!, [outputs]), context.reshape(context.in(layout, dy), [outputs]),
  ], { axis: { int: 0 }, reduction: { string: 'add' } });
  return context.reshape(sum, context.shapeIn(layout, x));
}

/** Each place of the window in turn takes the gradient of those outputs that equal it and no earlier place. */
function masked(context: LoweringContext, node: Node<'maxPoolGradient'>): Value {
  const [x, y, dy] = node.inputs as [Node, Node, Node];
  const { layout } = context.lowered(x);
  const { kernel, stride, pads } = node.attributes;
  const [rows, cols] = [y.shape[2]!, y.shape[3]!];
  const lowest = -3e38;
  const padded = context.pad(context.in(layout, x), [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]], lowest);
  const [pooled, gradient] = [context.in(layout, y), context.in(layout, dy)];
  const [first, second] = context.shapeIn(layout, y);
  let left = gradient;
  const parts: Value[] = [];
  for (let row = 0; row < kernel[0]; row++) {
    for (let col = 0; col < kernel[1]; col++) {
      const place = context.slice(padded, [
        { axis: 2, start: row, count: rows, step: stride[0] },
        { axis: 3, start: col, count: cols, step: stride[1] },
      ]);
      const equal = context.emit('Equal', [place, pooled]);
      const part = context.emit('Where', [equal, left, context.scalar(0)]);
      left = context.emit('Sub', [left, part]);
      parts.push(context.reshape(part, [first! * second!, 1, rows, cols]));
    }
  }
  const windows = context.emit('Concat', parts, { axis: { int: 1 } });
  const places = sizeOf(kernel);
  const oneHot = context.model.floats(
    Array.from({ length: places * places }, (_, i) => (i % (places + 1) === 0 ? 1 : 0)), [places, 1, ...kernel],
  );
  return spreadWindows(context, windows, oneHot, node.attributes, context.shapeIn(layout, x), x.shape);
}

/** Adds windows [images, places, h', w'] into the positions they came from, as a transposed convolution. */
function spreadWindows(
  context: LoweringContext, windows: Value, weight: Value, attributes: WindowAttributes, memory: Shape, inputShape: Shape,
): Value {
  const { kernel, stride, pads } = attributes;
  const missing = [0, 1].map((i) => {
    const outputs = Math.floor((inputShape[2 + i]! + pads[i]! + pads[i + 2]! - kernel[i]!) / stride[i]!) + 1;
    return inputShape[2 + i]! - ((outputs - 1) * stride[i]! + kernel[i]! - pads[i]! - pads[i + 2]!);
  });
  const spread = context.emit('ConvTranspose', [windows, weight], {
    ...windowAttributes(attributes), output_padding: { ints: missing },
  });
  return context.reshape(spread, memory);
}

function windowAttributes({ kernel, stride, pads }: WindowAttributes): Attributes {
  return { kernel_shape: { ints: kernel }, strides: { ints: stride }, pads: { ints: pads } };
}
