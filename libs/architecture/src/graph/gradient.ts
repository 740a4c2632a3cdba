import type { GraphBuilder } from './builder.ts';
import { type GradientRule, gradients } from './gradients.ts';
import { dependentsOf, graphOf, type Node } from './node.ts';
import type { OpKind, Shape } from './ops.ts';
import { ShapeError } from './shape-error.ts';

/**
 * Reverse mode: the gradients of `Σ seed · output` with respect to `wrt`, as nodes of the same builder. What `output`
 * does not depend on gets zeros.
 *
 * @example
 * const loss = g.reduceSum(g.multiply(x, x), [0]);
 * const [dx] = gradient(g, loss, g.constant(1, loss.shape), [x]); // 2 · x
 */
export function gradient(g: GraphBuilder, output: Node, seed: Node, wrt: readonly Node[]): Node[] {
  if (seed.shape.join() !== output.shape.join()) {
    throw new ShapeError(`gradient of '${output.label}': seed [${seed.shape.join(', ')}]; expected [${output.shape.join(', ')}]`);
  }
  const nodes = graphOf({ output }).nodes;
  const dependent = dependentsOf(nodes, wrt);
  const found = new Map<Node, Node>([[output, seed]]);
  // Every reader of a node is younger than it, so its gradient is complete when the walk reaches it.
  for (const node of nodes.toReversed()) {
    const dy = found.get(node);
    if (dy === undefined || !node.inputs.some((input) => dependent.has(input))) continue;
    g.within(node.label === '' ? 'gradient' : `${node.label}/gradient`, () => {
      applyRule(g, dy, node).forEach((gradientOfInput, i) => {
        const input = node.inputs[i]!;
        if (gradientOfInput === undefined || !dependent.has(input)) return;
        const part = sumTo(g, gradientOfInput, input.shape);
        const before = found.get(input);
        found.set(input, before === undefined ? part : g.add(before, part));
      });
    });
  }
  return wrt.map((node) => found.get(node) ?? g.constant(0, node.shape));
}

function applyRule<K extends OpKind>(g: GraphBuilder, dy: Node, node: Node<K>): readonly (Node | undefined)[] {
  const rule: GradientRule<K> = gradients[node.kind];
  return rule(g, dy, node);
}

/** Undoes broadcasting: sums over the axes along which `shape` was repeated. */
function sumTo(g: GraphBuilder, x: Node, shape: Shape): Node {
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : []));
  const summed = axes.length === 0 ? x : g.reduceSum(x, axes);
  return added === 0 ? summed : g.reshape(summed, shape);
}
