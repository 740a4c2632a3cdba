import { cropBox, defaultPreprocessing, FaceError, toInput, type Box, type Pixels, type Preprocessing, type Size } from './index.ts';

/** Leaves values from 0 to 255 as they are, so that expected values can be read as pixels. */
const plain: Preprocessing = { ...defaultPreprocessing, mean: 0, std: 1 };

type Formula = (x: number, y: number, channel: number) => number;

function picture(width: number, height: number, value: Formula, channels: 3 | 4 = 3): Pixels {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = value(pixel % width, Math.floor(pixel / width), i % channels);
  }
  return { width, height, channels, data };
}

const whole = ({ width, height }: Pixels): Box => ({ x: 0, y: 0, width, height });
const values = (pixels: Pixels, box: Box, size: Size): number[] => [...toInput(pixels, box, size, plain)];

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance));
}

describe('foreign networks', () => {
  const pixels = picture(3, 2, (x, y, channel) => 100 * channel + 10 * y + x);

  it('get their channels in their own order', () => {
    expect([...toInput(pixels, whole(pixels), [2, 3], { ...plain, color: 'bgr' })]).toEqual([
      200, 201, 202, 210, 211, 212,
      100, 101, 102, 110, 111, 112,
      0, 1, 2, 10, 11, 12,
    ]);
  });

  it('have a mean and a deviation for each channel, in that order', () => {
    // By hand: (200 − 8) / 2, (100 − 4) / 4, (0 − 2) / 8 for the first pixel, and so on.
    const preprocessing: Preprocessing = { ...plain, color: 'bgr', mean: [8, 4, 2], std: [2, 4, 8] };
    expect([...toInput(pixels, whole(pixels), [2, 3], preprocessing)]).toEqual([
      96, 96.5, 97, 101, 101.5, 102,
      24, 24.25, 24.5, 26.5, 26.75, 27,
      -0.25, -0.125, 0, 1, 1.125, 1.25,
    ]);
  });

  it('mirror as others do', () => {
    const straight = toInput(pixels, whole(pixels), [2, 3], { ...plain, color: 'bgr' });
    const mirrored = toInput(pixels, whole(pixels), [2, 3], { ...plain, color: 'bgr' }, undefined, undefined, { mirror: true });
    expect([...mirrored]).toEqual([...Array(6).keys()].flatMap((row) => [...straight.subarray(3 * row, 3 * row + 3)].reverse()));
  });
});

describe('the kernel', () => {
  it('leaves a picture of the right size as it is, in planes', () => {
    const pixels = picture(3, 2, (x, y, channel) => 100 * channel + 10 * y + x);
    expect(values(pixels, whole(pixels), [2, 3])).toEqual([
      0, 1, 2, 10, 11, 12,
      100, 101, 102, 110, 111, 112,
      200, 201, 202, 210, 211, 212,
    ]);
  });

  it('enlarges 2×2 to 3×3 bilinearly with half-pixel centres', () => {
    const pixels = picture(2, 2, (x, y) => 100 * y + 40 * x);
    // By hand: cell centres at 1/3, 1 and 5/3 of 2 pixels; the outer ones lie within half a pixel of the edge.
    const plane = [0, 20, 40, 50, 70, 90, 100, 120, 140];
    expectClose(values(pixels, whole(pixels), [3, 3]), [...plane, ...plane, ...plane], 1e-5);
  });

  it('shrinks 4 pixels to 2 with a triangle of radius 2, the edge repeated', () => {
    const pixels = picture(4, 1, (x) => [10, 50, 90, 250][x]!);
    // By hand: weights 1, 3, 3, 1 (of 8) on pixels −1…2 and 1…4.
    const plane = [(10 + 3 * 10 + 3 * 50 + 90) / 8, (50 + 3 * 90 + 3 * 250 + 250) / 8];
    expect(values(pixels, whole(pixels), [1, 2])).toEqual([...plane, ...plane, ...plane]);
  });

  it('samples a ramp exactly when shrinking by whole factors inside the picture', () => {
    const pixels = picture(40, 30, (x, y, channel) => 2 * x + 3 * y + channel);
    // Closed form: a symmetric kernel returns a linear function's value at the cell's centre; pixel x is centred at x + ½.
    const expected = [0, 1, 2].flatMap((channel) => Array.from({ length: 45 }, (_, i) => {
      const x = 8 + 2 * ((i % 9) + 0.5) - 0.5;
      const y = 6 + 3 * (Math.floor(i / 9) + 0.5) - 0.5;
      return 2 * x + 3 * y + channel;
    }));
    expectClose(values(pixels, { x: 8, y: 6, width: 18, height: 15 }, [5, 9]), expected, 1e-4);
  });

  it('samples a ramp exactly when enlarging a fractional box inside the picture', () => {
    const pixels = picture(40, 30, (x, y, channel) => 2 * x + 3 * y + channel);
    const box = { x: 7.3, y: 6.1, width: 20.7, height: 13.9 };
    const expected = [0, 1, 2].flatMap((channel) => Array.from({ length: 31 * 23 }, (_, i) => {
      const x = box.x + ((i % 31) + 0.5) * (box.width / 31) - 0.5;
      const y = box.y + (Math.floor(i / 31) + 0.5) * (box.height / 23) - 0.5;
      return 2 * x + 3 * y + channel;
    }));
    expectClose(values(pixels, box, [23, 31]), expected, 1e-4);
  });

  it('keeps a constant picture constant, whatever the box', () => {
    const pixels = picture(9, 5, () => 77);
    const box = { x: -20.4, y: 1.7, width: 33.3, height: 2.2 };
    expectClose(values(pixels, box, [7, 6]), new Array<number>(3 * 42).fill(77), 1e-5);
  });
});

