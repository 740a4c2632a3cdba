import type { Graph, Node } from '../graph/node.ts';
import type { OpKind } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';
import { type Feeds, reference } from './reference.ts';
import type { Tensor } from './tensor.ts';

/** Runs a graph in plain 64-bit loops; the values of its outputs, row-major. Feeds that it does not read are ignored. */
export function interpret(graph: Graph, feeds: Feeds): Record<string, Float64Array> {
  const values = new Map<Node, Tensor>();
  const remaining = countReaders(graph);
  for (const node of graph.nodes) {
    values.set(node, evaluate(node, node.inputs.map((input) => values.get(input)!), feeds));
    for (const input of node.inputs) {
      const left = remaining.get(input)! - 1;
      remaining.set(input, left);
      if (left === 0) values.delete(input);
    }
  }
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, values.get(node)!.data]));
}

/** The values of all nodes. Those already `known` are not computed again. */
export function evaluateAll(graph: Graph, feeds: Feeds, known?: ReadonlyMap<Node, Tensor>): Map<Node, Tensor> {
  const values = new Map(known);
  for (const node of graph.nodes) {
    if (!values.has(node)) values.set(node, evaluate(node, node.inputs.map((input) => values.get(input)!), feeds));
  }
  return values;
}

function evaluate<K extends OpKind>(node: Node<K>, inputs: readonly Tensor[], feeds: Feeds): Tensor {
  const y: Tensor = { shape: node.shape, data: new Float64Array(sizeOf(node.shape)) };
  reference[node.kind](y, inputs, node.attributes, feeds);
  return y;
}

/** How often each value is still read, the caller included; at 0 its memory is let go. */
function countReaders({ nodes, outputs }: Graph): Map<Node, number> {
  const count = new Map<Node, number>();
  for (const node of [...nodes.flatMap(({ inputs }) => inputs), ...Object.values(outputs)]) {
    count.set(node, (count.get(node) ?? 0) + 1);
  }
  return count;
}
