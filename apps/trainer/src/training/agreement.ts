import type { Communicator } from '@facenet/collective';
import type { RunClock } from './clock.ts';

/** What must not differ between ranks: how late it is, and whether the run was asked to stop. */
export interface Agreement {
  /** Time spent training, over all resumptions. */
  readonly minutes: number;
  readonly stop: boolean;
}

/** Rank 0's clock and rank 0's Ctrl-C, everywhere. */
export async function agree(communicator: Communicator, clock: RunClock, signal: AbortSignal): Promise<Agreement> {
  const told = Float64Array.of(clock.minutes, Number(signal.aborted));
  await communicator.broadcast(told);
  return { minutes: told[0]!, stop: told[1] === 1 };
}
