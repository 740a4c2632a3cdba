import type { OpAttributes, OpKind, Shape } from './ops.ts';

/** One value of a graph. Nodes are immutable and point at the nodes they read. */
export interface Node<K extends OpKind = OpKind> {
  readonly id: number;
  readonly kind: K;
  readonly inputs: readonly Node[];
  readonly attributes: OpAttributes[K];
  readonly shape: Shape;
  /** Where it comes from in the network, for messages: `inception3a/branch3x3/conv`. */
  readonly label: string;
}

/** Narrows a node to one kind, so that its attributes are typed. */
export function isKind<K extends OpKind>(node: Node, kind: K): node is Node<K> {
  return node.kind === kind;
}

/** A graph is what its named outputs reach, in an order in which every node follows its inputs. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, Node>>;
}

/** Collects what `outputs` reach, by creation order (a node can only read older nodes). */
export function graphOf(outputs: Readonly<Record<string, Node>>): Graph {
  const reached = new Map<number, Node>();
  const pending = Object.values(outputs);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node.id)) continue;
    reached.set(node.id, node);
    pending.push(...node.inputs);
  }
  return { nodes: [...reached.values()].sort((a, b) => a.id - b.id), outputs };
}

/** Those among `nodes`, which follow their inputs, through which a change of `sources` spreads; the sources included. */
export function dependentsOf(nodes: readonly Node[], sources: readonly Node[]): Set<Node> {
  const reached = new Set(sources);
  for (const node of nodes) if (node.inputs.some((input) => reached.has(input))) reached.add(node);
  return reached;
}
