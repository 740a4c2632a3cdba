import type { Communicator } from './communicator.ts';

/**
 * Adds arrays up over all ranks, in place, with few messages: what lies one behind the other in one buffer goes together.
 * Every rank must give the same arrays in the same order.
 */
export async function allReduceArrays(communicator: Communicator, arrays: readonly Float32Array[]): Promise<void> {
  for (const run of contiguousRuns(arrays)) await communicator.allReduceSum(run);
}

/** The same numbers as fewer and longer arrays. */
export function contiguousRuns(arrays: readonly Float32Array[]): Float32Array[] {
  const runs: Float32Array[] = [];
  for (const values of arrays) {
    const last = runs.at(-1);
    if (last?.buffer === values.buffer && last.byteOffset + last.byteLength === values.byteOffset) {
      runs[runs.length - 1] = new Float32Array(last.buffer, last.byteOffset, last.length + values.length);
    } else if (values.length > 0) {
      runs.push(values);
    }
  }
  return runs;
}
