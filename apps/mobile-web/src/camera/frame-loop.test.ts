import { createFrameLoop } from './frame-loop.ts';

/** A camera whose frames come when the test says so. */
function camera() {
  let waiting: (() => void) | undefined;
  let wishes = 0;
  return {
    get wishes() { return wishes; },
    get isAsked() { return waiting !== undefined; },
    frame: () => { const call = waiting; waiting = undefined; call?.(); },
    nextFrame: (call: () => void) => {
      wishes++;
      waiting = call;
      return () => { waiting = undefined; };
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('looks at one frame at a time and never at one that came meanwhile', async () => {
  const source = camera();
  const ends: (() => void)[] = [];
  const loop = createFrameLoop({ nextFrame: source.nextFrame, look: () => new Promise<void>((end) => { ends.push(end); }), onFailure: () => undefined });
  loop.start();
  source.frame();
  // Thirty frames pass while the first is looked at.
  for (let i = 0; i < 30; i++) source.frame();
  expect([ends.length, source.isAsked]).toEqual([1, false]);
  ends[0]!();
  await settled();
  expect([ends.length, source.isAsked]).toEqual([1, true]);
  source.frame();
  expect(ends.length).toBe(2);
});

test('stops at once, and a look that is under way does not go on', async () => {
  const source = camera();
  const ends: (() => void)[] = [];
  const loop = createFrameLoop({ nextFrame: source.nextFrame, look: () => new Promise<void>((end) => { ends.push(end); }), onFailure: () => undefined });
  loop.start();
  loop.stop();
  source.frame();
  expect(ends.length).toBe(0);
  loop.start();
  source.frame();
  loop.stop();
  ends[0]!();
  await settled();
  expect([loop.isRunning, source.isAsked]).toEqual([false, false]);
});

test('started again while a look is under way it has one line of frames', async () => {
  const source = camera();
  const ends: (() => void)[] = [];
  const loop = createFrameLoop({ nextFrame: source.nextFrame, look: () => new Promise<void>((end) => { ends.push(end); }), onFailure: () => undefined });
  loop.start();
  source.frame();
  loop.stop();
  loop.start();
  expect(source.wishes).toBe(1);
  ends[0]!();
  await settled();
  expect(source.wishes).toBe(2);
});

test('ends with what went wrong', async () => {
  const source = camera();
  const failures: unknown[] = [];
  const loop = createFrameLoop({ nextFrame: source.nextFrame, look: () => Promise.reject(new Error('the worker ended')), onFailure: (error) => { failures.push(error); } });
  loop.start();
  source.frame();
  await settled();
  expect([failures, loop.isRunning, source.isAsked]).toEqual([[new Error('the worker ended')], false, false]);
});
