import { alignedPoints, assessQuality, estimatePose, plainFace, qualityGates, refusals, type FivePoints, type Pixels, type Point } from './index.ts';

function grey(value: (x: number, y: number) => number, size = 136): Pixels {
  const data = Uint8Array.from({ length: 3 * size * size }, (_, i) => value(Math.floor(i / 3) % size, Math.floor(i / 3 / size)));
  return { width: size, height: size, channels: 3, data };
}

/** A wave across: its Laplacian is 2 (cos w − 1) times itself, so the ratio of variances is 4 (1 − cos w)². */
const wave = (period: number, amplitude = 80, mean = 128): Pixels => grey((x) => Math.round(mean + amplitude * Math.sin((2 * Math.PI * x) / period)));

/** The plain face, 40 pixels from the middle to an eye, turned and projected without perspective. */
function turned(yaw: number, pitch: number, roll = 0): FivePoints {
  const [y, p, r] = [yaw, pitch, roll].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const { mouthDown, noseDown, noseDepth } = plainFace;
  const project = ([a, b, c]: readonly number[]): Point => {
    const [down, near] = [b! * Math.cos(p) - c! * Math.sin(p), b! * Math.sin(p) + c! * Math.cos(p)];
    const across = a! * Math.cos(y) + near * Math.sin(y);
    return { x: 300 + 40 * (across * Math.cos(r) - down * Math.sin(r)), y: 200 + 40 * (across * Math.sin(r) + down * Math.cos(r)) };
  };
  return [[-1, 0, 0], [1, 0, 0], [0, noseDown, noseDepth], [-0.8, mouthDown, 0], [0.8, mouthDown, 0]].map(project) as unknown as FivePoints;
}

describe('sharpness', () => {
  it('is √(10 × the share of the Laplacian in the contrast)', () => {
    // w = 2π/24: 2 (1 − cos w) = 0.06815, times √10 = 0.2155.
    expect(assessQuality(wave(24), null).quality.sharpness).toBeCloseTo(0.2155, 2);
    expect(assessQuality(wave(4), null).quality.sharpness).toBe(1);
  });

  it('does not depend on light or contrast', () => {
    expect(assessQuality(wave(24, 40, 80), null).quality.sharpness).toBeCloseTo(assessQuality(wave(24), null).quality.sharpness, 1);
  });

  it('is 0 for a flat picture', () => {
    expect(assessQuality(grey(() => 128), null).quality.sharpness).toBe(0);
  });
});

describe('size', () => {
  const between = (pixels: number): FivePoints => [{ x: 100, y: 100 }, { x: 100 + pixels, y: 100 }, ...alignedPoints.slice(2)] as unknown as FivePoints;

  it('compares the eyes’ distance with the crop’s', () => {
    // √(35.2372² + 0.1949²) = 35.2377 pixels in the crop.
    expect(assessQuality(wave(8), between(17.61885)).quality.size).toBeCloseTo(0.5, 5);
    expect(assessQuality(wave(8), between(90))).toMatchObject({ quality: { size: 1 }, measures: { eyeDistance: 90 } });
  });

  it('takes a ready crop to be aligned', () => {
    expect(assessQuality(wave(8), null).quality.size).toBe(1);
    expect(assessQuality(grey(() => 0, 68), null).quality.size).toBeCloseTo(0.5, 10);
  });
});

describe('pose', () => {
  it.each([[0, 0, 0], [30, 0, 0], [-45, 0, 0], [0, 20, 0], [0, -25, 0], [0, 0, 40], [0, 15, -160]])('finds yaw %d°, pitch %d°, roll %d° again', (yaw, pitch, roll) => {
    const pose = estimatePose(turned(yaw, pitch, roll));
    expect(pose.yaw).toBeCloseTo(yaw, 9);
    expect(pose.pitch).toBeCloseTo(pitch, 9);
    expect(pose.roll).toBeCloseTo(roll, 9);
  });

  it('falls from 1 to 0 at 60° from the camera; roll does not count', () => {
    expect(assessQuality(wave(8), turned(30, 0, 90)).quality.pose).toBeCloseTo(0.5, 9);
    expect(assessQuality(wave(8), turned(-62, 0)).quality.pose).toBe(0);
  });

  it('finds the template frontal, and 10° up for its high nose', () => {
    // atan((1.3 − 1.145) ÷ 0.85) = 10.3°.
    const { yaw, pitch } = estimatePose(alignedPoints);
    expect(Math.abs(yaw)).toBeLessThan(2);
    expect(pitch).toBeCloseTo(10.3, 0);
  });

  it('is 0 for points in a line', () => {
    const line = [0, 1, 2, 3, 4].map((x) => ({ x, y: 0 })) as unknown as FivePoints;
    expect(assessQuality(wave(8), line).quality.pose).toBe(0);
  });
});

describe('exposure', () => {
  it('sees the dark by the highlights', () => {
    expect(assessQuality(grey(() => 24), null)).toMatchObject({ quality: { exposure: 0.25 }, measures: { dark: 0.25, bright: 1 } });
    // Dark, but 10 % of it lit: nothing is wrong with the light.
    expect(assessQuality(grey((x) => (x % 10 === 0 ? 120 : 30)), null).quality.exposure).toBe(1);
  });

  it('sees the bright by what is blown out', () => {
    // Every fourth column of the 80 judged ones: 1 − 2 ÷ 4.
    expect(assessQuality(grey((x) => (x % 4 === 0 ? 255 : 100)), null)).toMatchObject({ quality: { exposure: 0.5 }, measures: { dark: 1, bright: 0.5 } });
  });
});

test('overall is the worst, also for a crop of one pixel', () => {
  const { quality } = assessQuality(wave(24), turned(50, 0));
  expect(quality.overall).toBe(Math.min(quality.sharpness, quality.size, quality.pose, quality.exposure));
  expect(assessQuality(grey(() => 9, 1), null).quality.overall).toBe(0);
});

describe('refusals', () => {
  const awful = assessQuality(grey(() => 3), turned(80, 0).map(({ x, y }) => ({ x: x / 40, y: y / 40 })) as unknown as FivePoints);

  it('names every reason', () => {
    expect(refusals(awful, qualityGates.standard)).toEqual(['too_small', 'too_blurred', 'turned_away', 'too_dark']);
    expect(refusals(assessQuality(grey(() => 255), turned(0, 0)), qualityGates.standard)).toEqual(['too_blurred', 'too_bright']);
  });

  it('lets everything pass when off, and a good face when strict', () => {
    expect(refusals(awful, qualityGates.off)).toEqual([]);
    expect(refusals(assessQuality(wave(6), turned(5, 5)), qualityGates.strict)).toEqual([]);
  });

  it('asks more of each measure when strict', () => {
    const names = ['sharpness', 'size', 'pose', 'exposure'] as const;
    for (const name of names) expect(qualityGates.strict[name]).toBeGreaterThan(qualityGates.standard[name]);
  });
});
