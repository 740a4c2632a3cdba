/** Runs works, at most so many at a time, in the order in which they came. */
export function createQueue(most: number): (work: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = (): void => {
    if (running >= most) return;
    const work = waiting.shift();
    if (work === undefined) return;
    running++;
    // One that fails has said so itself; the others go on.
    void work().catch(() => undefined).finally(() => {
      running--;
      next();
    });
  };
  return (work) => {
    waiting.push(work);
    next();
  };
}
