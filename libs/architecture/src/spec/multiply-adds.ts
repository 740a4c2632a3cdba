import type { Node } from '../graph/node.ts';
import type { OpKind, OpTable } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';

type CostRule = (node: Node) => number;

const free: CostRule = () => 0;

/** The product of two operands of which one is `weight`, at every position of `positions`. */
function product(weight: Node | undefined, positions: readonly number[]): number {
  return sizeOf(weight!.shape) * positions[0]! * positions[2]! * positions[3]!;
}

/**
 * Multiply-adds of each op. Only products count, as in the paper; one more per output stands for the bias, or for
 * the shift into which batch normalisation folds.
 */
const multiplyAddsRules: OpTable<{ [K in OpKind]: CostRule }> = {
  conv: ({ inputs, shape }) => product(inputs[1], shape) + sizeOf(shape),
  convInputGradient: ({ inputs }) => product(inputs[1], inputs[0]!.shape),
  convWeightGradient: (node) => product(node, node.inputs[1]!.shape),
  matMul: ({ inputs, shape, attributes }) => {
    const { transposeA } = attributes as { transposeA: boolean };
    const inner = inputs[0]!.shape[transposeA ? 0 : 1]!;
    return sizeOf(shape) * (inner + 1);
  },

  input: free, parameter: free, constant: free,
  relu: free, step: free, sqrt: free, power: free,
  add: free, subtract: free, multiply: free, divide: free, maximum: free,
  maxPool: free, maxPoolGradient: free, averagePool: free, averagePoolGradient: free, channelWindowSum: free,
  batchMean: free, batchVariance: free, batchNormalize: free,
  reduceSum: free, broadcast: free, reshape: free, transpose: free, concat: free, slice: free, pad: free,
};

export function multiplyAddsOf(node: Node): number {
  return multiplyAddsRules[node.kind](node);
}
