import { createHash } from 'node:crypto';
import { CollectiveError, type Communicator } from './communicator.ts';

/** Ends with CollectiveError on all ranks where one has something else than rank 0; `what` names it in the message. */
export async function requireSame(communicator: Communicator, what: string, content: Iterable<string | Uint8Array | Float32Array>): Promise<void> {
  if (communicator.size === 1) return;
  const mine = digest(content);
  const all = await communicator.allGather(mine);
  const differing = Array.from({ length: communicator.size }, (_, rank) => rank)
    .filter((rank) => all.subarray(rank * mine.length, (rank + 1) * mine.length).some((byte, i) => byte !== all[i]));
  if (differing.length === 0) return;
  throw new CollectiveError(`${what}: rank ${differing.join(', ')} of ${communicator.size} has other ones than rank 0`);
}

function digest(content: Iterable<string | Uint8Array | Float32Array>): Uint8Array {
  const hash = createHash('sha256');
  for (const part of content) {
    hash.update(typeof part === 'string' ? part : new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return new Uint8Array(hash.digest());
}
