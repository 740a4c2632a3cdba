import { GraphBuilder } from '../graph/builder.ts';
import { gradient } from '../graph/gradient.ts';
import type { Node } from '../graph/node.ts';
import { checkGradients } from './finite-differences.ts';

/** x³ at 1 and 2, beside relu(x). */
function example(make: (g: GraphBuilder, x: Node) => Node) {
  const g = new GraphBuilder();
  const x = g.input('x', [2]);
  return { g, x, y: make(g, x) };
}

describe('checkGradients', () => {
  it('finds no error in a right gradient', () => {
    const { g, x, y } = example((g, x) => g.power(x, 3));
    const [check] = checkGradients(g, y, { wrt: [x], feeds: new Map([['x', [1, 2]]]) });
    expect(check).toMatchObject({ name: 'x', checked: 2, skipped: 0 });
    expect(check!.error).toBeLessThan(1e-9);
  });

  it('measures the error of a wrong gradient', () => {
    const { g, x, y } = example((g, x) => g.power(x, 3));
    const wrong: typeof gradient = (...given) => gradient(...given).map((dx) => g.scale(dx, 1.001));
    const [check] = checkGradients(g, y, { wrt: [x], feeds: new Map([['x', [1, 2]]]), gradientOf: wrong });
    expect(check!.error).toBeCloseTo(0.001, 5);
  });

  it('reports NaN and a gradient that is zero by mistake', () => {
    const { g, x, y } = example((g, x) => g.power(x, 3));
    const times = (factor: number): typeof gradient => (...given) => gradient(...given).map((dx) => g.scale(dx, factor));
    const errorOf = (gradientOf: typeof gradient): number =>
      checkGradients(g, y, { wrt: [x], feeds: new Map([['x', [1, 2]]]), gradientOf })[0]!.error;
    expect(errorOf(times(Number.NaN))).toBeNaN();
    expect(errorOf(times(0))).toBeCloseTo(1, 5);
  });

  it.each([
    ['relu', (g: GraphBuilder, x: Node) => g.relu(x)],
    ['step', (g: GraphBuilder, x: Node) => g.step(x)],
    ['maximum', (g: GraphBuilder, x: Node) => g.maximum(g.constant(0), x)],
    ['maxPool', (g: GraphBuilder, x: Node) =>
      g.maxPool(g.pad(g.reshape(x, [2, 1, 1, 1]), 3, 0, 1), { kernel: [1, 2], stride: [1, 1], pads: [0, 0, 0, 0] })],
  ])('shortens the step beside a kink of %s and passes over the kink itself', (_, make) => {
    const { g, x, y } = example(make);
    const [check] = checkGradients(g, y, { wrt: [x], feeds: new Map([['x', [5e-6, 0]]]) });
    expect(check).toMatchObject({ checked: 1, skipped: 1 });
    expect(check!.error).toBeLessThan(1e-8);
    expect(() => checkGradients(g, y, { wrt: [x], feeds: new Map([['x', [0, 0]]]) })).toThrow('all 2 entries lie at a kink');
  });

  it('compares as many entries as asked', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [10]);
    const values = Array.from({ length: 10 }, (_, i) => i);
    const [check] = checkGradients(g, g.relu(x), { wrt: [x], feeds: new Map([['x', values]]), samples: 3 });
    expect(check!.checked).toBe(3);
  });

  it('differentiates inputs and parameters only', () => {
    const { g, x, y } = example((g, x) => g.scale(x, 2));
    expect(() => checkGradients(g, y, { wrt: [y], feeds: new Map([['x', [1, 2]]]) })).toThrow('expected an input or a parameter');
    expect(x.kind).toBe('input');
  });
});
