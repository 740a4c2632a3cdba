import { cosine, exp2, sine, smoothstep, spline } from './curves.ts';

const angles = Array.from({ length: 401 }, (_, i) => (i - 200) / 20);

test('sine and cosine agree with the engine’s own', () => {
  for (const angle of angles) {
    expect(Math.abs(sine(angle) - Math.sin(angle))).toBeLessThan(1e-8);
    expect(Math.abs(cosine(angle) - Math.cos(angle))).toBeLessThan(1e-8);
  }
});

test('powers of two agree with the engine’s own', () => {
  for (const exponent of angles) expect(exp2(exponent) / Math.pow(2, exponent)).toBeCloseTo(1, 6);
});

test('a spline meets its knots, is straight on a line and stays at its ends', () => {
  const curve = spline([0, 1, 3, 4], [5, -2, 7, 1]);
  expect([0, 1, 3, 4].map(curve)).toEqual([5, -2, 7, 1]);
  expect([curve(-9), curve(9)]).toEqual([5, 1]);
  const line = spline([0, 1, 3, 4], [0, 2, 6, 8]);
  expect(line(1.7)).toBeCloseTo(3.4, 12);
});

test('a smooth step goes either way', () => {
  expect([0, 1, 2].map((value) => smoothstep(0, 2, value))).toEqual([0, 0.5, 1]);
  expect([0, 1, 2].map((value) => smoothstep(2, 0, value))).toEqual([1, 0.5, 0]);
});
