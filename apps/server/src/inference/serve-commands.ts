import type { MessagePort } from 'node:worker_threads';
import { ProviderError } from '@facenet/engine/node';

export interface Command {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: Failure });

/** An error as plain data; threads share no classes. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** Of a ProviderError. */
  readonly provider?: { readonly name: ProviderError['provider']; readonly reason: string };
}

/** What a command answers, and which of its buffers are handed over instead of copied. */
export interface Reply {
  readonly result: unknown;
  readonly transfer?: readonly ArrayBuffer[];
}

/** The thread's side: answers each command, one after the other. */
export function serveCommands(port: MessagePort, commands: Readonly<Record<string, (argument: never) => Reply | Promise<Reply>>>): void {
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, name, argument }: Command) => {
    last = last.then(async () => {
      try {
        const { result, transfer = [] } = await commands[name]!(argument as never);
        port.postMessage({ id, result } satisfies Answer, [...transfer]);
      } catch (error) {
        port.postMessage({ id, error: failureOf(error) } satisfies Answer);
      }
    });
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  return error instanceof ProviderError ? { name, message, provider: { name: error.provider, reason: error.reason } } : { name, message };
}