describe('against Pillow', () => {
  // Pillow 13.0.0: float planes padded by numpy.pad(mode='edge'), Image.resize(size, BILINEAR, box).
  const pixels = picture(6, 7, (x, y, channel) => (37 * y + 59 * x + 83 * channel + 11 * x * y) % 256);

  it('shrinks a whole picture', () => {
    expectClose(values(pixels, whole(pixels), [3, 2]), [
      97.1389, 145.2778, 139.6013, 135.8104, 146.1944, 138.0556,
      125.0278, 112.7222, 137.268, 133.4771, 113.6389, 128.6111,
      135.1389, 135.2778, 111.5098, 134.4902, 111.3056, 147.6111,
    ], 1e-4);
  });

  it('shrinks and enlarges a fractional box', () => {
    expectClose(values(pixels, { x: 1.25, y: 0.5, width: 3.75, height: 5.75 }, [4, 5]), [
      102.0769, 152.2923, 190.2, 178.3846, 126.2, 163.4692, 172.5453, 130.6069, 122.9873, 155.2518,
      207.1578, 92.0389, 131.6742, 151.8996, 124.9119, 98.4932, 150.0274, 98.5479, 88.274, 138.9315,
      164.4, 90.5538, 63.4769, 79.7231, 127.4769, 161.5996, 84.4149, 123.1721, 158.683, 157.5562,
      69.8299, 143.5635, 128.1168, 105.8504, 108.2398, 135.0274, 181.3014, 133.3288, 123.0548, 156.1781,
      91.3385, 73.6154, 112.5077, 155.3384, 175.0308, 82.2808, 144.2264, 162.1141, 140.5815, 103.2808,
      134.9938, 101.7111, 86.7889, 116.457, 170.2562, 146.5754, 79.7534, 140.0548, 146.8767, 95.3973,
    ], 1e-4);
  });

  it('repeats the edge where the box leaves the picture', () => {
    expectClose(values(pixels, { x: -2.5, y: -1.5, width: 11, height: 10.5 }, [4, 3]), [
      16.298, 125.0514, 74.4658, 84.0744, 140.2611, 141.2999, 164.3553, 133.8074, 148.7202,
      204.7604, 148.0468, 101.8569, 97.9932, 103.0092, 123.4543, 152.8102, 126.3266, 132.1701,
      117.0727, 128.9556, 145.8601, 60.8028, 107.8901, 144.4538, 168.9022, 124.3284, 176.4441,
      151.3999, 129.1283, 133.277, 87.085, 121.7037, 151.2524, 116.5542, 145.4559, 225.66,
    ], 1e-4);
  });
});

