import { Random } from '@facenet/architecture';
import { fromInt8, toInt8 } from './int8.ts';

test('whole multiples of a step come back exactly, each row with its own step', () => {
  const rows = [0.25, 3 * 2 ** -12].map((step) => [-127, -3, 0, 1, 60, 127].map((whole) => whole * step));
  const { values, scales } = toInt8(Float32Array.from(rows.flat()), 2);
  expect([...scales]).toEqual([0.25, 3 * 2 ** -12]);
  expect([...values]).toEqual([-127, -3, 0, 1, 60, 127, -127, -3, 0, 1, 60, 127]);
  expect([...fromInt8({ values, scales })]).toEqual(rows.flat());
});

test('rows of zeros stay zeros, and so does what is too small for a scale', () => {
  const stored = toInt8(Float32Array.of(0, 0, 1e-44, -1e-44), 2);
  expect([...fromInt8(stored)].map(Math.abs)).toEqual([0, 0, 0, 0]);
  expect([...stored.scales].every((scale) => scale > 0)).toBe(true);
});

/** The least squared error of any scale, by trying two thousand of them. */
function leastError(row: readonly number[]): number {
  const widest = Math.max(...row.map(Math.abs));
  const errors = Array.from({ length: 2000 }, (_, i) => {
    const scale = ((i + 1) / 2000) * (widest / 100);
    return row.reduce((sum, value) => sum + (value - scale * Math.max(-127, Math.min(127, Math.round(value / scale)))) ** 2, 0);
  });
  return Math.min(...errors);
}

test.each([
  ['normal', (random: Random) => random.normal()],
  ['uniform', (random: Random) => random.next() - 0.5],
  ['long-tailed', (random: Random) => random.normal() ** 3],
] as const)('%s weights: the scale is better than that of the largest, and near the best of two thousand', (_, draw) => {
  const random = new Random(8);
  let [found, least, plain] = [0, 0, 0];
  for (let row = 0; row < 4; row++) {
    const values = Float32Array.from({ length: 200 }, () => draw(random));
    const restored = fromInt8(toInt8(values, 1));
    const widest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const byLargest = values.map((value) => Math.round(value / (widest / 127)) * (widest / 127));
    found += squaredDistance(values, restored);
    plain += squaredDistance(values, byLargest);
    least += leastError([...values]);
  }
  expect(found).toBeLessThan(plain);
  expect(found).toBeLessThan(1.1 * least);
});

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
