import { progressOf, stepsOf } from './length.ts';

const pace = { trainImages: 1000, batchSize: 128 };

test('counts steps of a length in any unit', () => {
  expect(stepsOf({ steps: 7 }, pace)).toBe(7);
  // 2 × 1000 / 128 = 15.6
  expect(stepsOf({ epochs: 2 }, pace)).toBe(16);
  // 129 images need a second batch.
  expect(stepsOf({ examples: 129 }, pace)).toBe(2);
  expect(stepsOf({ minutes: 3 }, pace)).toBeUndefined();
});

test('progress follows steps or the clock, and ends at 1', () => {
  expect(progressOf({ steps: 10 }, pace, { step: 4, minutes: 99 })).toBeCloseTo(0.4);
  expect(progressOf({ minutes: 10 }, pace, { step: 4, minutes: 5 })).toBeCloseTo(0.5);
  expect(progressOf({ steps: 10 }, pace, { step: 12, minutes: 0 })).toBe(1);
});
