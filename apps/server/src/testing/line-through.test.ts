import { lineThrough } from './line-through.ts';

test('gives the slope of least squares and its standard error', () => {
  // By hand: 5.5 / 5; what is left is -0.1, 0.8, -1.3 and 0.6, so that the error is sqrt(2.7 / 2 / 5).
  const { slope, error } = lineThrough([[0, 1], [1, 3], [2, 2], [3, 5]]);
  expect(slope).toBeCloseTo(1.1, 12);
  expect(error).toBeCloseTo(0.519615, 6);
});
