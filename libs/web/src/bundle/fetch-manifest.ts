import { BundleError, type Manifest, parseManifest } from '@facenet/export';
import { errorOf, ModelError } from '../errors.ts';
import type { ModelStore } from '../store/model-store.ts';
import { type Fetch, shown } from './fetch.ts';

/** How long a network that does not answer is waited for where there is a copy from before. */
const patienceMs = 5_000;

export interface FetchedManifest {
  readonly text: string;
  readonly manifest: Manifest;
}

/** `model.json` of the folder at `address`, from the network; the copy of the last visit where that is out of reach. */
export async function fetchManifest(address: string, store: ModelStore, fetch: Fetch, signal: AbortSignal): Promise<FetchedManifest> {
  const url = new URL('model.json', address).href;
  const kept = await store.manifest(address);
  try {
    const text = kept === undefined ? await ask(url, fetch, signal) : await withPatience(signal, (patient) => ask(url, fetch, patient));
    const fetched = read(url, text);
    if (text !== kept) await store.putManifest(address, text).catch(() => undefined);
    return fetched;
  } catch (error) {
    signal.throwIfAborted();
    // A network that asks for a login answers with pages of its own; a model that its server took away is gone.
    if (kept === undefined || error instanceof GoneError) throw error;
    return read(url, kept);
  }
}

async function ask(url: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal, cache: 'no-cache' });
    if (response.ok) return await response.text();
  } catch (error) {
    throw errorOf('model_not_reachable', `${url}: out of reach (${shown(error)})`);
  }
  const message = `${url}: the server answers ${response.status}; expected a bundle's folder, with model.json and model.onnx`;
  throw response.status < 500 ? new GoneError('model_not_reachable', message) : errorOf('model_not_reachable', message);
}

/** Calls with a signal that is aborted with the given one, or when patience ends. */
async function withPatience<T>(signal: AbortSignal, call: (patient: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => { controller.abort(signal.reason); };
  const patience = setTimeout(() => { controller.abort(new Error(`no answer within ${patienceMs / 1000} s`)); }, patienceMs);
  signal.addEventListener('abort', onAbort);
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
  }
}

/** The server is there and does not give the file. */
class GoneError extends ModelError {}

function read(url: string, text: string): FetchedManifest {
  try {
    return { text, manifest: parseManifest(text) };
  } catch (error) {
    throw error instanceof BundleError ? errorOf('model_broken', `${url}: ${error.message}`) : error;
  }
}
