import { defaultPreprocessing, parsePreprocessing } from './index.ts';

it('reads back what a bundle stored', () => {
  expect(parsePreprocessing(JSON.parse(JSON.stringify(defaultPreprocessing)))).toEqual(defaultPreprocessing);
});

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'preprocessing: expected an object, got nothing'],
  ['another kernel', { ...defaultPreprocessing, version: 'face-2' }, "preprocessing.version: expected 'face-1', got \"face-2\""],
  ['a crop it does not know', { ...defaultPreprocessing, crop: { kind: 'tight', scale: 1 } }, "preprocessing.crop.kind: expected 'centre', got \"tight\""],
  ['a scale of 0', { ...defaultPreprocessing, crop: { kind: 'centre', scale: 0 } }, 'preprocessing.crop.scale: expected a number above 0, got 0'],
  ['a missing mean', { ...defaultPreprocessing, mean: undefined }, 'preprocessing.mean: expected a number, got nothing'],
  ['a deviation of 0', { ...defaultPreprocessing, std: 0 }, 'preprocessing.std: expected a number above 0, got 0'],
  ['an unknown key', { ...defaultPreprocessing, gamma: 2 }, "preprocessing: unknown key 'gamma', expected version, crop, color, mean, std"],
])('refuses %s and names the place', (_what, value, message) => {
  expect(() => parsePreprocessing(value)).toThrow(message);
});
