import type { Progress } from '../embedder.ts';
import { errorOf, sendError } from '../errors.ts';
import type { CallName, Calls, FromWorker, ToWorker } from './calls.ts';

export interface Call {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type Handlers = {
  readonly [Name in CallName]: (ask: Calls[Name]['ask'], call: Call) => Promise<Calls[Name]['answer']> | Calls[Name]['answer'];
};

/** What of an answer need not be copied. */
export type TransferOf = (answer: Calls[CallName]['answer']) => Transferable[];

/** The part of a worker's global scope that is used. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, options?: { readonly transfer?: Transferable[] }): void;
}

/** The worker's end: answers calls one after the other, since networks run one at a time. */
export function answerCalls(scope: WorkerScope, handlers: Handlers, transferOf: TransferOf): void {
  const running = new Map<number, AbortController>();
  let last: Promise<void> = Promise.resolve();
  let broken: string | undefined;

  const answer = async (message: Extract<ToWorker, { kind: 'call' }>, { signal }: AbortController): Promise<void> => {
    const { id, name } = message;
    // Or a call that was aborted meanwhile would still be made.
    await letMessagesIn();
    try {
      signal.throwIfAborted();
      if (broken !== undefined) throw errorOf('worker_ended', `the embedder's runtime broke down before (${broken}); create a new embedder`);
      const handle = handlers[name] as (ask: unknown, call: Call) => unknown;
      const made = await handle(message.ask, { signal, onProgress: (progress) => { scope.postMessage({ kind: 'progress', id, progress }); } }) as Calls[CallName]['answer'];
      scope.postMessage({ kind: 'answer', id, answer: made }, { transfer: transferOf(made) });
    } catch (error) {
      // What WASM was stopped in the middle of is not to be gone on with.
      if (error instanceof WebAssembly.RuntimeError) broken = error.message;
      if (!signal.aborted) scope.postMessage({ kind: 'error', id, error: sendError(error) });
    } finally {
      running.delete(id);
    }
  };

  scope.onmessage = ({ data }) => {
    if (data.kind === 'abort') { running.get(data.id)?.abort(); return; }
    const controller = new AbortController();
    running.set(data.id, controller);
    last = last.then(() => answer(data, controller));
  };
}

/** Lets what waits in front of the worker come in; a timer would wait up to 4 ms. */
export function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); resolve(); };
    port2.postMessage(null);
  });
}
