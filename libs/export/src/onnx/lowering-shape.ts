import type { Node } from '@facenet/architecture';
import { commonLayout } from './lowering-elementwise.ts';
import type { Lowered, LoweringContext } from './lowering-context.ts';

export function lowerMatMul(context: LoweringContext, node: Node<'matMul'>): Lowered {
  const { transposeA, transposeB } = node.attributes;
  const value = context.emit('Gemm', node.inputs.map((input) => context.in('plain', input)), {
    transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) },
  });
  return { value, layout: 'plain' };
}

export function lowerReduceSum(context: LoweringContext, node: Node<'reduceSum'>): Lowered {
  const { value, layout } = context.lowered(node.inputs[0]!);
  const axes = node.attributes.axes.map((axis) => axisIn(layout, axis)).sort((a, b) => a - b);
  return { value: context.emit('ReduceSum', [value, context.ints(axes)], { keepdims: { int: 1 } }), layout };
}

/** Reshaping speaks of the plain order of elements, so that is the order it gets and gives. */
export function lowerReshape(context: LoweringContext, node: Node<'reshape'>): Lowered {
  const value = context.in('plain', node.inputs[0]!);
  return { value: context.reshape(value, node.shape), layout: 'plain' };
}

export function lowerTranspose(context: LoweringContext, node: Node<'transpose'>): Lowered {
  const value = context.in('plain', node.inputs[0]!);
  return { value: context.transpose(value, node.attributes.permutation), layout: 'plain' };
}

export function lowerConcat(context: LoweringContext, node: Node<'concat'>): Lowered {
  const layout = commonLayout(context, node.inputs);
  const value = context.emit('Concat', node.inputs.map((part) => context.in(layout, part)), {
    axis: { int: axisIn(layout, node.attributes.axis) },
  });
  return { value, layout };
}

export function lowerSlice(context: LoweringContext, node: Node<'slice'>): Lowered {
  const { value, layout } = context.lowered(node.inputs[0]!);
  const { axis, start, length } = node.attributes;
  return { value: context.slice(value, [{ axis: axisIn(layout, axis), start, count: length, step: 1 }]), layout };
}

export function lowerPad(context: LoweringContext, node: Node<'pad'>): Lowered {
  const { value, layout } = context.lowered(node.inputs[0]!);
  const { axis, before, after } = node.attributes;
  const rank = node.shape.length;
  const amounts = Array.from({ length: 2 * rank }, () => 0);
  amounts[axisIn(layout, axis)] = before;
  amounts[rank + axisIn(layout, axis)] = after;
  return { value: context.pad(value, amounts), layout };
}

function axisIn(layout: Lowered['layout'], axis: number): number {
  return layout === 'channelMajor' && axis < 2 ? 1 - axis : axis;
}
