// Run by the tests under mpirun: every operation once; what this rank got goes to stdout as one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { allReduceArrays, broadcastBytes, type Communicator, openCommunicator, requireSame } from './index.ts';

type Scene = (communicator: Communicator) => Promise<unknown>;

const scenes: Readonly<Record<string, Scene>> = {
  operations: async (communicator) => {
    const { rank, size } = communicator;
    // Rank r brings r + 1 numbers, so the parts differ in length.
    const gathered = await communicator.allGather(Float32Array.from({ length: rank + 1 }, (_, i) => 10 * rank + i));
    const labels = await communicator.allGather(Int32Array.of(rank, -rank));
    const shared = new Float32Array(new SharedArrayBuffer(40)).map((_, i) => i);
    const memory = new Float32Array(new SharedArrayBuffer(40));
    memory.set(shared.map((value) => value * (rank + 1)));
    await allReduceArrays(communicator, [memory.subarray(0, 3), memory.subarray(3, 9), Float32Array.of(rank)]);
    const told = Float64Array.of(rank + 0.5);
    await communicator.broadcast(told, size - 1);
    const bytes = await broadcastBytes(communicator, rank === 0 ? Uint8Array.of(7, 8, 9) : undefined);
    const nothing = await broadcastBytes(communicator, undefined);
    await requireSame(communicator, 'weights', ['a', memory.subarray(0, 9)]);
    const different = await requireSame(communicator, 'the weights', [String(rank)]).catch(String);
    // Started together and never awaited in between: they still run one after the other.
    const queue = await Promise.all([communicator.allGather(Int32Array.of(rank)), communicator.barrier(), communicator.allGather(Int32Array.of(rank))]);
    return {
      rank, size, gathered: [...gathered], labels: [...labels], memory: [...memory], told: [...told], bytes: [...bytes!],
      nothing: nothing ?? null, different, queue: [[...queue[0]], [...queue[2]]],
    };
  },
  /** Rank 1 never comes; rank 0 must not wait for ever. */
  hangs: async (communicator) => {
    if (communicator.rank === 1) await sleep(600_000);
    await communicator.allReduceSum(new Float32Array(10));
    return 'all came';
  },
  dies: async (communicator) => {
    if (communicator.rank === 1) process.kill(process.pid, 'SIGKILL');
    await communicator.barrier();
    return 'all came';
  },
};

let communicator: Communicator | undefined;
try {
  communicator = openCommunicator(process.env);
  const result = await scenes[process.argv[2]!]!(communicator);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await communicator.close();
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
  communicator?.abort(3);
}
