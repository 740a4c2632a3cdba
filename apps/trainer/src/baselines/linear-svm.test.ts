import { Random } from '@facenet/architecture';
import { type Examples, trainLinearSvm } from './linear-svm.ts';

const exact = { tolerance: 1e-9, mostPasses: 100_000 };

function examples(rows: readonly (readonly number[])[], sides: readonly number[]): Examples {
  return { data: Float32Array.from(rows.flat()), size: rows[0]!.length, sides: Int8Array.from(sides) };
}

/** Two overlapping clouds in the plane. */
function clouds(count: number): Examples {
  const random = new Random(3, 'clouds');
  const sides = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1));
  return examples(sides.map((side) => [random.normal() + 0.8 * side + 2, 2 * random.normal() - 0.5 * side]), sides);
}

describe('trainLinearSvm', () => {
  it('finds the optimum of cases that can be solved by hand', () => {
    // x = ±1, y = ±1: ½w² with w ≥ 1 gives w = 1, b = 0; each multiplier is 1/2.
    const pair = trainLinearSvm(examples([[1], [-1]], [1, -1]), { c: 1, random: new Random(1), ...exact });
    expect([pair.weights[0], pair.bias, ...pair.multipliers]).toEqual([1, 0, 0.5, 0.5].map((value) => expect.closeTo(value, 8) as number));
    // With C = 0.1 both multipliers end at C: w = 0.1 · 1 · 1 + 0.1 · −1 · −1.
    const cheap = trainLinearSvm(examples([[1], [-1]], [1, -1]), { c: 0.1, random: new Random(1), ...exact });
    expect([cheap.weights[0], cheap.bias]).toEqual([expect.closeTo(0.2, 8), expect.closeTo(0, 8)]);
    // One example (3, 4): the nearest (w, b) with w·x + b = 1 is (3, 4, 1) / 26.
    const single = trainLinearSvm(examples([[3, 4]], [1]), { c: 10, random: new Random(1), ...exact });
    expect([...single.weights, single.bias]).toEqual([3 / 26, 4 / 26, 1 / 26].map((value) => expect.closeTo(value, 8) as number));
  });

  it.each([0.01, 1, 10])('meets the conditions of Karush, Kuhn and Tucker, and leaves no gap to the dual, for C = %p', (c) => {
    const given = clouds(24);
    const { data, size, sides } = given;
    const { weights, bias, multipliers } = trainLinearSvm(given, { c, random: new Random(2), ...exact });
    const margins = Array.from(sides, (side, i) => side * (weights.reduce((sum, w, k) => sum + w * data[i * size + k]!, 0) + bias));
    // Complementary slackness: 0 beyond the margin, C within it, between them on it.
    margins.forEach((margin, i) => {
      if (multipliers[i] === 0) expect(margin).toBeGreaterThan(1 - 1e-6);
      else if (multipliers[i] === c) expect(margin).toBeLessThan(1 + 1e-6);
      else expect(margin).toBeCloseTo(1, 6);
    });
    // w = Σ α y x, and b likewise with x = 1.
    for (let k = 0; k <= size; k++) {
      const sum = multipliers.reduce((total, multiplier, i) => total + multiplier * sides[i]! * (k === size ? 1 : data[i * size + k]!), 0);
      expect(k === size ? bias : weights[k]).toBeCloseTo(sum, 8);
    }
    // The primal objective is at least, the dual at most the optimum: where they meet, both are the optimum.
    const norm = (bias ** 2 + weights.reduce((sum, w) => sum + w ** 2, 0)) / 2;
    const primal = norm + c * margins.reduce((sum, margin) => sum + Math.max(0, 1 - margin), 0);
    const dual = multipliers.reduce((sum, multiplier) => sum + multiplier, 0) - norm;
    expect(primal - dual).toBeLessThan(1e-6 * primal);
    expect(primal - dual).toBeGreaterThan(-1e-9 * primal);
  });
});
