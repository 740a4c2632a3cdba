import { WorkerLink } from './worker-link.ts';

/** One file from sources and in the build: bundlers know this form and build the worker with its own parts. */
export function startWorker(): WorkerLink {
  return new WorkerLink(new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'facenet' }));
}