describe('toInput', () => {
  const pixels = picture(12, 10, (x, y, channel) => (x * 31 + y * 17 + channel * 71 + x * y * 5) % 256);
  const size: Size = [6, 7];

  it('normalises by mean and standard deviation', () => {
    const one = picture(1, 1, (_x, _y, channel) => [0, 255, 128][channel]!);
    expect([...toInput(one, whole(one), [1, 1], defaultPreprocessing)]).toEqual([-127.5 / 128, 127.5 / 128, 0.5 / 128]);
  });

  it('mirrors by turning each row around, bit for bit', () => {
    const box = { x: 1.3, y: 0.7, width: 8.1, height: 8.9 };
    const straight = toInput(pixels, box, size, defaultPreprocessing);
    const mirrored = toInput(pixels, box, size, defaultPreprocessing, undefined, 0, { mirror: true });
    const rows = Array.from({ length: 3 * size[0] }, (_, row) => [...straight.subarray(row * size[1], (row + 1) * size[1])]);
    expect([...mirrored]).toEqual(rows.flatMap((row) => row.reverse()));
  });

  it('reads RGBA as RGB, without its alpha', () => {
    const withAlpha = picture(12, 10, (x, y, channel) => (channel === 3 ? x : pixels.data[(y * 12 + x) * 3 + channel]!), 4);
    expect(toInput(withAlpha, whole(pixels), size, plain)).toEqual(toInput(pixels, whole(pixels), size, plain));
  });

  it('writes into a batch and leaves its neighbours alone', () => {
    const one = toInput(pixels, whole(pixels), size, plain);
    const batch = new Float32Array(3 * one.length).fill(-1);
    toInput(pixels, whole(pixels), size, plain, batch, one.length);
    expect([...batch]).toEqual([...one.map(() => -1), ...one, ...one.map(() => -1)]);
  });

  it('gives the same bits as ever: a change here is a new kernel version', () => {
    // The bytes' FNV-1a from a second implementation of face-1, in Python with numpy's float32.
    const box = { x: -1.37, y: 0.61, width: 12.9, height: 8.43 };
    const bits = new Uint32Array(toInput(pixels, box, [5, 4], defaultPreprocessing).buffer);
    expect(fnv1a(bits)).toBe('d0a9fac7');
  });

  it.each<[string, () => unknown, RegExp]>([
    ['too few bytes', () => toInput({ ...pixels, height: 11 }, whole(pixels), size, plain), /12×11 with 3 channels: expected 396 bytes.*got 360/],
    ['an empty box', () => toInput(pixels, { x: 0, y: 0, width: 0, height: 4 }, size, plain), /box: expected.*width 0/],
    ['a box that is not finite', () => toInput(pixels, { x: NaN, y: 0, width: 4, height: 4 }, size, plain), /x NaN/],
    ['a fractional size', () => toInput(pixels, whole(pixels), [2.5, 3], plain), /input size.*2\.5×3/],
    ['an output that is too small', () => toInput(pixels, whole(pixels), size, plain, new Float32Array(130), 5), /126 numbers from 5 on do not fit into 130/],
  ])('refuses %s', (_what, call, message) => {
    expect(call).toThrow(FaceError);
    expect(call).toThrow(message);
  });
});

/** FNV-1a over 32-bit words, as a hexadecimal string. */
function fnv1a(words: Uint32Array): string {
  let hash = 0x811c9dc5;
  for (const word of words) {
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((word >>> shift) & 255), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

describe('cropBox', () => {
  it('takes the largest centred box of the network’s aspect', () => {
    // 136 rows at 140:116 are 112.686 columns.
    const box = cropBox(136, 136, [140, 116], defaultPreprocessing);
    expect(box.height).toBeCloseTo(136, 10);
    expect(box.width).toBeCloseTo(112.6857142857, 9);
    expect(box.x).toBeCloseTo(11.6571428571, 9);
    expect(box.y).toBeCloseTo(0, 10);
  });

  it('is limited by the narrower side', () => {
    expect(cropBox(100, 300, [2, 1], defaultPreprocessing)).toEqual({ x: 0, y: 50, width: 100, height: 200 });
  });

  it('shrinks and grows around the centre by the scale', () => {
    const scaled = (scale: number): Box => cropBox(100, 100, [100, 100], { ...defaultPreprocessing, crop: { kind: 'centre', scale } });
    expect(scaled(0.5)).toEqual({ x: 25, y: 25, width: 50, height: 50 });
    expect(scaled(1.2)).toEqual({ x: -10, y: -10, width: 120, height: 120 });
  });
});
