import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { PoolDatabase, searchSettings } from '../pool-database.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { WorkerStream } from './worker-stream.ts';

export interface EmbeddedOptions {
  /** Candidates that a search over an index looks at. */
  readonly candidates: number;
}

/** A PostgreSQL of our own in a thread of its own, on a folder that no one else may open. */
export async function openEmbedded(dataFolder: string, options: EmbeddedOptions): Promise<PoolDatabase> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const unlock = lockDataFolder(dataFolder);
  const worker = new Worker(new URL('./pglite-worker.mjs', import.meta.url), {
    workerData: { folder: dataFolder, searchSettings: searchSettings(options.candidates) },
    // Its output would mix with ours; errors come as messages.
    stdout: true,
    stderr: true,
  });
  try {
    await next(worker, 'ready');
  } catch (error) {
    await worker.terminate();
    unlock();
    throw new Error(`${dataFolder}: the embedded store does not open (${(error as Error).message})`, { cause: error });
  }
  // One session: its prepared statements and settings end with the thread, so the connection is never renewed.
  const pool = new pg.Pool({
    user: 'postgres', database: 'postgres', password: '', max: 1, idleTimeoutMillis: 0, stream: () => new WorkerStream(worker),
  });
  return new PoolDatabase('embedded', pool, async () => {
    worker.postMessage({ close: true });
    await next(worker, 'closed').catch(() => undefined);
    await worker.terminate();
    unlock();
  });
}

function next(worker: Worker, what: 'ready' | 'closed'): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      settle();
    };
    const onMessage = (message: object): void => {
      if (what in message) finish(resolve);
      else if ('error' in message) finish(() => { reject(new Error(String(message.error))); });
    };
    const onError = (error: unknown): void => { finish(() => { reject(error instanceof Error ? error : new Error(String(error))); }); };
    const onExit = (code: number): void => { finish(() => { reject(new Error(`its thread ended with code ${code}`)); }); };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
