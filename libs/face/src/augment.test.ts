import {
  blur, defaultPreprocessing, erase, jitterBox, planesOf, randomPatch,
  tonesOf, type Planes, type Size,
} from './index.ts';

const planes = (size: Size, ...values: number[]): Planes => ({ data: Float32Array.from(values), offset: 0, size });
const random = (...numbers: number[]) => ({ next: () => numbers.shift()! });

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 6));
}

describe('tones', () => {
  it('are what black and white become', () => {
    expect(tonesOf(defaultPreprocessing)).toEqual({ black: -127.5 / 128, white: 127.5 / 128 });
  });
});

describe('blur', () => {
  it('spreads a point as the product of two sampled Gaussians', () => {
    const picture = planes([9, 9], ...new Array<number>(243).fill(0));
    picture.data[40] = 1;
    blur(picture, 1);
    // By formula: exp(−k²/2) for k = −3…3, whose sum is 2.505950.
    const weights = [0.3990503, 0.2420362, 0.0540056, 0.0044330];
    expect(picture.data[40]).toBeCloseTo(weights[0]! ** 2, 6);
    expect(picture.data[40 + 2]).toBeCloseTo(weights[0]! * weights[2]!, 6);
    expect(picture.data[40 - 9 + 3]).toBeCloseTo(weights[1]! * weights[3]!, 6);
    expect(picture.data[40 + 4]).toBe(0);
    expect([...picture.data.subarray(81)].every((value) => value === 0)).toBe(true);
  });

  it('keeps a constant picture constant up to its edges', () => {
    const picture = planes([3, 4], ...new Array<number>(36).fill(0.3));
    blur(picture, 2.5);
    expectClose(picture.data, new Array<number>(36).fill(0.3));
  });
});

describe('erase', () => {
  it('fills the patch in every channel of the chosen picture and nothing else', () => {
    const batch = new Float32Array(2 * 3 * 6);
    erase(planesOf(batch, 1, [2, 3]), { top: 1, left: 1, rows: 1, cols: 2 }, 5);
    expect([...batch]).toEqual([...new Array<number>(18).fill(0), 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 5, 5]);
  });

  it('refuses a patch that leaves the picture', () => {
    expect(() => erase(planes([2, 2], ...new Array<number>(12).fill(0)), { top: 1, left: 0, rows: 2, cols: 1 }, 0)).toThrow(/leaves 2×2/);
  });

  it('draws patches of the stated area and aspect within the picture', () => {
    // Area 0.02 + 0.5 × (0.22 − 0.02) = 0.12 of 100×100, aspect 3⁰ = 1: a square of √1200 = 34.6.
    expect(randomPatch([100, 100], 0.22, random(0.5, 0.5, 0, 0.999))).toEqual({ top: 0, left: 65, rows: 35, cols: 35 });
    const { rows, cols, top, left } = randomPatch([10, 4], 0.9, random(0.999, 0.999, 0.999, 0.999));
    expect(top + rows).toBeLessThanOrEqual(10);
    expect(left + cols).toBeLessThanOrEqual(4);
  });
});

describe('jitterBox', () => {
  const box = { x: 10, y: 20, width: 40, height: 80 };

  it('moves and zooms around the centre by at most the stated shares', () => {
    // Centre (30, 60) moved by (+½ × 0.1 × 40, −½ × 0.1 × 80), sides × (1 + ½ × 0.2).
    const moved = jitterBox(box, { shift: 0.1, zoom: 0.2 }, random(0.75, 0.25, 0.75));
    expect(moved.x).toBeCloseTo(32 - 22, 10);
    expect(moved.y).toBeCloseTo(56 - 44, 10);
    expect(moved.width).toBeCloseTo(44, 10);
    expect(moved.height).toBeCloseTo(88, 10);
  });

  it('is the box itself without jitter', () => {
    expect(jitterBox(box, { shift: 0, zoom: 0 }, random(0.1, 0.9, 0.4))).toEqual(box);
  });

  it('refuses a zoom that could turn the box inside out', () => {
    expect(() => jitterBox(box, { shift: 0, zoom: 1 }, random(0, 0, 0))).toThrow(/zoom 1/);
  });
});
