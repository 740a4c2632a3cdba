import { type Node, sizeOf } from '@facenet/architecture';
import type { Value } from './builder.ts';
import { asRank4, type Layout, type Lowered, type LoweringContext } from './lowering-context.ts';

/** The same op on values that broadcast: all come into the layout of the one that is not a mere vector. */
export function lowerElementwise(context: LoweringContext, op: string, node: Node): Lowered {
  const layout = commonLayout(context, node.inputs);
  return { value: context.emit(op, node.inputs.map((input) => context.in(layout, input))), layout };
}

/** Channel-major as soon as one input that cannot be reread for nothing lies so. */
export function commonLayout(context: LoweringContext, nodes: readonly Node[]): Layout {
  const bound = nodes.filter((node) => node.shape.length === 4 && node.shape[0] !== 1 && node.shape[1] !== 1);
  const decisive = bound.length > 0 ? bound : nodes;
  return decisive.some((node) => context.lowered(node).layout === 'channelMajor') ? 'channelMajor' : 'plain';
}

/** 1 where x > 0, else 0. */
export function lowerStep(context: LoweringContext, node: Node<'step'>): Lowered {
  const { value, layout } = context.lowered(node.inputs[0]!);
  if (context.target.provider === 'cpu') {
    // A ramp so steep that it is a step: one vectorised pass, where Greater and Cast are two slow ones.
    const ramp = context.emit('HardSigmoid', [value], { alpha: { float: 1e38 }, beta: { float: 0 } });
    return { value: ramp, layout };
  }
  return { value: context.emit('Cast', [context.emit('Greater', [value, context.scalar(0)])], { to: { int: 1 } }), layout };
}

/** x ^ exponent; quarters are square roots, which are many times faster than the general power. */
export function lowerPower(context: LoweringContext, node: Node<'power'>): Lowered {
  const { value, layout } = context.lowered(node.inputs[0]!);
  const { exponent } = node.attributes;
  const quarters = Math.abs(exponent) * 4;
  if (!Number.isInteger(quarters) || quarters === 0 || quarters > 16) {
    return { value: context.emit('Pow', [value, context.scalar(exponent)]), layout };
  }
  const factors: Value[] = Array.from({ length: Math.floor(quarters / 4) }, () => value);
  if (quarters % 4 >= 1) {
    const root = context.emit('Sqrt', [value]);
    if (quarters % 4 >= 2) factors.push(root);
    if (quarters % 2 === 1) factors.push(context.emit('Sqrt', [root]));
  }
  const product = factors.reduce((left, right) => context.emit('Mul', [left, right]));
  return { value: exponent < 0 ? context.emit('Reciprocal', [product]) : product, layout };
}

/** A scalar broadcasts by itself; anything larger is expanded when the model runs, so that no file stores it. */
export function lowerConstant(context: LoweringContext, node: Node<'constant'>): Lowered {
  const { value, shape } = node.attributes;
  const scalar = context.scalar(value);
  if (shape.length === 0) return { value: scalar, layout: 'plain' };
  if (sizeOf(shape) === 1) return { value: context.model.floats([value], shape), layout: 'plain' };
  return { value: context.emit('Expand', [scalar, context.ints(shape)]), layout: 'plain' };
}

export function lowerBroadcast(context: LoweringContext, node: Node<'broadcast'>): Lowered {
  const [x] = node.inputs as [Node];
  const { layout } = context.lowered(x);
  const shape = layout === 'plain' ? node.shape : context.shapeIn(layout, { ...node, shape: asRank4(node.shape) });
  return { value: context.emit('Expand', [context.in(layout, x), context.ints(shape)]), layout };
}
