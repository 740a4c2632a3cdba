import { exitCodes } from './errors.ts';
import { say } from './output.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** The first Ctrl-C (or SIGTERM) asks the work to end well; the second one ends the process. */
export function listenForInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say(`\n${message} (once more to stop at once)`);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => { for (const name of signals) process.off(name, onSignal); },
  };
}
