import { setTimeout as sleep } from 'node:timers/promises';
import { type Communicator, launchedAs, openCommunicator } from '@facenet/collective';
import { describeError, exitCodeOf, isVerbose } from './errors.ts';
import { say } from './output.ts';

/** Rank 0 mostly fails of the same reason and says it; once it ends, mpirun ends us. */
const firstWordMilliseconds = 2000;

/**
 * Runs `body` as one of the processes that mpirun has started, or alone. An error of one ends them all, since the others
 * would wait for it.
 */
export async function asRank<T>(body: (communicator: Communicator) => Promise<T>): Promise<T> {
  const { rank, size } = launchedAs(process.env);
  let communicator: Communicator | undefined;
  try {
    communicator = openCommunicator(process.env);
    const result = await body(communicator);
    await communicator.close();
    return result;
  } catch (error) {
    if (size === 1) throw error;
    if (rank > 0) {
      process.on('SIGTERM', () => process.exit(exitCodeOf(error)));
      await sleep(firstWordMilliseconds);
    }
    say(`facenet: ${rank > 0 ? `rank ${rank}: ` : ''}${describeError(error, isVerbose(process.argv))}`);
    communicator?.abort(exitCodeOf(error));
    process.exit(exitCodeOf(error));
  }
}
