/** Half a frame of sixty a second: the other half is the page's. */
const usualMs = 8;

interface WithScheduler {
  readonly scheduler?: { yield?(): Promise<void> };
}

/**
 * A pause for `runGently` that is none until so many milliseconds of work have gone by. A timer at every step would cost more
 * than the work, since browsers make timers wait for four milliseconds.
 */
export function createPace(ms = usualMs, letOthersWork: () => Promise<unknown> = nextTask): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < ms) return;
    await letOthersWork();
    since = performance.now();
  };
}

function nextTask(): Promise<unknown> {
  const { scheduler } = globalThis as WithScheduler;
  return scheduler?.yield?.() ?? new Promise((resolve) => { setTimeout(resolve); });
}
