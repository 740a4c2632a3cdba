import { steepestOf } from './learning-rate-range.ts';

/** Losses at rates from 1e-6 to 1. */
const curve = (loss: (decade: number) => number) => Array.from({ length: 61 }, (_, i) => {
  const decade = -6 + i / 10;
  return { learningRate: 10 ** decade, loss: loss(decade), smoothed: loss(decade) };
});

test('finds where the loss falls fastest per decade', () => {
  // A logistic curve falls fastest at its middle, here 10^-3, by its definition; beyond 10^-1 the loss climbs.
  const steepest = steepestOf(curve((decade) => 5 - 4 / (1 + Math.exp(-3 * (decade + 3))) + (decade > -1 ? 10 * (decade + 1) : 0)));
  expect(Math.log10(steepest!)).toBeCloseTo(-3, 1);
});

test('finds none where the loss only climbs', () => {
  expect(steepestOf(curve((decade) => 5 + decade))).toBeUndefined();
});
