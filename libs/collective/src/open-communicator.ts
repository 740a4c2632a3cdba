import { loadAddon } from './addon.ts';
import { CollectiveError, type Communicator } from './communicator.ts';
import { MpiCommunicator } from './mpi-communicator.ts';
import { singleProcess } from './single-process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Longer than rank 0 takes for an evaluation or the final export, during which the others wait. */
const defaultLimitSeconds = 1800;

/**
 * The processes that Open MPI's mpirun has started together with this one, or this one alone.
 * FACENET_MPI_TIMEOUT changes how many seconds a rank waits for the others.
 */
export function openCommunicator(environment: Environment): Communicator {
  const { rank, size } = launchedAs(environment);
  if (size === 1) return singleProcess;
  const limitSeconds = Number(environment['FACENET_MPI_TIMEOUT'] ?? defaultLimitSeconds);
  if (!(limitSeconds > 0)) {
    throw new CollectiveError(`FACENET_MPI_TIMEOUT: expected a number of seconds above 0, got '${environment['FACENET_MPI_TIMEOUT']}'`);
  }
  try {
    // setTimeout counts up to 2³¹ ms.
    return new MpiCommunicator(loadAddon(), { limitSeconds: Math.min(limitSeconds, 2_000_000) });
  } catch (error) {
    throw new CollectiveError(`started by mpirun as rank ${rank} of ${size}: ${(error as Error).message}`);
  }
}

/** What mpirun says in the environment; rank 0 of 1 without it. Known before the addon is loaded. */
export function launchedAs(environment: Environment): { readonly rank: number; readonly size: number } {
  return { rank: Number(environment['OMPI_COMM_WORLD_RANK'] ?? 0), size: Number(environment['OMPI_COMM_WORLD_SIZE'] ?? 1) };
}
