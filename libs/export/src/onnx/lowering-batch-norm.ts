// Batch statistics: variance as the mean of (x − mean)², since E[x²] − mean² loses the digits of a channel whose mean is far
// from 0; the normalisation itself as the runtime's inference op, which is one multiply–add per element.
import type { Node } from '@facenet/architecture';
import type { Value } from './builder.ts';
import type { Layout, Lowered, LoweringContext } from './lowering-context.ts';

export function lowerBatchMean(context: LoweringContext, node: Node<'batchMean'>): Lowered {
  const [x] = node.inputs as [Node];
  const { value, layout } = context.lowered(x);
  return { value: meanOverChannels(context, value, x, layout), layout };
}

export function lowerBatchVariance(context: LoweringContext, node: Node<'batchVariance'>): Lowered {
  const [x, mean] = node.inputs as [Node, Node];
  const { value, layout } = context.lowered(x);
  const difference = context.emit('Sub', [value, context.in(layout, mean)]);
  // ReduceSumSquare is not vectorised: the product and the sum together take half its time.
  return { value: meanOverChannels(context, context.emit('Mul', [difference, difference]), x, layout), layout };
}

export function lowerBatchNormalize(context: LoweringContext, node: Node<'batchNormalize'>): Lowered {
  const [x, ...statistics] = node.inputs as [Node, ...Node[]];
  const { value, layout } = context.lowered(x);
  const [, channels] = x.shape;
  const vectors = statistics.map((vector) => context.reshape(context.lowered(vector).value, [channels!]));
  const shape = context.shapeIn(layout, x);
  const image = layout === 'plain' ? value : context.reshape(value, [1, channels!, x.shape[0]! * shape[2]! * shape[3]!]);
  const normalized = context.emit('BatchNormalization', [image, ...vectors], {
    epsilon: { float: node.attributes.epsilon },
  });
  return { value: layout === 'plain' ? normalized : context.reshape(normalized, shape), layout };
}

/** Keeps the axes: [1, c, 1, 1], or [c, 1, 1, 1] in channel-major memory. */
function meanOverChannels(context: LoweringContext, value: Value, x: Node, layout: Layout): Value {
  const kept = layout === 'plain' ? 1 : 0;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== kept);
  return context.emit('ReduceMean', [value], { axes: { ints: axes }, keepdims: { int: 1 } });
}
