import type { Communicator } from './communicator.ts';

/** Open MPI counts up to 2³¹; a message stays far below. */
const largestMessage = 2 ** 28;

/** What rank 0 has, everywhere; the other ranks need not know how much it is and pass nothing. Undefined stays undefined. */
export async function broadcastBytes(communicator: Communicator, bytes: Uint8Array | undefined): Promise<Uint8Array | undefined> {
  const length = Float64Array.of(bytes?.length ?? -1);
  await communicator.broadcast(length);
  if (length[0]! < 0) return undefined;
  const received = communicator.rank === 0 ? bytes! : new Uint8Array(length[0]!);
  for (let start = 0; start < received.length; start += largestMessage) {
    await communicator.broadcast(received.subarray(start, start + largestMessage));
  }
  return received;
}
