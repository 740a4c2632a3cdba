import { MovingAverage } from './moving-average.ts';

test('is the weighted sum of its definition', () => {
  const live = new Map([['w', Float32Array.of(1)]]);
  const average = new MovingAverage(0.5, live);
  // By hand: the first decays are min(0.5, 2/11), min(0.5, 3/12), …; 1 → 3 → 5.
  live.get('w')![0] = 3;
  average.follow(live, 1);
  expect(average.weights.get('w')![0]).toBeCloseTo((2 / 11) * 1 + (9 / 11) * 3, 6);
  live.get('w')![0] = 5;
  average.follow(live, 100);
  expect(average.weights.get('w')![0]).toBeCloseTo(0.5 * ((2 / 11) * 1 + (9 / 11) * 3) + 0.5 * 5, 6);
});

test('lends its weights to a measurement and gives the live ones back, also after an error', async () => {
  const live = new Map([['w', Float32Array.of(1)]]);
  const average = new MovingAverage(0.9, live);
  live.get('w')![0] = 7;
  expect(await average.within(live, () => Promise.resolve(live.get('w')![0]))).toBe(1);
  expect(live.get('w')![0]).toBe(7);
  await expect(average.within(live, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(live.get('w')![0]).toBe(7);
});
