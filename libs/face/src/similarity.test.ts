import { applySimilarity, fitSimilarity, invertSimilarity, scaleOf, type Point } from './index.ts';

const square: readonly Point[] = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }];

describe('fitSimilarity', () => {
  it('finds the similarity that made the points', () => {
    // Twice as large, turned by 30° and moved by (5, −7): a = 2 cos 30°, b = 2 sin 30°.
    const made = { a: Math.sqrt(3), b: 1, dx: 5, dy: -7 };
    const found = fitSimilarity(square, square.map((point) => applySimilarity(made, point)));
    expect(found.a).toBeCloseTo(made.a, 12);
    expect(found.b).toBeCloseTo(made.b, 12);
    expect(found.dx).toBeCloseTo(made.dx, 12);
    expect(found.dy).toBeCloseTo(made.dy, 12);
    expect(scaleOf(found)).toBeCloseTo(2, 12);
  });

  it('takes the least squares between stretched points, and never mirrors', () => {
    // Σ p̄q / Σ|p|² by hand: stretched by 3 across and 1 down, the best scale is their mean, 2, about the common centre.
    const found = fitSimilarity(square, square.map(({ x, y }) => ({ x: 3 * x, y })));
    expect(found).toEqual({ a: 2, b: 0, dx: 1.5 - 1, dy: 0.5 - 1 });
    // Mirrored and stretched by 3: (−3 + 1) / 2 = −1, a turn by 180° and not a reflection.
    expect(fitSimilarity(square, square.map(({ x, y }) => ({ x: -3 * x, y })))).toMatchObject({ a: -1, b: 0 });
  });

  it('refuses points that say nothing', () => {
    expect(() => fitSimilarity([{ x: 1, y: 1 }, { x: 1, y: 1 }], square.slice(0, 2))).toThrow(/one place/);
    expect(() => fitSimilarity(square, square.slice(1))).toThrow(/got 4 and 3/);
  });
});

test('invertSimilarity undoes one', () => {
  const move = { a: 0.6, b: -1.1, dx: 4, dy: 9 };
  const back = applySimilarity(invertSimilarity(move), applySimilarity(move, { x: 3, y: -2 }));
  expect(back.x).toBeCloseTo(3, 12);
  expect(back.y).toBeCloseTo(-2, 12);
});
