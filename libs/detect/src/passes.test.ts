import { planFor, touchesEdge, viewOf } from './passes.ts';
import { shrink } from './shrink.ts';
import { suppressDoubles } from './suppress.ts';

describe('planFor', () => {
  it('pads a crop at once, and looks twice at a large photo', () => {
    expect(planFor(136, 136).always).toEqual([{ input: 224, padding: 0.25 }]);
    expect(planFor(4000, 3000).always.map(({ input }) => input)).toEqual([416, 608]);
  });

  it('has a plan for every size, with padding where nothing is found', () => {
    for (const side of [1, 256, 257, 640, 641, 50_000]) {
      const { always, atTheEdge, lastResorts } = planFor(side, 1);
      expect([...always, ...atTheEdge, ...lastResorts].some(({ padding }) => padding >= 0.25)).toBe(true);
    }
  });
});

test('a view is a square with the photo in its middle', () => {
  expect(viewOf(200, 100, { input: 224, padding: 0.25 })).toEqual({ x: -50, y: -100, width: 300, height: 300 });
});

test('a face touches the edge within a twentieth of its size', () => {
  const photo = { width: 100, height: 100 };
  expect(touchesEdge({ x: 30, y: 30, width: 40, height: 40 }, photo)).toBe(false);
  expect(touchesEdge({ x: 1.9, y: 30, width: 40, height: 40 }, photo)).toBe(true);
  expect(touchesEdge({ x: 30, y: 58.5, width: 20, height: 40 }, photo)).toBe(true);
});

describe('suppressDoubles', () => {
  const at = (x: number, width: number, score: number) => ({ box: { x, y: 0, width, height: width }, score });

  it('keeps the surest of two boxes around one face', () => {
    // Shifted by 2 of 10: overlap 80 of 120.
    expect(suppressDoubles([at(0, 10, 0.6), at(2, 10, 0.9)])).toEqual([at(2, 10, 0.9)]);
  });

  it('keeps neighbours, the surest first', () => {
    // Shifted by 6 of 10: overlap 40 of 160.
    expect(suppressDoubles([at(0, 10, 0.6), at(6, 10, 0.9)])).toEqual([at(6, 10, 0.9), at(0, 10, 0.6)]);
  });

  it('takes a small box inside a large one for the same face', () => {
    expect(suppressDoubles([at(0, 20, 0.9), at(5, 10, 0.8)])).toEqual([at(0, 20, 0.9)]);
  });
});

test('shrink takes the mean of each block and drops the rest', () => {
  const data = Uint8Array.from({ length: 5 * 2 * 3 }, (_, i) => Math.floor(i / 3) * 10);
  // Values 0 10 20 30 40 / 50 60 70 80 90: (0 + 10 + 50 + 60) / 4 = 30 and (20 + 30 + 70 + 80) / 4 = 50.
  expect(shrink({ width: 5, height: 2, channels: 3, data }, 2)).toEqual({ width: 2, height: 1, channels: 3, data: Uint8Array.of(30, 30, 30, 50, 50, 50) });
});
