// Convolutions and their two gradients. In channel-major memory a 1×1 convolution is one matrix product in each
// direction, and the weight gradient of a larger one is a product with the columns of its input:
//   dW [m, c·k²] = dy [m, n·h·w] · columns [c·k², n·h·w]ᵀ.
import { type ConvAttributes, type Node, type Pair, type Shape, sizeOf } from '@facenet/architecture';
import type { Attributes, Value } from './builder.ts';
import type { Lowered, LoweringContext } from './lowering-context.ts';

type ConvNode = Node<'conv'>;
type InputGradientNode = Node<'convInputGradient'>;
type WeightGradientNode = Node<'convWeightGradient'>;

export function lowerConv(context: LoweringContext, node: ConvNode): Lowered {
  const [x, weight] = node.inputs as [Node, Node];
  const layout = context.activations;
  if (layout === 'channelMajor' && isPointwise(weight.shape, node.attributes)) {
    const [outputs, channels] = weight.shape;
    const product = context.emit('MatMul', [
      matrix(context, context.in('plain', weight), [outputs!, channels!]), flat(context, x),
    ]);
    return { value: context.reshape(product, context.shapeIn(layout, node)), layout };
  }
  const value = context.emit('Conv', [context.in('plain', x), context.in('plain', weight)], {
    ...convAttributes(node.attributes, weight.shape),
  });
  return toActivation(context, value);
}

export function lowerConvInputGradient(context: LoweringContext, node: InputGradientNode): Lowered {
  const [dy, weight] = node.inputs as [Node, Node];
  const layout = context.activations;
  const { inputShape, ...attributes } = node.attributes;
  if (layout === 'channelMajor' && isPointwise(weight.shape, attributes)) {
    const [outputs, channels] = weight.shape;
    const transposed = context.transpose(matrix(context, context.in('plain', weight), [outputs!, channels!]), [1, 0]);
    const product = context.emit('MatMul', [transposed, flat(context, dy)]);
    return { value: context.reshape(product, context.shapeIn(layout, node)), layout };
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
  if (context.activations === 'plain' || weightShape[1]! < fewChannels) {
    return weightGradientAsConvolution(context, x, dy, weightShape, attributes);
  }
  const [outputs] = weightShape;
  const columns = isPointwise(weightShape, attributes)
    ? flat(context, x)
    : columnsOf(context, x, { kernel: [weightShape[2]!, weightShape[3]!], output: [dy.shape[2]!, dy.shape[3]!], attributes });
  const product = context.emit('MatMul', [flat(context, dy), context.transpose(columns, [1, 0])]);
  return matrix(context, product, [outputs!, ...weightShape.slice(1)]);
}

/** Below this many input channels, the columns of a stem are no faster than the strided convolution. */
const fewChannels = 8;

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

interface Columns {
  readonly kernel: Pair;
  readonly output: Pair;
  readonly attributes: ConvAttributes;
}

/** [c·k², n·h'·w']: under each output position the values that its window reads. */
function columnsOf(context: LoweringContext, x: Node, { kernel, output, attributes }: Columns): Value {
  const { stride, pads } = attributes;
  const key = `columns ${x.id} ${kernel.join()} ${stride.join()} ${pads.join()}`;
  const [columns] = context.once(key, () => {
    const [batch, channels] = x.shape;
    const padded = context.pad(context.in('channelMajor', x), [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]);
    const shifted: Value[] = [];
    for (let row = 0; row < kernel[0]; row++) {
      for (let column = 0; column < kernel[1]; column++) {
        const part = context.slice(padded, [
          { axis: 2, start: row, count: output[0], step: stride[0] },
          { axis: 3, start: column, count: output[1], step: stride[1] },
        ]);
        shifted.push(context.reshape(part, [channels!, 1, batch! * sizeOf(output)]));
      }
    }
    const stacked = context.emit('Concat', shifted, { axis: { int: 1 } });
    return [context.reshape(stacked, [channels! * sizeOf(kernel), batch! * sizeOf(output)])];
  });
  return columns!;
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

function matrix(context: LoweringContext, value: Value, shape: Shape): Value {
  return context.reshape(value, shape);
}

function isPointwise(weightShape: Shape, { stride, pads }: ConvAttributes): boolean {
  return [weightShape[2], weightShape[3], ...stride].every((size) => size === 1) && pads.every((pad) => pad === 0);
}

function convAttributes({ stride, pads }: ConvAttributes, weightShape: Shape): Attributes {
  return { kernel_shape: { ints: weightShape.slice(2) }, strides: { ints: stride }, pads: { ints: pads } };
}

