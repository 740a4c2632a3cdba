import {
  alignedLandmarks, alignedPoints, alignFace, alignmentOf, applySimilarity, boxAround, FaceError, fivePointsOf, isAlignedCrop,
  type FivePoints, type Pixels, type Point,
} from './index.ts';

const moved = (points: FivePoints, move: Parameters<typeof applySimilarity>[0]): FivePoints =>
  points.map((point) => applySimilarity(move, point)) as unknown as FivePoints;

/** A plain picture with a bright disc of this radius at each point. */
function dots(width: number, height: number, points: readonly Point[], radius: number): Pixels {
  const data = new Uint8Array(3 * width * height).fill(20);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    if (points.some((point) => Math.hypot(point.x - x, point.y - y) < radius)) data.fill(250, 3 * i, 3 * i + 3);
  }
  return { width, height, channels: 3, data };
}

describe('the template', () => {
  it('is the usual one for 112 pixels, moved by 12', () => {
    expect(alignedPoints.map(({ x, y }) => [x - 12, y - 12].map((value) => Number(value.toFixed(4))))).toEqual(
      [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]);
  });
});

describe('alignFace', () => {
  it('brings the landmarks of a large, turned face onto the template', () => {
    const inPhoto = moved(alignedPoints, { a: 3, b: 1.2, dx: 200, dy: 20 });
    const crop = alignFace(dots(700, 700, inPhoto, 12), inPhoto);
    expect(crop).toMatchObject({ width: 136, height: 136, channels: 3 });
    for (const { x, y } of alignedPoints) {
      const at = (dx: number, dy: number): number => crop.data[3 * (Math.floor(y + dy) * 136 + Math.floor(x + dx))]!;
      expect(at(0, 0)).toBe(250);
      // The discs' radius is 12 ÷ √(3² + 1.2²) = 3.7 pixels here.
      for (const [dx, dy] of [[6, 0], [-6, 0], [0, 6], [0, -6]] as const) expect(at(dx, dy)).toBe(20);
    }
  });

  it('repeats the edge of a photo that ends before the crop does', () => {
    const crop = alignFace({ width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(90) }, alignedPoints);
    expect(new Set(crop.data)).toEqual(new Set([90]));
  });

  it.each<[string, readonly Point[], RegExp]>([
    ['four points', alignedPoints.slice(1), /expected 5 points.*got 4/],
    ['points that are not finite', alignedPoints.map((point) => ({ ...point, y: NaN })), /finite.*NaN/],
    ['points in one place', alignedPoints.map(() => ({ x: 4, y: 4 })), /one place/],
  ])('refuses %s', (_what, points, message) => {
    expect(() => alignmentOf(points)).toThrow(FaceError);
    expect(() => alignmentOf(points)).toThrow(message);
  });
});

test('a picture is an aligned crop where its landmarks lie on the template, at any scale', () => {
  const at = (scale: number, dx: number): FivePoints => moved(alignedPoints, { a: scale, b: 0, dx, dy: 0 });
  expect(isAlignedCrop({ width: 136, height: 136 }, at(1, 0))).toBe(true);
  expect(isAlignedCrop({ width: 272, height: 272 }, at(2, 14))).toBe(true);
  expect(isAlignedCrop({ width: 272, height: 272 }, at(2, 18))).toBe(false);
  // A portrait of twice the room, and a picture that is not square.
  expect(isAlignedCrop({ width: 272, height: 272 }, at(1, 68))).toBe(false);
  expect(isAlignedCrop({ width: 136, height: 112 }, at(1, 0))).toBe(false);
});

test('alignedLandmarks puts a face of the template’s shape onto the template', () => {
  alignedLandmarks(moved(alignedPoints, { a: -0.4, b: 2, dx: 9, dy: 400 })).forEach(({ x, y }, i) => {
    expect(x).toBeCloseTo(alignedPoints[i]!.x, 9);
    expect(y).toBeCloseTo(alignedPoints[i]!.y, 9);
  });
});

test('boxAround is the crop without its margin', () => {
  const box = boxAround(moved(alignedPoints, { a: 2, b: 0, dx: 100, dy: 50 }));
  expect(box.x).toBeCloseTo(100 + 2 * 12, 9);
  expect(box.y).toBeCloseTo(50 + 2 * 12, 9);
  expect(box.width).toBeCloseTo(2 * 112, 9);
  expect(box.height).toBeCloseTo(2 * 112, 9);
});

describe('fivePointsOf', () => {
  it('takes the middle of the eyes, the tip of the nose and the corners of the mouth', () => {
    const landmarks = Array.from({ length: 68 }, (_, i) => ({ x: i, y: i * i }));
    // Eyes are points 36–41 and 42–47: means 38.5 and 44.5; Σi² / 6 = 1485.17 and 1983.17.
    const [left, right, ...others] = fivePointsOf(landmarks);
    expect([left.x, right.x]).toEqual([38.5, 44.5]);
    expect(left.y).toBeCloseTo(1485.1666667, 6);
    expect(right.y).toBeCloseTo(1983.1666667, 6);
    expect(others).toEqual([{ x: 30, y: 900 }, { x: 48, y: 2304 }, { x: 54, y: 2916 }]);
  });

  it('refuses another number of landmarks', () => {
    expect(() => fivePointsOf([])).toThrow(/68 points, got 0/);
  });
});
