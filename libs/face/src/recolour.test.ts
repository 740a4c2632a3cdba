import { defaultPreprocessing, type Planes, recolour, type Recolouring, type Size, tonesOf } from './index.ts';

const tones = { black: 0, white: 1 };
const none: Recolouring = { brightness: 1, contrast: 1, saturation: 1 };
const planes = (size: Size, ...values: number[]): Planes => ({ data: Float32Array.from(values), offset: 0, size });

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 6));
}

// Expected values are worked out by hand with luma = 0.299 red + 0.587 green + 0.114 blue.
describe('recolour', () => {
  it('scales from black and stops at white', () => {
    const picture = planes([1, 2], 0.2, 0.4, 0, 0.8, 1, 0.1);
    recolour(picture, { ...none, brightness: 1.5 }, tones);
    expectClose(picture.data, [0.3, 0.6, 0, 1, 1, 0.15]);
  });

  it('changes nothing with every factor 1', () => {
    const values = [-0.9, 0.4, 0, 0.8, 0.9, -0.1];
    const picture = planes([1, 2], ...values);
    recolour(picture, none, tonesOf(defaultPreprocessing));
    expectClose(picture.data, values);
  });

  it('leaves the mean luma everywhere with contrast 0', () => {
    // Luma of red 0.5, green 0.2, blue 1 is 0.1495 + 0.1174 + 0.114 = 0.3809; of black 0; their mean 0.19045.
    const picture = planes([2, 1], 0.5, 0, 0.2, 0, 1, 0);
    recolour(picture, { ...none, contrast: 0 }, tones);
    expectClose(picture.data, new Array<number>(6).fill(0.19045));
  });

  it('leaves each pixel its own luma with saturation 0, and doubles the distance from it with 2', () => {
    const grey = planes([1, 1], 0.5, 0.2, 1);
    recolour(grey, { ...none, saturation: 0 }, tones);
    expectClose(grey.data, [0.3809, 0.3809, 0.3809]);
    const vivid = planes([1, 1], 0.5, 0.2, 0.3);
    recolour(vivid, { ...none, saturation: 2 }, tones);
    // Luma 0.3011.
    expectClose(vivid.data, [0.6989, 0.0989, 0.2989]);
  });

  it('applies brightness, then contrast, then saturation', () => {
    // One pixel (0.5, 0.2, 0.3), luma 0.3011. Brightness 1.2: (0.6, 0.24, 0.36), luma = mean = 0.36132, so contrast
    // leaves the luma; contrast 0.5: (0.48066, 0.30066, 0.36066); saturation 0.5: half way to 0.36132.
    const picture = planes([1, 1], 0.5, 0.2, 0.3);
    recolour(picture, { brightness: 1.2, contrast: 0.5, saturation: 0.5 }, tones);
    expectClose(picture.data, [0.42099, 0.33099, 0.36099]);
  });
});
