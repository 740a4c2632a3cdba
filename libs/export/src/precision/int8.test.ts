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

test.each([[1, 48], [9, 9], [9, 63]] as const)('errors of windows of %d numbers in rows of %d cancel', (window, length) => {
  const random = new Random(6);
  const rows = 40;
  const values = Float32Array.from({ length: rows * length }, () => 0.1 + random.normal());
  const { values: whole, scales } = toInt8(values, rows, window);
  for (let row = 0; row < rows; row++) {
    const errors = Array.from({ length }, (_, i) => whole[row * length + i]! - values[row * length + i]! / scales[row]!);
    expect(Math.abs(errors.reduce((a, b) => a + b))).toBeLessThan(0.5 + 1e-6);
    // None is rounded farther than to the neighbour on its other side; the largest may be cut off.
    errors.forEach((error, i) => { if (Math.abs(whole[row * length + i]!) < 127) expect(Math.abs(error)).toBeLessThan(1.01); });
  }
});

/** The least squared error of any scale, by trying five hundred of them. */
function leastError(row: readonly number[]): number {
  const widest = Math.max(...row.map(Math.abs));
  const errors = Array.from({ length: 500 }, (_, i) => {
    const scale = ((i + 1) / 500) * (widest / 100);
    return row.reduce((sum, value) => sum + (value - scale * Math.max(-127, Math.min(127, Math.round(value / scale)))) ** 2, 0);
  });
  return Math.min(...errors);
}

test.each([
  ['normal', (random: Random) => random.normal()],
  ['uniform', (random: Random) => random.next() - 0.5],
  ['long-tailed', (random: Random) => random.normal() ** 3],
] as const)('%s weights: the squared error is near the least of five hundred scales, though errors cancel', (_, draw) => {
  const random = new Random(8);
  let [found, least] = [0, 0];
  for (let row = 0; row < 4; row++) {
    const values = Float32Array.from({ length: 200 }, () => draw(random));
    const restored = fromInt8(toInt8(values, 1));
    found += squaredDistance(values, restored);
    least += leastError([...values]);
  }
  expect(found).toBeLessThan(1.1 * least);
});

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
