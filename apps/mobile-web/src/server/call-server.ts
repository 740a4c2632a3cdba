import { type Client, createClient } from '@facenet/contract';
import { asServerError } from './server-error.ts';

export interface ServerAccess {
  readonly baseUrl: string;
  readonly secret?: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Longest wait for all of it; 20 s unless told. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 20_000;

/** Asks a server. A ServerError says in words why it did not. */
export async function callServer<T>({ baseUrl, secret }: ServerAccess, work: (client: Client, signal: AbortSignal) => Promise<T>, { signal, timeoutMs = usualTimeoutMs }: CallOptions = {}): Promise<T> {
  const client = createClient({ baseUrl, retries: 1, longestWaitSeconds: 5, ...(secret === undefined ? {} : { apiKey: secret }) });
  const ended = new AbortController();
  const abort = (): void => { ended.abort(signal?.reason); };
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(() => { ended.abort(new DOMException('no answer in time', 'TimeoutError')); }, timeoutMs);
  try {
    return await work(client, ended.signal);
  } catch (error) {
    throw asServerError(error, baseUrl);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
