import path from 'node:path';
import { defaultPreprocessing, type Pixels } from '@facenet/face';
import { describePerturbation, parsePerturbation, perturb, type PerturbContext, type Perturbation } from './perturb.ts';

const context: PerturbContext = { size: [40, 40], preprocessing: { ...defaultPreprocessing, crop: { kind: 'centre', scale: 0.5 } }, seed: 1 };

function picture(width: number, height: number, value: (x: number, y: number) => number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(Math.round(value((i % width) + 0.5, Math.floor(i / width) + 0.5)), 3 * i, 3 * i + 3);
  return { width, height, channels: 3, data };
}

/** Where a bright blob on black lies: the mean place, weighted by brightness. */
function middleOf({ width, data }: Pixels): [number, number] {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) {
    sum += data[i]!;
    x += data[i]! * (((i / 3) % width) + 0.5);
    y += data[i]! * (Math.floor(i / 3 / width) + 0.5);
  }
  return [x / sum, y / sum];
}

const brightness = ({ data }: Pixels): number => [...data].reduce((sum, value) => sum + value, 0) / 3;
const blob = (atX: number, atY: number): Pixels => picture(80, 80, (x, y) => 200 * Math.exp(-((x - atX) ** 2 + (y - atY) ** 2) / 50));
const apply = (image: Pixels, perturbation: Perturbation, file = path.join('any', 'Ann', '1.jpg')): Promise<Pixels> => perturb(image, file, perturbation, context);

describe('perturb', () => {
  it('moves the face by the share of what the network sees, in a direction of its own', async () => {
    // The network sees the middle 40 × 40 of 80 × 80 pixels, so a tenth is 4 pixels.
    const [x, y] = middleOf(await apply(blob(40, 40), { shift: 0.1 }));
    expect(Math.hypot(x - 40, y - 40)).toBeCloseTo(4, 1);
    const [otherX, otherY] = middleOf(await apply(blob(40, 40), { shift: 0.1 }, path.join('any', 'Ann', '2.jpg')));
    expect(Math.hypot(otherX - x, otherY - y)).toBeGreaterThan(0.5);
  });

  it('turns around the middle by the angle, to either side', async () => {
    const sides = await Promise.all(Array.from({ length: 12 }, async (_, i) => {
      const [x, y] = middleOf(await apply(blob(60, 40), { rotation: 30 }, path.join('Ann', `${i}.jpg`)));
      expect(Math.hypot(x - 40, y - 40)).toBeCloseTo(20, 1);
      expect((Math.abs(Math.atan2(y - 40, x - 40)) * 180) / Math.PI).toBeCloseTo(30, 0);
      return Math.sign(y - 40);
    }));
    expect(new Set(sides)).toEqual(new Set([-1, 1]));
  });

  it('enlarges around the middle', async () => {
    const larger = await apply(blob(50, 40), { scale: 1.5 });
    expect(middleOf(larger)[0]).toBeCloseTo(55, 1);
    // An area grows with the square.
    expect(brightness(larger) / brightness(blob(50, 40))).toBeCloseTo(2.25, 1);
  });

  it('repeats the edge where nothing was', async () => {
    const shrunk = await apply(picture(80, 80, () => 77), { scale: 0.5, shift: 0.3, rotation: 20 });
    expect(new Set(shrunk.data)).toEqual(new Set([77]));
  });

  it('leaves as many pixels as it says of what the network sees', async () => {
    // Stripes two pixels wide in a box of 1,600 pixels: of 100 pixels, ten across, none can remain.
    const stripes = picture(80, 80, (x) => (Math.floor(x / 2) % 2 === 0 ? 20 : 220));
    const contrast = ({ data }: Pixels): number => Math.max(...data.subarray(3 * 80 * 40 + 60, 3 * 80 * 40 + 180)) - Math.min(...data.subarray(3 * 80 * 40 + 60, 3 * 80 * 40 + 180));
    const few = await apply(stripes, { pixels: 100 });
    expect([few.width, few.height, few.data.length]).toEqual([80, 80, 80 * 80 * 3]);
    expect(contrast(few)).toBeLessThan(40);
    expect(await apply(stripes, { pixels: 1600 })).toBe(stripes);
  });

  it('loses more with a lower JPEG quality', async () => {
    const image = picture(80, 80, (x, y) => 128 + 60 * Math.sin(x * y / 37) + 40 * Math.cos(x / 2));
    const loss = async (jpeg: number): Promise<number> => {
      const { data } = await apply(image, { jpeg });
      return [...data].reduce((sum, value, i) => sum + (value - image.data[i]!) ** 2, 0) / data.length;
    };
    const [bad, fair, good] = [await loss(5), await loss(50), await loss(100)];
    expect(good).toBeLessThan(2);
    expect(fair).toBeGreaterThan(2 * good);
    expect(bad).toBeGreaterThan(2 * fair);
  });

  it('is the same again, wherever the folder lies, and other for another seed', async () => {
    const settings = { shift: 0.2, rotation: 15, scale: 0.9, pixels: 900, jpeg: 40 };
    const once = await apply(blob(45, 30), settings);
    expect((await apply(blob(45, 30), settings, path.join('elsewhere', 'Ann', '1.jpg'))).data).toEqual(once.data);
    expect((await perturb(blob(45, 30), path.join('any', 'Ann', '1.jpg'), settings, { ...context, seed: 2 })).data).not.toEqual(once.data);
  });

  it('leaves the picture alone where nothing is asked for', async () => {
    const image = blob(40, 40);
    expect(await apply(image, {})).toBe(image);
    expect(await apply(image, { shift: 0, rotation: 0, scale: 1 })).toBe(image);
  });
});

describe('parsePerturbation', () => {
  it('reads settings', () => {
    const read = parsePerturbation(['jpeg=50', 'shift=0.05']);
    expect(read).toEqual({ jpeg: 50, shift: 0.05 });
    expect(describePerturbation(read)).toBe('jpeg=50, shift=0.05');
    expect(describePerturbation({})).toBeUndefined();
  });

  it.each([
    [['blur=3'], "unknown 'blur'; expected shift, rotation, scale, pixels, jpeg, such as jpeg=50"],
    [['jpeg'], 'jpeg: expected a whole quality from 1 to 100, got no number'],
    [['jpeg='], 'got no number'],
    [['jpeg=101'], 'got 101'],
    [['jpeg=1=2'], 'got no number'],
    [['shift=2'], 'shift: expected a share from 0 to 1, got 2'],
    [['scale=0'], 'scale: expected a factor from 0.25 to 4, got 0'],
    [['pixels=0.5'], 'pixels: expected a whole number of pixels from 1, got 0.5'],
    [['rotation=-3'], 'rotation: expected degrees from 0 to 180, got -3'],
    [['jpeg=5', 'jpeg=6'], "'jpeg' is given twice"],
    [['toString=6'], "unknown 'toString'"],
  ])('refuses %j', (settings, message) => {
    expect(() => parsePerturbation(settings)).toThrow(message);
  });
});
