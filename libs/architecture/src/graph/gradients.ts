import type { GraphBuilder } from './builder.ts';
import type { Node } from './node.ts';
import type { OpKind, OpTable } from './ops.ts';
import { sizeOf } from './shapes.ts';

/**
 * From the gradient `dy` of the op's value `y` to the gradients of its inputs, as new nodes. Undefined means that
 * nothing flows. A gradient may have the broadcast shape: the walker sums it down to the input's.
 */
export type GradientRule<K extends OpKind> = (g: GraphBuilder, dy: Node, y: Node<K>) => readonly (Node | undefined)[];

/** Keeps 0 ÷ 0 out of the gradient of sqrt; below the root of the smallest positive 32-bit float. */
const TINY = 1e-30;

export const gradients: OpTable<{ [K in OpKind]: GradientRule<K> }> = {
  input: () => [],
  parameter: () => [],
  constant: () => [],

  // Convolution, its input gradient and its weight gradient are one trilinear form: each is the gradient of the others.
  conv: (g, dy, { inputs: [x, weight], attributes: { stride, pads } }) => [
    g.convInputGradient(dy, weight!, { stride, pads, inputShape: x!.shape }),
    g.convWeightGradient(x!, dy, { stride, pads, weightShape: weight!.shape }),
  ],
  convInputGradient: (g, ddx, { inputs: [dy, weight], attributes: { stride, pads } }) => [
    g.conv(ddx, weight!, { stride, pads }),
    g.convWeightGradient(ddx, dy!, { stride, pads, weightShape: weight!.shape }),
  ],
  convWeightGradient: (g, ddw, { inputs: [x, dy], attributes: { stride, pads } }) => [
    g.convInputGradient(dy!, ddw, { stride, pads, inputShape: x!.shape }),
    g.conv(x!, ddw, { stride, pads }),
  ],
  matMul: (g, dy, { inputs: [a, b], attributes: { transposeA, transposeB } }) => [
    transposeA
      ? g.matMul(b!, dy, { transposeA: transposeB, transposeB: true })
      : g.matMul(dy, b!, { transposeB: !transposeB }),
    transposeB
      ? g.matMul(dy, a!, { transposeA: true, transposeB: transposeA })
      : g.matMul(a!, dy, { transposeA: !transposeA }),
  ],

  // y > 0 exactly where x > 0; reading y lets x be forgotten.
  relu: (g, dy, y) => [g.multiply(dy, g.step(y))],
  step: () => [undefined],
  sqrt: (g, dy, y) => [g.divide(g.multiply(dy, g.step(y)), g.maximum(g.scale(y, 2), g.constant(TINY)))],
  power: (g, dy, y) => {
    const { inputs: [x], attributes: { exponent } } = y;
    // With x > 0, y / x spares a second power; where x may be 0 the exponent is a non-negative integer.
    const slope = exponent >= 0 && Number.isInteger(exponent) ? g.power(x!, Math.max(exponent - 1, 0)) : g.divide(y, x!);
    return [g.multiply(dy, g.scale(slope, exponent))];
  },

  add: (_, dy) => [dy, dy],
  subtract: (g, dy) => [dy, g.scale(dy, -1)],
  // A square takes two passes instead of three.
  multiply: (g, dy, { inputs: [a, b] }) => a === b
    ? [g.multiply(dy, g.scale(a!, 2)), undefined]
    : [g.multiply(dy, b!), g.multiply(dy, a!)],
  divide: (g, dy, y) => {
    const da = g.divide(dy, y.inputs[1]!);
    return [da, g.scale(g.multiply(da, y), -1)];
  },
  maximum: (g, dy, { inputs: [a, b] }) => {
    const da = g.multiply(dy, g.step(g.subtract(a!, b!)));
    return [da, g.subtract(dy, da)];
  },

  maxPool: (g, dy, y) => [g.maxPoolGradient(y.inputs[0]!, y, dy, y.attributes)],
  // Linear in dy, but reading a value at the place of each maximum is not among the ops.
  maxPoolGradient: (_, __, { label }) => {
    throw new Error(`maxPoolGradient '${label}': second-order gradients through a max pool are not available`);
  },
  averagePool: (g, dy, { inputs: [x], attributes }) => [g.averagePoolGradient(dy, { ...attributes, inputShape: x!.shape })],
  averagePoolGradient: (g, ddx, { attributes: { kernel, stride, pads } }) => [g.averagePool(ddx, { kernel, stride, pads })],
  // Symmetric: channel i is in the window of j exactly when j is in the window of i.
  channelWindowSum: (g, dy, { attributes: { size } }) => [g.channelWindowSum(dy, size)],

  batchMean: (g, dy, { inputs: [x] }) => [g.broadcast(g.scale(dy, 1 / valuesPerChannel(x!)), x!.shape)],
  batchVariance: (g, dy, { inputs: [x, mean] }) => {
    const slope = g.scale(dy, 2 / valuesPerChannel(x!));
    const dx = g.multiply(g.subtract(x!, mean!), slope);
    return [dx, g.scale(dx, -1)];
  },
  batchNormalize: (g, dy, { inputs: [x, scale, , mean, variance], attributes: { epsilon, training } }) => {
    // With r = 1 / √(variance + ε): y = scale · (x − mean) · r + shift. Σ runs over all values of a channel, so the
    // lines up to dx work on one number per channel.
    const axes = allButChannel(x!);
    const r = g.power(g.add(variance!, g.constant(epsilon)), -0.5);
    const dShift = g.reduceSum(dy, axes);
    const centred = g.subtract(g.reduceSum(g.multiply(dy, x!), axes), g.multiply(mean!, dShift)); // Σ dy · (x − mean)
    const dScale = g.multiply(centred, r);
    const a = g.multiply(scale!, r);
    if (!training) {
      const dMean = g.scale(g.multiply(a, dShift), -1);
      const dVariance = g.scale(g.multiply(g.multiply(a, r), dScale), -0.5);
      return [g.multiply(dy, a), dScale, dShift, dMean, dVariance];
    }
    // dx = a · (dy − Σdy / N − (x − mean) · r · dScale / N), ordered by what varies within a channel: dy·a + x·b + c.
    const count = valuesPerChannel(x!);
    const b = g.scale(g.multiply(g.multiply(a, r), dScale), -1 / count);
    const c = g.scale(g.add(g.scale(g.multiply(a, dShift), 1 / count), g.multiply(b, mean!)), -1);
    const dx = g.add(g.multiply(dy, a), g.add(g.multiply(x!, b), c));
    return [dx, dScale, dShift, undefined, undefined];
  },

  reduceSum: (g, dy, { inputs: [x] }) => [g.broadcast(dy, x!.shape)],
  broadcast: (_, dy) => [dy],
  reshape: (g, dy, { inputs: [x] }) => [g.reshape(dy, x!.shape)],
  transpose: (g, dy, { attributes: { permutation } }) =>
    [g.transpose(dy, permutation.map((_, axis) => permutation.indexOf(axis)))],
  concat: (g, dy, { inputs, attributes: { axis } }) => {
    let start = 0;
    return inputs.map(({ shape }) => {
      const part = g.slice(dy, axis, start, shape[axis]!);
      start += shape[axis]!;
      return part;
    });
  },
  slice: (g, dy, { inputs: [x], attributes: { axis, start, length } }) =>
    [g.pad(dy, axis, start, x!.shape[axis]! - start - length)],
  pad: (g, dy, { inputs: [x], attributes: { axis, before } }) => [g.slice(dy, axis, before, x!.shape[axis]!)],
};

function allButChannel(x: Node): number[] {
  return x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}

function valuesPerChannel(x: Node): number {
  return sizeOf(x.shape) / x.shape[1]!;
}
