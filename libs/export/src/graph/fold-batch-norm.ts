import { isKind, sizeOf, type Graph, type Node, type Weights } from '@facenet/architecture';
import { rewriteGraph, type RewriteRule } from './rewrite.ts';

export interface FoldedGraph {
  readonly graph: Graph;
  /** What the folded graph reads: the weights are scaled, and each convolution and linear layer has a bias. */
  readonly weights: Map<string, Float32Array>;
}

/**
 * Moves every batch normalisation that directly follows a convolution or a linear layer into its weights:
 *
 *   scale · (w∗x + b − mean) / √(variance + ε) + shift = (f·w)∗x + (f·(b − mean) + shift),  f = scale / √(variance + ε)
 *
 * Computed in float64 and rounded once. A normalisation whose convolution or linear layer is read elsewhere as well stays.
 */
export function foldBatchNorm(graph: Graph, weights: Weights): FoldedGraph {
  const readers = countReaders(graph);
  const folded = new Map(weights);
  const rule: RewriteRule = (node, inputs, make) => {
    const found = findFoldable(node, readers);
    if (found === undefined) return undefined;
    const values = foldedValues(found, weights);
    const biasName = found.bias?.attributes.name ?? `${found.map.label}/bias`;
    folded.set(found.weight.attributes.name, values.weight);
    folded.set(biasName, values.bias);
    // The input of the normalisation is the new map, or that plus the old bias.
    const map = found.bias === undefined ? inputs[0]! : inputs[0]!.inputs[0]!;
    const shape = [1, values.bias.length, 1, 1];
    const bias = make('parameter', [], { name: biasName, shape }, found.map.label);
    return make('add', [map, bias], {}, node.label);
  };
  const rewritten = rewriteGraph(graph, rule);
  return { graph: rewritten, weights: onlyRead(rewritten, folded) };
}

interface Foldable {
  /** A convolution, or a linear layer [n, c] read as [n, c, 1, 1]. */
  readonly map: Node;
  readonly weight: Node<'parameter'>;
  readonly bias: Node<'parameter'> | undefined;
  readonly statistics: readonly string[];
  readonly epsilon: number;
}

function findFoldable(node: Node, readers: ReadonlyMap<Node, number>): Foldable | undefined {
  if (!isKind(node, 'batchNormalize') || node.attributes.training) return undefined;
  const [input, ...parts] = node.inputs;
  const [map, bias] = isKind(input!, 'add') ? input.inputs : [input!];
  const product = map && productOf(map);
  if (product === undefined || (bias !== undefined && !isChannelParameter(bias))) return undefined;
  const weight = product.inputs[1]!;
  const onlyHere = [input!, map!, product, weight, ...(bias === undefined ? [] : [bias])].every((each) => readers.get(each) === 1);
  if (!onlyHere || !isKind(weight, 'parameter')) return undefined;
  const statistics = parts.map(nameOf);
  if (!statistics.every((name) => name !== undefined)) return undefined;
  return { map: map!, weight, bias, statistics, epsilon: node.attributes.epsilon };
}

/** The product with a weight whose first axis are the outputs. */
function productOf(map: Node): Node | undefined {
  if (isKind(map, 'conv')) return map;
  const [product] = isKind(map, 'reshape') ? map.inputs : [];
  const [, ...positions] = map.shape.slice(1);
  const linear = product && isKind(product, 'matMul') && product.attributes.transposeB && !product.attributes.transposeA;
  return linear && map.shape[1] === product.shape[1] && positions.every((size) => size === 1) ? product : undefined;
}

/** A bias of shape [1, c, 1, 1]; another addition (of a constant, of an image) is not one. */
function isChannelParameter(node: Node): node is Node<'parameter'> {
  return isKind(node, 'parameter') && node.shape.length === 4 && sizeOf(node.shape) === node.shape[1];
}

function foldedValues({ weight, bias, statistics, epsilon }: Foldable, weights: Weights) {
  const [scale, shift, mean, variance] = statistics.map((name) => valuesOf(name, weights));
  const kernels = valuesOf(weight.attributes.name, weights);
  const oldBias = bias && valuesOf(bias.attributes.name, weights);
  const outputs = weight.shape[0]!;
  const perOutput = sizeOf(weight.shape) / outputs;
  const result = { weight: new Float32Array(kernels.length), bias: new Float32Array(outputs) };
  for (let output = 0; output < outputs; output++) {
    const factor = scale![output]! / Math.sqrt(variance![output]! + epsilon);
    for (let i = output * perOutput; i < (output + 1) * perOutput; i++) result.weight[i] = factor * kernels[i]!;
    result.bias[output] = factor * ((oldBias?.[output] ?? 0) - mean![output]!) + shift![output]!;
  }
  return result;
}

function nameOf(node: Node): string | undefined {
  return isKind(node, 'parameter') || isKind(node, 'input') ? node.attributes.name : undefined;
}

function valuesOf(name: string, weights: Weights): Float32Array {
  const values = weights.get(name);
  if (values === undefined) throw new Error(`weights: '${name}' is missing`);
  return values;
}

function countReaders({ nodes, outputs }: Graph): Map<Node, number> {
  const readers = new Map<Node, number>();
  const read = (node: Node): void => { readers.set(node, (readers.get(node) ?? 0) + 1); };
  nodes.forEach((node) => node.inputs.forEach(read));
  Object.values(outputs).forEach(read);
  return readers;
}

function onlyRead({ nodes }: Graph, weights: Weights): Map<string, Float32Array> {
  const names = new Set(nodes.map(nameOf));
  return new Map([...weights].filter(([name]) => names.has(name)));
}
