import { logTicks, scaleLog } from './log-scale.ts';

test('puts rates by their logarithm', () => {
  const x = scaleLog([1e-4, 1], [100, 500]);
  expect([1e-4, 1e-3, 1e-2, 1].map(x).map(Math.round)).toEqual([100, 200, 300, 500]);
  // Between 0.001 and 0.01, the geometric mean is in the middle.
  expect(x(Math.sqrt(1e-5))).toBeCloseTo(250, 6);
  expect(scaleLog([0.01, 0.01], [0, 10])(0.01)).toBe(5);
});

test('finds the powers of ten that lie between, the ends included', () => {
  expect(logTicks(1e-3, 0.1).map((rate) => rate.toPrecision(3))).toEqual(['0.00100', '0.0100', '0.100']);
  expect(logTicks(0.002, 0.5)).toEqual([0.01, 0.1]);
  expect(logTicks(0.2, 0.5)).toEqual([]);
});
