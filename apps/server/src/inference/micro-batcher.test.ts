import type { Clock } from './clock.ts';
import { BusyError } from './embedder.ts';
import { MicroBatcher, type MicroBatcherOptions } from './micro-batcher.ts';

/** Time that passes when the test says so. */
class TestClock implements Clock {
  #time = 0;
  #timers: { readonly at: number; readonly work: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.#time + milliseconds, work };
    this.#timers.push(timer);
    return () => { this.#timers = this.#timers.filter((each) => each !== timer); };
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#time);
    this.#timers = this.#timers.filter(({ at }) => at > this.#time);
    for (const { work } of due) work();
  }
}

/** Batches that end when the test says so; the result of an item is ten times the item. */
function batcherOf(options: Partial<MicroBatcherOptions<number, number>> = {}) {
  const clock = new TestClock();
  const batches: { readonly items: readonly number[]; readonly lane: number; readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  const batcher = new MicroBatcher<number, number>({
    lanes: 1, maxBatch: 4, maxWaitMs: 5, capacity: 10, clock,
    run: (items, lane) => new Promise((resolve, reject) => {
      batches.push({ items, lane, fail: reject, end: () => { resolve(items.map((item) => 10 * item)); } });
    }),
    ...options,
  });
  return { clock, batches, batcher };
}

const settle = async (): Promise<void> => { for (let i = 0; i < 10; i++) await Promise.resolve(); };

test('waits for company no longer than it is told to', async () => {
  const { clock, batches, batcher } = batcherOf();
  const first = batcher.submit([1]);
  clock.pass(3);
  const second = batcher.submit([2, 3]);
  clock.pass(1);
  expect(batches).toHaveLength(0);
  clock.pass(1);
  expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  expect(batcher.load).toEqual({ waiting: 0, running: 3, capacity: 10 });
  batches[0]!.end();
  expect(await first).toEqual([10]);
  expect(await second).toEqual([20, 30]);
  expect(batcher.load.running).toBe(0);
});

test('starts a full batch at once, and the next as soon as a lane is done', async () => {
  const { batches, batcher } = batcherOf();
  const all = batcher.submit([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4]]);
  batches[0]!.end();
  await settle();
  batches[1]!.end();
  await settle();
  expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [5, 6, 7, 8]]);
  // The last one is alone, but has no time to wait if nothing else is taken.
  const drained = batcher.drain();
  batches[2]!.end();
  await drained;
  expect(await all).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test('has a batch on each lane at the same time, and never two on one', async () => {
  const { batches, batcher } = batcherOf({ lanes: 2, maxBatch: 1 });
  const all = batcher.submit([1, 2, 3]);
  expect(batches.map(({ items, lane }) => [items[0], lane])).toEqual([[1, 0], [2, 1]]);
  batches[1]!.end();
  await settle();
  expect(batches.map(({ items, lane }) => [items[0], lane])).toEqual([[1, 0], [2, 1], [3, 1]]);
  batches[0]!.end();
  batches[2]!.end();
  expect(await all).toEqual([10, 20, 30]);
});

test('refuses what does not fit, and says when to come again by its own pace', async () => {
  const { clock, batches, batcher } = batcherOf({ maxBatch: 2 });
  const measured = batcher.submit([1, 2]);
  // Two images in a second.
  clock.pass(1000);
  batches[0]!.end();
  await measured;
  const taken = batcher.submit([1, 2, 3, 4, 5, 6, 7, 8]);
  const refused: unknown = await batcher.submit([1, 2, 3]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BusyError);
  // Eight images are before it, half a second each.
  expect((refused as BusyError).retryAfterSeconds).toBe(4);
  await expect(batcher.submit(new Array<number>(11).fill(0))).rejects.toThrow('11 images at once; expected at most 10');
  for (let i = 1; i <= 4; i++) {
    batches[i]!.end();
    await settle();
  }
  expect(await taken).toHaveLength(8);
});

test('drops what waits when its request is given up, and gives its place to others', async () => {
  const { batches, batcher } = batcherOf({ maxBatch: 2, capacity: 4 });
  const running = batcher.submit([1, 2]);
  const abort = new AbortController();
  const given = batcher.submit([3, 4], abort.signal);
  await expect(batcher.submit([5])).rejects.toBeInstanceOf(BusyError);
  abort.abort(new Error('the client left'));
  await expect(given).rejects.toThrow('the client left');
  expect(batcher.load.waiting).toBe(0);
  const next = batcher.submit([5, 6]);
  batches[0]!.end();
  await running;
  await settle();
  expect(batches.map(({ items }) => items)).toEqual([[1, 2], [5, 6]]);
  batches[1]!.end();
  expect(await next).toEqual([50, 60]);
  await expect(batcher.submit([7], AbortSignal.abort(new Error('left before')))).rejects.toThrow('left before');
});

test('lets a request that breaks its batch fail alone', async () => {
  const ran: number[][] = [];
  const { batcher } = batcherOf({
    run: (items) => {
      ran.push([...items]);
      return items.includes(2) ? Promise.reject(new Error('2 is no face')) : Promise.resolve(items.map((item) => 10 * item));
    },
  });
  const [first, second] = [batcher.submit([1]), batcher.submit([2, 3])];
  const third = batcher.submit([4]);
  await expect(second).rejects.toThrow('2 is no face');
  expect(await first).toEqual([10]);
  expect(await third).toEqual([40]);
  expect(ran).toEqual([[1, 2, 3, 4], [1], [2, 3], [4]]);
});

test('ends what was taken before it is drained, and takes nothing more', async () => {
  const { batches, batcher } = batcherOf({ maxBatch: 2 });
  const taken = batcher.submit([1, 2, 3]);
  let drained = false;
  const draining = batcher.drain().then(() => { drained = true; });
  await expect(batcher.submit([4])).rejects.toThrow('disposed');
  batches[0]!.end();
  await settle();
  expect(drained).toBe(false);
  batches[1]!.end();
  expect(await taken).toEqual([10, 20, 30]);
  await draining;
  await batcher.drain();
});
