import { parseExperiment } from '../config/load.ts';
import { learningRateAt } from './schedule.ts';

const settings = (text: string) => parseExperiment(`data: { train: x }\nlearningRate: ${text}\n`, 'x.yaml').learningRate;

test('warm-up climbs linearly to the peak', () => {
  const rate = settings('{ peak: 0.4, schedule: constant, warmup: 0.2 }');
  expect([0.05, 0.1, 0.2, 1].map((progress) => learningRateAt(progress, rate))).toEqual([0.1, 0.2, 0.4, 0.4]);
});

test('cosine passes half of the peak in the middle and ends where told', () => {
  const rate = settings('{ peak: 1, schedule: cosine, warmup: 0, end: 0 }');
  // (1 + cos 60°) / 2 = 0.75 at a third of the way.
  expect(learningRateAt(1 / 3, rate)).toBeCloseTo(0.75, 12);
  expect(learningRateAt(0.5, rate)).toBeCloseTo(0.5, 12);
  expect(learningRateAt(1, settings('{ peak: 2, schedule: cosine, warmup: 0.1, end: 0.1 }'))).toBeCloseTo(0.2, 12);
});

test('linear goes straight to its end', () => {
  expect(learningRateAt(0.75, settings('{ peak: 1, schedule: linear, warmup: 0.5 }'))).toBeCloseTo(0.5, 12);
});

test('step multiplies at each milestone of the whole run', () => {
  const rate = settings('{ peak: 1, schedule: step, warmup: 0, milestones: [0.5, 0.8], factor: 0.1 }');
  expect([0.49, 0.5, 0.79].map((progress) => learningRateAt(progress, rate))).toEqual([1, 0.1, 0.1]);
  expect(learningRateAt(0.8, rate)).toBeCloseTo(0.01, 12);
});
