import { interpret } from '../reference/interpret.ts';
import { GraphBuilder } from './builder.ts';
import { gradient } from './gradient.ts';
import { graphOf, type Node } from './node.ts';

function evaluate(node: Node, feeds: Record<string, readonly number[]> = {}): number[] {
  return [...interpret(graphOf({ node }), new Map(Object.entries(feeds)))['node']!];
}

describe('gradient', () => {
  // f = x·y + x² + 3x, so ∂f/∂x = y + 2x + 3 and ∂f/∂y = x.
  it('adds up what comes through every reader', () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input('x', [2]), g.input('y', [2])];
    const f = g.add(g.add(g.multiply(x, y), g.multiply(x, x)), g.scale(x, 3));
    const [dx, dy] = gradient(g, f, g.constant(1, [2]), [x, y]);
    const feeds = { x: [1, 2], y: [10, 20] };
    expect(evaluate(dx!, feeds)).toEqual([15, 27]);
    expect(evaluate(dy!, feeds)).toEqual([1, 2]);
  });

  it('weights the output by the seed', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [2]);
    const [dx] = gradient(g, g.scale(x, 2), g.input('seed', [2]), [x]);
    expect(evaluate(dx!, { seed: [5, -1] })).toEqual([10, -2]);
  });

  it('sums over broadcast axes, down to a scalar', () => {
    const g = new GraphBuilder();
    const [row, scalar] = [g.input('row', [3]), g.input('scalar', [])];
    const f = g.add(g.broadcast(g.add(row, scalar), [2, 4, 3]), scalar);
    const [dRow, dScalar] = gradient(g, f, g.constant(1, [2, 4, 3]), [row, scalar]);
    expect(dRow!.shape).toEqual([3]);
    expect(evaluate(dRow!)).toEqual([8, 8, 8]);
    expect(dScalar!.shape).toEqual([]);
    expect(evaluate(dScalar!)).toEqual([48]);
  });

  it('reaches intermediate nodes and the output itself', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1]);
    const square = g.multiply(x, x);
    const cube = g.multiply(square, x);
    const found = gradient(g, cube, g.constant(1, [1]), [cube, square, x]);
    // ∂(x³)/∂(x²) = x while ∂(x³)/∂x counts both ways through: 3x².
    expect(found.map((node) => evaluate(node, { x: [5] }))).toEqual([[1], [5], [75]]);
  });

  it('is zero for what the output does not read', () => {
    const g = new GraphBuilder();
    const [x, other] = [g.input('x', [2]), g.input('other', [2, 2])];
    const [dOther] = gradient(g, g.relu(x), g.constant(1, [2]), [other]);
    expect(dOther!.shape).toEqual([2, 2]);
    expect(evaluate(dOther!)).toEqual([0, 0, 0, 0]);
  });

  it('computes only what leads to wrt', () => {
    const g = new GraphBuilder();
    const [image, weight] = [g.input('image', [1, 1, 3, 3]), g.parameter('w', [1, 1, 3, 3])];
    const y = g.conv(image, weight, { stride: [1, 1], pads: [0, 0, 0, 0] });
    const [dw] = gradient(g, y, g.constant(1, y.shape), [weight]);
    expect(graphOf({ dw: dw! }).nodes.map(({ kind }) => kind)).toEqual(['input', 'constant', 'convWeightGradient']);
  });

  it('labels the nodes by where they come from', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1]);
    const y = g.within('conv1', () => g.relu(x));
    const [dx] = gradient(g, y, g.constant(1, [1]), [x]);
    expect(dx!.label).toBe('conv1/gradient');
  });

  it('refuses a seed of another shape', () => {
    const g = new GraphBuilder();
    const x = g.within('fc', () => g.relu(g.input('x', [2, 3])));
    expect(() => gradient(g, x, g.constant(1, [2]), [x])).toThrow("gradient of 'fc': seed [2]; expected [2, 3]");
  });
});
