import { warp, type Pixels } from './index.ts';

function picture(width: number, height: number, value: (x: number, y: number, channel: number) => number, channels: 3 | 4 = 3): Pixels {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return value(pixel % width, Math.floor(pixel / width), i % channels);
  });
  return { width, height, channels, data };
}

const still = { a: 1, b: 0, dx: 0, dy: 0 };
const noise = picture(7, 5, (x, y, channel) => (x * 37 + y * 91 + channel * 53) % 256);

describe('warp', () => {
  it('leaves a picture as it is when nothing moves', () => {
    expect(warp(noise, still, [5, 7])).toEqual(noise);
  });

  it('turns by a quarter without loss', () => {
    // (x, y) → (5 − y, x): rows become columns, read from the right.
    const turned = warp(noise, { a: 0, b: 1, dx: 5, dy: 0 }, [7, 5]);
    expect(turned).toEqual(picture(5, 7, (x, y, channel) => noise.data[((4 - x) * 7 + y) * 3 + channel]!));
  });

  it('lies between two pixels when moved by half of one, and repeats the edge', () => {
    const line = picture(3, 1, (x) => [10, 30, 80][x]!);
    // To the right by a half: cell c sees the mean of pixels c − 1 and c.
    expect([...warp(line, { ...still, dx: 0.5 }, [1, 5]).data].filter((_, i) => i % 3 === 0)).toEqual([10, 20, 55, 80, 80]);
  });

  it('averages the area when it shrinks', () => {
    // Stripes one pixel wide, shrunk by 8: any sampling at points would see 0 or 255; the mean is 127.5.
    const stripes = picture(64, 64, (x) => (x % 2) * 255);
    const small = warp(stripes, { a: 1 / 8, b: 0, dx: 0, dy: 0 }, [8, 8]);
    for (const value of small.data) expect(Math.abs(value - 127.5)).toBeLessThanOrEqual(0.5);
  });

  it('follows a slope exactly, whatever the angle', () => {
    // Bilinear samples of a plane lie on the plane: value = 2x + y at the cell's own centre.
    const slope = picture(80, 80, (x, y) => 2 * x + y);
    const small = warp(slope, { a: 0.3, b: 0.2, dx: 3, dy: -2 }, [12, 12]);
    // The inverse by hand: (u, v) = (u − 3, v + 2) turned back and divided by 0.3² + 0.2² = 0.13.
    const at = (u: number, v: number): number => {
      const [x, y] = [(0.3 * (u - 3) + 0.2 * (v + 2)) / 0.13, (-0.2 * (u - 3) + 0.3 * (v + 2)) / 0.13];
      return 2 * (x - 0.5) + (y - 0.5);
    };
    expect(Math.abs(small.data[3 * (6 * 12 + 10)]! - at(10.5, 6.5))).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(Math.abs(small.data[3 * (9 * 12 + 11)]! - at(11.5, 9.5))).toBeLessThanOrEqual(0.5 + 1e-9);
  });

  it.each([
    // FNV-1a of the bytes that a second implementation, in Python, gives: shrunk to 0.35, and enlarged to 1.75.
    [{ a: 0.31, b: 0.17, dx: 1.3, dy: -0.6 }, '4540298a'],
    [{ a: 1.7, b: -0.4, dx: -3.1, dy: 2.2 }, 'b576203e'],
  ])('gives the same bits as ever: a change here is a new alignment version', (move, digest) => {
    const source = picture(23, 17, (x, y, channel) => (x * 37 + y * 91 + channel * 53 + x * y) % 256);
    const hash = [...warp(source, move, [8, 9]).data].reduce((sum, value) => Math.imul(sum ^ value, 0x01000193), 0x811c9dc5);
    expect((hash >>> 0).toString(16)).toBe(digest);
  });

  it('reads RGBA as RGB', () => {
    const withAlpha = picture(7, 5, (x, y, channel) => (channel === 3 ? 9 : noise.data[(y * 7 + x) * 3 + channel]!), 4);
    expect(warp(withAlpha, still, [5, 7])).toEqual(noise);
  });

  it('enlarges a single pixel to a flat picture', () => {
    expect(new Set(warp(picture(1, 1, () => 77), { a: 40, b: 3, dx: 1, dy: 2 }, [4, 4]).data)).toEqual(new Set([77]));
  });
});
