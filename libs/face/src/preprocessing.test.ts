import { defaultPreprocessing, parsePreprocessing } from './index.ts';

it('reads back what a bundle stored', () => {
  expect(parsePreprocessing(JSON.parse(JSON.stringify(defaultPreprocessing)))).toEqual(defaultPreprocessing);
});

it('reads an order of colours, and numbers for each channel', () => {
  const foreign = { ...defaultPreprocessing, color: 'bgr', mean: [103.5, 116.3, 123.7], std: [57, 57.1, 58.4] };
  expect(parsePreprocessing(JSON.parse(JSON.stringify(foreign)))).toEqual(foreign);
});

it('reads how a photo becomes the crop, where that is said', () => {
  const photo = { detector: 'face-api-tiny-1', alignment: 'five-point-136-1' };
  expect(parsePreprocessing(JSON.parse(JSON.stringify({ ...defaultPreprocessing, photo })))).toEqual({ ...defaultPreprocessing, photo });
  expect(parsePreprocessing({ ...defaultPreprocessing })).not.toHaveProperty('photo');
});

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'preprocessing: expected an object, got nothing'],
  ['another kernel', { ...defaultPreprocessing, version: 'face-2' }, "preprocessing.version: expected 'face-1', got \"face-2\""],
  ['a crop it does not know', { ...defaultPreprocessing, crop: { kind: 'tight', scale: 1 } }, "preprocessing.crop.kind: expected 'centre', got \"tight\""],
  ['a scale of 0', { ...defaultPreprocessing, crop: { kind: 'centre', scale: 0 } }, 'preprocessing.crop.scale: expected a number above 0, got 0'],
  ['a missing mean', { ...defaultPreprocessing, mean: undefined }, 'preprocessing.mean: expected a number, got nothing'],
  ['an order of colours it does not know', { ...defaultPreprocessing, color: 'yuv' }, "preprocessing.color: expected 'rgb' or 'bgr', got \"yuv\""],
  ['means of two channels', { ...defaultPreprocessing, mean: [1, 2] }, 'preprocessing.mean: expected one number, or one for each of 3 channels, got 2'],
  ['a deviation of a channel of 0', { ...defaultPreprocessing, std: [1, 0, 2] }, 'preprocessing.std[1]: expected a number above 0, got 0'],
  ['a deviation of 0', { ...defaultPreprocessing, std: 0 }, 'preprocessing.std: expected a number above 0, got 0'],
  ['an unknown key', { ...defaultPreprocessing, gamma: 2 }, "preprocessing: unknown key 'gamma', expected version, crop, color, mean, std, photo"],
  ['half of a way from a photo', { ...defaultPreprocessing, photo: { detector: 'a' } }, 'preprocessing.photo.alignment: expected a text, got nothing'],
  ['a step that it does not know', { ...defaultPreprocessing, photo: { detector: 'a', alignment: 'b', mirror: true } }, "preprocessing.photo: unknown key 'mirror', expected detector, alignment"],
])('refuses %s and names the place', (_what, value, message) => {
  expect(() => parsePreprocessing(value)).toThrow(message);
});
