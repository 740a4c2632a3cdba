import type { EnrolmentQueue } from './enrolment-queue.ts';

export interface KeepSendingOptions {
  /** Hears `online`; the window, in a page. */
  readonly network: EventTarget;
  readonly isOnline: () => boolean;
  readonly onProblem?: (error: unknown) => void;
  /** Between two tries while something waits; doubled after each, up to the longest. */
  readonly firstWaitMs?: number;
  readonly longestWaitMs?: number;
}

export interface Sending {
  /** Something new waits. */
  nudge(): void;
  stop(): void;
}

const defaults = { firstWaitMs: 5000, longestWaitMs: 300_000 };

/** Sends what waits now, whenever the network comes back, and from time to time while a server is out of reach. */
export function keepSending(queue: Pick<EnrolmentQueue, 'send'>, options: KeepSendingOptions): Sending {
  const { network, isOnline, onProblem, firstWaitMs, longestWaitMs } = { ...defaults, ...options };
  const ended = new AbortController();
  let wait = firstWaitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function attempt(): Promise<void> {
    clearTimeout(timer);
    if (ended.signal.aborted || !isOnline()) return;
    let isLeft = true;
    try {
      isLeft = await queue.send(ended.signal) > 0;
    } catch (error) {
      if (!ended.signal.aborted) onProblem?.(error);
    }
    if (!isLeft || (ended.signal).aborted) return;
    timer = setTimeout(() => void attempt(), wait);
    wait = Math.min(2 * wait, longestWaitMs);
  }
  const nudge = (): void => {
    wait = firstWaitMs;
    void attempt();
  };
  network.addEventListener('online', nudge);
  nudge();
  return {
    nudge,
    stop: () => {
      ended.abort();
      clearTimeout(timer);
      network.removeEventListener('online', nudge);
    },
  };
}
