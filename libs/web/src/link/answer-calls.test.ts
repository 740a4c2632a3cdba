import type { FromWorker, ToWorker } from './calls.ts';
import { answerCalls, type Handlers, type WorkerScope } from './answer-calls.ts';

/** A worker's scope whose other end is here. */
function openScope(handlers: Partial<Handlers>): { readonly send: (message: ToWorker) => void; readonly answers: FromWorker[]; readonly answered: (count: number) => Promise<void> } {
  const answers: FromWorker[] = [];
  let onAnswer = (): void => undefined;
  const scope: WorkerScope = { onmessage: null, postMessage: (message) => { answers.push(message); onAnswer(); } };
  answerCalls(scope, handlers as Handlers, () => []);
  return {
    answers,
    send: (message) => { scope.onmessage!({ data: message } as MessageEvent<ToWorker>); },
    answered: (count) => new Promise((resolve) => {
      onAnswer = () => { if (answers.length >= count) resolve(); };
      onAnswer();
    }),
  };
}

const prepare = (id: number): ToWorker => ({ kind: 'call', id, name: 'prepare', ask: null });
const adapter = (id: number): ToWorker => ({ kind: 'call', id, name: 'adapter', ask: null });

test('answers one call after the other, in their order', async () => {
  const steps: string[] = [];
  const slow = async (name: string): Promise<never> => {
    steps.push(`${name} begins`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    steps.push(`${name} ends`);
    return name as never;
  };
  const { send, answers, answered } = openScope({ prepare: () => slow('prepare'), adapter: () => slow('adapter') });
  send(prepare(1));
  send(adapter(2));
  await answered(2);
  expect(steps).toEqual(['prepare begins', 'prepare ends', 'adapter begins', 'adapter ends']);
  expect(answers).toEqual([{ kind: 'answer', id: 1, answer: 'prepare' }, { kind: 'answer', id: 2, answer: 'adapter' }]);
});

test('makes no call that was aborted while it waited, and answers it nothing', async () => {
  const made: string[] = [];
  const { send, answers, answered } = openScope({ prepare: () => { made.push('prepare'); return null as never; }, adapter: () => { made.push('adapter'); return null as never; } });
  send(prepare(1));
  send(adapter(2));
  send({ kind: 'abort', id: 1 });
  await answered(1);
  expect([made, answers.map(({ id }) => id)]).toEqual([['adapter'], [2]]);
});

test('goes on after an error, and not after WASM was stopped in the middle', async () => {
  const errors = [new TypeError('a slip'), new WebAssembly.RuntimeError('Aborted(OOM)')];
  const { send, answers, answered } = openScope({ prepare: () => { throw errors.shift()!; }, adapter: () => ({ isSoftware: false }) });
  [prepare(1), adapter(2), prepare(3), adapter(4)].forEach(send);
  await answered(4);
  expect(answers).toEqual([
    { kind: 'error', id: 1, error: { code: 'failed', message: 'a slip' } },
    { kind: 'answer', id: 2, answer: { isSoftware: false } },
    { kind: 'error', id: 3, error: { code: 'out_of_memory', message: 'Aborted(OOM)' } },
    { kind: 'error', id: 4, error: { code: 'worker_ended', message: "the embedder's runtime broke down before (Aborted(OOM)); create a new embedder" } },
  ]);
});
