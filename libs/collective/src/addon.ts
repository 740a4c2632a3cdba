import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CollectiveError, type Numbers } from './communicator.ts';

/** What native/addon.cc exports; one promise may be open at a time. */
export interface Addon {
  init(): { readonly rank: number; readonly size: number };
  barrier(): Promise<void>;
  allReduceSum(values: Float32Array): Promise<void>;
  /** `bytes[r]` come from rank r. */
  allGather(part: Numbers, whole: Numbers, bytes: Int32Array): Promise<void>;
  broadcast(values: Numbers, root: number): Promise<void>;
  finalize(): void;
  abort(exitCode: number): void;
}

const file = fileURLToPath(new URL('../dist/mpi.node', import.meta.url));
export const buildCommand = 'npx nx build-mpi @facenet/collective';

/** Why there is no addon to load; undefined where there is one. */
export function missingAddon(): string | undefined {
  return existsSync(file) ? undefined : `the MPI addon is not built; build it with: ${buildCommand} (needs Debian's g++ and libopenmpi-dev)`;
}

export function loadAddon(): Addon {
  const missing = missingAddon();
  if (missing !== undefined) throw new CollectiveError(missing);
  try {
    return createRequire(import.meta.url)(file) as Addon;
  } catch (error) {
    throw new CollectiveError(`${file}: cannot load the MPI addon (${(error as Error).message}); build it again with: ${buildCommand}`);
  }
}
