import { graphOf, isKind, type Node } from '../graph/node.ts';
import type { Shape } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';
import { buildNetwork } from './build-network.ts';
import type { LayerKind, ModelSpec } from './model-spec.ts';
import { multiplyAddsOf } from './multiply-adds.ts';

/** What one layer costs for one image, by the paper's counting rule (see multiply-adds.ts). */
export interface LayerCost {
  readonly name: string;
  readonly kind: LayerKind;
  /** [channels, rows, columns] or [features]. */
  readonly outputShape: Shape;
  /** Learned numbers: weights, biases, and scale and shift of batch normalisation. */
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Numbers that its operations write. */
  readonly activations: number;
  /** Numbers left at export, where batch normalisation has become a bias. */
  readonly exportedParameters: number;
}

export type CostTotals = Pick<LayerCost, 'parameters' | 'multiplyAdds' | 'activations' | 'exportedParameters'>;

/** One row per layer, in order. Slots that stay empty have none. */
export function costTable(spec: ModelSpec): LayerCost[] {
  const network = buildNetwork(spec, { batch: 1, mode: 'inference' });
  const { nodes } = graphOf({ embedding: network.embedding });
  const nodesOf = groupBy(nodes, ({ label }) => label.split('/')[0]!);
  return network.layers.map(({ layer, node }) => ({
    name: layer.name,
    kind: layer.kind,
    outputShape: node.shape.slice(1),
    ...costOf(nodesOf.get(layer.name) ?? []),
  }));
}

export function totalCost(rows: readonly LayerCost[]): CostTotals {
  const sum = (key: keyof CostTotals): number => rows.reduce((total, row) => total + row[key], 0);
  return {
    parameters: sum('parameters'), multiplyAdds: sum('multiplyAdds'),
    activations: sum('activations'), exportedParameters: sum('exportedParameters'),
  };
}

function costOf(nodes: readonly Node[]): CostTotals {
  const sum = (count: (node: Node) => number): number => nodes.reduce((total, node) => total + count(node), 0);
  return {
    parameters: sum((node) => (isKind(node, 'parameter') ? sizeOf(node.shape) : 0)),
    multiplyAdds: sum(multiplyAddsOf),
    activations: sum((node) => (isSource(node) ? 0 : sizeOf(node.shape))),
    exportedParameters: sum(exportedParametersOf),
  };
}

/** Of a product with a weight: the weight and one bias per output channel or unit. */
function exportedParametersOf(node: Node): number {
  const weight = node.inputs[1];
  if (weight === undefined || !isKind(weight, 'parameter')) return 0;
  return isKind(node, 'conv') || isKind(node, 'matMul') ? sizeOf(weight.shape) + node.shape[1]! : 0;
}

function isSource(node: Node): boolean {
  return isKind(node, 'input') || isKind(node, 'parameter') || isKind(node, 'constant');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
