import { errorOf } from '../errors.ts';
import { WorkerLink } from './worker-link.ts';

export function startWorker(): WorkerLink {
  try {
    // Bundlers know this form, and build the worker with its own parts.
    return new WorkerLink(new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'facenet' }));
  } catch (error) {
    throw errorOf('not_supported', `no worker can be started (${error instanceof Error ? error.message : String(error)}); its script must be of the page's own origin`);
  }
}
