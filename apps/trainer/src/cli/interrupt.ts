import { exitCodes } from './errors.ts';
import { say } from './output.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** SIGUSR2 is what mpirun hands on without ending its processes soon after. */
const signals = ['SIGINT', 'SIGTERM', 'SIGUSR2'] as const;

/** The first Ctrl-C (or SIGTERM, SIGUSR2) asks the work to end well; the second one ends the process. */
export function listenForInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say(`\n${message} (once more to stop at once)`);
    controller.abort();
  };
  return { signal: controller.signal, dispose: listen(onSignal) };
}

/** For a process that another one tells when to stop. */
export function ignoreInterrupts(): Interrupt {
  return { signal: new AbortController().signal, dispose: listen(() => undefined) };
}

function listen(listener: () => void): () => void {
  for (const name of signals) process.on(name, listener);
  return () => { for (const name of signals) process.off(name, listener); };
}
