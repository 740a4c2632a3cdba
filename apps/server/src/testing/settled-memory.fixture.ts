import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Memory {
  /** Bytes of the whole process, native libraries and threads included. */
  readonly resident: number;
  /** Bytes of what JavaScript still refers to, with array buffers. */
  readonly held: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Memory after what nobody refers to any more is gone. Two rounds: a finaliser frees in the second what it was told of in the first. */
export async function settledMemory(): Promise<Memory> {
  for (let round = 0; round < 2; round++) {
    collect();
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, held: heapUsed + external };
}
