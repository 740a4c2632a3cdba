import { closePairs } from './distance-tiles.ts';
import { randomFaces, testRandom } from './faces.fixture.ts';
import { eigenvectors, principalAxes } from './principal-axes.ts';
import { runSteps } from './steps.ts';

/** Of 40 numbers, most of their length in a few directions that are no axes. */
function flatVectors(seed: number, count: number): Float32Array[] {
  const random = testRandom(seed);
  const directions = Array.from({ length: 40 }, (_, i) => Array.from({ length: 40 }, () => (random.next() - 0.5) / (i + 1)));
  return randomFaces(seed, { count, people: 9, size: 40, spread: 0.8 }).map(({ vector }) => {
    const values = directions[0]!.map((_, at) => vector.reduce((sum, value, i) => sum + value * directions[i]![at]!, 0));
    const length = Math.hypot(...values);
    return Float32Array.from(values, (value) => value / length);
  });
}

test.each([1, 2, 3].flatMap((seed) => [0.05, 0.3, 0.9, 1.6, 4].map((limit) => [seed, limit] as const)))(
  'visits the pairs that comparing everything finds, once each (seed %i, below %p)', (seed, limit) => {
    const vectors = flatVectors(seed, 131);
    const expected = new Map<string, number>();
    vectors.forEach((a, i) => vectors.slice(i + 1).forEach((b, j) => {
      const distance = a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0);
      if (distance < limit) expected.set(`${i} ${i + 1 + j}`, distance);
    }));
    const found: (readonly [string, number])[] = [];
    runSteps(closePairs(vectors, limit, (a, b, distance) => { found.push([`${a} ${b}`, distance]); }));
    expect(found).toHaveLength(expected.size);
    expect(Math.max(0, ...found.map(([pair, distance]) => Math.abs(distance - (expected.get(pair) ?? Infinity))))).toBeLessThan(1e-12);
    expect(expected.size).toBeGreaterThan(0);
  });

test('finds the axes of a matrix that is known: 2 and 4 across the diagonals', () => {
  const { values, vectors } = runSteps(eigenvectors(Float64Array.of(3, 1, 1, 3), 2));
  expect([...values].sort()).toEqual([expect.closeTo(2, 12), expect.closeTo(4, 12)]);
  vectors.forEach((value) => { expect(Math.abs(value)).toBeCloseTo(Math.SQRT1_2, 12); });
});

test('turns vectors without changing their distances, the longest axes first', () => {
  const vectors = flatVectors(5, 50);
  const axes = runSteps(principalAxes(Float64Array.from(vectors.flatMap((vector) => [...vector])), 50, 40));
  const axis = (i: number): Float64Array => axes.subarray(i * 40, (i + 1) * 40);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (let i = 0; i < 40; i++) for (let j = 0; j <= i; j++) expect(dot(axis(i), axis(j))).toBeCloseTo(i === j ? 1 : 0, 12);
  const lengths = Array.from({ length: 40 }, (_, i) => vectors.reduce((sum, vector) => sum + dot(vector, axis(i)) ** 2, 0));
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
});
