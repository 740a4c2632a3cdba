import { createQueue } from './queue.ts';

test('runs so many works at a time, in their order, and goes on after one that fails', async () => {
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const enqueue = createQueue(2);
  for (let i = 0; i < 4; i++) {
    enqueue(() => {
      began.push(i);
      return new Promise<void>((resolve, reject) => { ends.push(i === 0 ? () => { reject(new Error('gone')); } : resolve); });
    });
  }
  expect(began).toEqual([0, 1]);
  ends[0]!();
  await new Promise(setImmediate);
  expect(began).toEqual([0, 1, 2]);
  ends[1]!();
  await new Promise(setImmediate);
  expect(began).toEqual([0, 1, 2, 3]);
});
