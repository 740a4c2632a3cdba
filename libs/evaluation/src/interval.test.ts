import { meanInterval, percentileInterval, studentQuantile, wilsonInterval } from './interval.ts';

describe('wilsonInterval', () => {
  it.each([
    // Roots of (p̂ − p)² = z² p (1 − p) / n, solved in Python's decimal with z = 1.959963984540054.
    [81, 263, 0.255289, 0.366210],
    [15, 148, 0.062386, 0.160487],
    [1, 29, 0.006113, 0.171755],
    // At the ends one bound is 0 or 1, the other z² / (n + z²) away.
    [0, 20, 0, 0.161125],
    [20, 20, 0.838875, 1],
  ])('of %i among %i', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
    expect(interval).toMatchObject({ level: 0.95, method: `Wilson, ${trials} trials` });
  });

  it('refuses no trials', () => {
    expect(() => wilsonInterval(0, 0)).toThrow('got 0 of 0');
  });
});

// Any table of Student's distribution, two-sided 5 %.
it.each([[1, 12.706], [2, 4.303], [3, 3.182], [4, 2.776], [9, 2.262], [10, 2.228], [30, 2.042], [120, 1.980]])(
  'Student’s quantile for %i degrees of freedom', (degrees, expected) => {
    expect(studentQuantile(degrees)).toBeCloseTo(expected, 3);
  },
);

it('a mean over folds has Student’s interval, within 0 and 1', () => {
  // Mean 0.9, sample deviation 0.02, so 2.776 × 0.02 / √5.
  const spread = 0.02 * Math.sqrt(4 / 10);
  const interval = meanInterval([-2, -1, 0, 1, 2].map((step) => 0.9 + step * spread), 'folds')!;
  expect(interval.high - 0.9).toBeCloseTo(2.776 * 0.02 / Math.sqrt(5), 5);
  expect(interval.method).toBe('Student t over 5 folds');
  expect(meanInterval([1, 0.9], 'folds')).toMatchObject({ low: expect.closeTo(0.95 - 12.7062 * 0.05, 4) as number, high: 1 });
  expect(meanInterval([1], 'folds')).toBeUndefined();
});

it('a bootstrap’s interval leaves 2.5 % at either end', () => {
  const values = Array.from({ length: 1001 }, (_, i) => (i * 37) % 1001);
  expect(percentileInterval(values, 'shuffled')).toEqual({ low: 25, high: 975, level: 0.95, method: 'shuffled' });
});
