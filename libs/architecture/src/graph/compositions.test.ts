import { Random } from '../random.ts';
import { interpret } from '../reference/interpret.ts';
import { checkGradients } from '../testing/index.ts';
import { GraphBuilder } from './builder.ts';
import { gradient } from './gradient.ts';
import { graphOf, type Node } from './node.ts';
import type { Pair, Shape } from './ops.ts';
import { samePads, sizeOf } from './shapes.ts';

/** What the networks compose out of ops, checked as a whole and where it is delicate. */
type Composition = (g: GraphBuilder, x: Node) => Node;

const l2Pool = (size: Pair, stride: Pair): Composition => (g, x) => {
  const window = { kernel: [3, 3], stride, pads: samePads(size, [3, 3], stride) } as const;
  return g.sqrt(g.scale(g.averagePool(g.multiply(x, x), window), 9));
};
const localResponseNormalization: Composition = (g, x) => {
  const base = g.add(g.scale(g.channelWindowSum(g.multiply(x, x), 5), 0.3 / 5), g.constant(1));
  return g.multiply(x, g.power(base, -0.75));
};
const maxout: Composition = (g, x) => g.maximum(g.slice(x, 1, 0, 4), g.slice(x, 1, 4, 4));
const l2Normalize: Composition = (g, x) =>
  g.divide(x, g.sqrt(g.maximum(g.reduceSum(g.multiply(x, x), [1]), g.constant(1e-12))));

function gradientAt(compose: Composition, shape: Shape, data: readonly number[], seed: readonly number[]) {
  const g = new GraphBuilder();
  const x = g.input('x', shape);
  const y = compose(g, x);
  const [dx] = gradient(g, y, g.input('seed', y.shape), [x]);
  const { value, slope } = interpret(graphOf({ value: y, slope: dx! }), new Map([['x', data], ['seed', seed]]));
  return { value: [...value!], slope: [...slope!] };
}

describe('compositions', () => {
  const cases: readonly (readonly [string, Shape, Composition])[] = [
    ['L2 pool, stride 1 on odd × even', [2, 2, 5, 6], l2Pool([5, 6], [1, 1])],
    ['L2 pool, stride 2 on odd × even', [2, 2, 5, 6], l2Pool([5, 6], [2, 2])],
    ['local response normalisation', [2, 7, 3, 2], localResponseNormalization],
    ['maxout', [3, 8], maxout],
    ['L2 normalisation', [3, 5], l2Normalize],
  ];
  it.each(cases)('%s agrees with finite differences', (_, shape, compose) => {
    const g = new GraphBuilder();
    const x = g.input('x', shape);
    const random = new Random(2);
    const feeds = new Map([['x', Array.from({ length: sizeOf(shape) }, () => random.normal())]]);
    const [check] = checkGradients(g, compose(g, x), { wrt: [x], feeds });
    expect(check).toMatchObject({ checked: sizeOf(shape), skipped: 0 });
    expect(check!.error).toBeLessThan(1e-6);
  });

  // ∂√Σx²/∂x = x / √Σx², and by convention 0 where the window is all zero.
  it('L2 pool over zeros gives 0 and passes 0, beside windows that do not', () => {
    const zeros = Array.from({ length: 12 }, () => 0);
    const pool = l2Pool([2, 6], [2, 2]);
    expect(gradientAt(pool, [1, 1, 2, 6], zeros, [1, 1, 1])).toEqual({ value: [0, 0, 0], slope: zeros });
    // Pads go to the right and below: columns 0–2, 2–4, 4–5. Only the first window sees the 3 and the 4.
    const { value, slope } = gradientAt(pool, [1, 1, 2, 6], [3, 0, 0, 0, 0, 0, 0, -4, 0, 0, 0, 0], [10, 1, 1]);
    [5, 0, 0].forEach((expected, i) => { expect(value[i]).toBeCloseTo(expected, 14); });
    [6, 0, 0, 0, 0, 0, 0, -8, 0, 0, 0, 0].forEach((expected, i) => { expect(slope[i]).toBeCloseTo(expected, 13); });
  });

  it.each([1e-2, 1e-4, 1.5e-6])('L2 normalisation agrees with finite differences at norm %p', (norm) => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3]);
    const values = [1, -2, 2, 2, 3, 6].map((value, i) => value * norm / (i < 3 ? 3 : 7));
    const [check] = checkGradients(g, l2Normalize(g, x), { wrt: [x], feeds: new Map([['x', values]]), step: norm * 1e-5 });
    expect(check).toMatchObject({ checked: 6, skipped: 0 });
    expect(check!.error).toBeLessThan(1e-6);
  });

  // Below √1e-12 the divisor is constant, so y = x · 1e6 and the gradient is that of a scaling.
  it('L2 normalisation at and near 0 is a scaling', () => {
    const { value, slope } = gradientAt(l2Normalize, [2, 2], [0, 0, 3e-7, -4e-7], [1, -2, 3, 4]);
    [0, 0, 0.3, -0.4].forEach((expected, i) => { expect(value[i]).toBeCloseTo(expected, 12); });
    [1e6, -2e6, 3e6, 4e6].forEach((expected, i) => { expect(slope[i]! / expected).toBeCloseTo(1, 12); });
  });

  // max(x, x) has one derivative, 1, however a tie is split.
  it('maxout of two equal halves passes everything once', () => {
    const { slope } = gradientAt(maxout, [1, 8], [1, 2, 3, 4, 1, 2, 3, 4], [1, 10, 100, 1000]);
    expect(slope).toEqual([0, 0, 0, 0, 1, 10, 100, 1000]);
  });
});
