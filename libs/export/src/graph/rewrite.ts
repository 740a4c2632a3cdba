import { inferShape, type Graph, type Node, type OpAttributes, type OpKind } from '@facenet/architecture';

/** Makes a node of the new graph. */
export type Make = <K extends OpKind>(
  kind: K, inputs: readonly Node[], attributes: OpAttributes[K], label: string,
) => Node;

/** What takes the place of `node`, whose inputs have already been replaced by `inputs`; undefined keeps it as it is. */
export type RewriteRule = (node: Node, inputs: readonly Node[], make: Make) => Node | undefined;

/** Copies a graph, replacing nodes by what `rule` makes of them. What nothing reads any more falls away. */
export function rewriteGraph(graph: Graph, rule: RewriteRule): Graph {
  const made: Node[] = [];
  const make: Make = (kind, inputs, attributes, label) => {
    const shape = inferShape(kind, inputs.map((input) => input.shape), attributes);
    const node = { id: made.length, kind, inputs, attributes, shape, label } as Node;
    made.push(node);
    return node;
  };
  const replaced = new Map<Node, Node>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => replaced.get(input)!);
    replaced.set(node, rule(node, inputs, make) ?? make(node.kind, inputs, node.attributes, node.label));
  }
  const outputs = Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, replaced.get(node)!]));
  return withoutUnread(made, outputs);
}

function withoutUnread(nodes: readonly Node[], outputs: Graph['outputs']): Graph {
  const read = new Set(Object.values(outputs));
  for (const node of [...nodes].reverse()) if (read.has(node)) node.inputs.forEach((input) => read.add(input));
  return { nodes: nodes.filter((node) => read.has(node)), outputs };
}
