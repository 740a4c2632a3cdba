import type { Manifest } from '@facenet/export';
import { errorOf } from '../errors.ts';
import type { ModelStore } from '../store/model-store.ts';
import { sha256 } from './digest.ts';
import { type Fetch, shown } from './fetch.ts';

/** A download that breaks off loses less than this. */
export const partBytes = 512 * 1024;

/** So often in a row may a download break off without a byte, before it is given up. */
const fruitlessTries = 2;

export interface ModelFetch {
  /** Of the bundle's folder. */
  readonly address: string;
  readonly manifest: Manifest;
  readonly store: ModelStore;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly onBytes: (loaded: number, fromCache: boolean) => void;
}

/**
 * `model.onnx`, with the size and digest that the manifest says: from the store, or downloaded, going on where an earlier
 * download broke off. What is wrong in the store is dropped; what the server gives wrongly is a ModelError.
 */
export async function fetchModel(request: ModelFetch): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest: { onnx: { sha256: digest }, name, modelId }, address, store, onBytes } = request;
  const kept = await store.model(digest);
  if (kept && await isRight(kept, request.manifest)) {
    onBytes(kept.length, true);
    return kept;
  }
  if (kept) await store.removeModel(digest);
  const onnx = await downloadRight(request);
  // A full disk costs the next visit a download, not this one its model.
  await store.putModel({ digest, bytes: onnx.length, name, modelId, address, storedAt: new Date().toISOString() }, onnx).catch(() => undefined);
  await store.removeParts(digest).catch(() => undefined);
  return onnx;
}

/** Once more from the beginning where ranges from before are of another file. */
async function downloadRight(request: ModelFetch): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest, store } = request;
  const { sha256: digest } = manifest.onnx;
  const download = new Download(request);
  const resumed = await download.takeParts() > 0;
  await download.run();
  if (await isRight(download.bytes, manifest)) return download.bytes;
  await store.removeParts(digest);
  if (resumed) return await downloadRight(request);
  throw errorOf('model_broken', `${download.url}: the file has the SHA-256 ${await sha256(download.bytes)}; model.json says ${digest}`);
}

async function isRight(bytes: Uint8Array<ArrayBuffer>, { onnx }: Manifest): Promise<boolean> {
  return bytes.length === onnx.bytes && await sha256(bytes) === onnx.sha256;
}

class Download {
  readonly url: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #request: ModelFetch;
  #loaded = 0;
  #storedParts = 0;

  constructor(request: ModelFetch) {
    this.#request = request;
    this.url = new URL(request.manifest.onnx.file, request.address).href;
    this.bytes = new Uint8Array(request.manifest.onnx.bytes);
  }

  /** What an earlier download left, up to the first gap; gives how many bytes. */
  async takeParts(): Promise<number> {
    const { store, manifest: { onnx: { sha256: digest } } } = this.#request;
    while (this.#loaded < this.bytes.length) {
      const part = await store.part(digest, this.#loaded);
      if (part?.length !== Math.min(partBytes, this.bytes.length - this.#loaded)) break;
      this.bytes.set(part, this.#loaded);
      this.#loaded += part.length;
    }
    this.#storedParts = this.#loaded;
    if (this.#loaded > 0) this.#request.onBytes(this.#loaded, true);
    return this.#loaded;
  }

  /** Until the last byte is there; goes on where the connection breaks off. */
  async run(): Promise<void> {
    const { signal } = this.#request;
    let fruitless = 0;
    while (this.#loaded < this.bytes.length) {
      const before = this.#loaded;
      try {
        await this.#readOnce();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof InterruptedError)) throw error;
        fruitless = this.#loaded > before ? 0 : fruitless + 1;
        if (fruitless < fruitlessTries) continue;
        throw errorOf('model_not_reachable', `${this.url}: the download broke off at ${this.#loaded} of ${this.bytes.length} bytes (${error.message}); the next one goes on there`);
      }
    }
  }

  async #readOnce(): Promise<void> {
    const response = await this.#ask();
    // A server without ranges sends everything again.
    if (response.status !== 206) { this.#loaded = 0; this.#storedParts = 0; }
    const reader = response.body!.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => { throw new InterruptedError(shown(error)); });
        if (done) break;
        this.#request.signal.throwIfAborted();
        await this.#take(value);
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    if (this.#loaded < this.bytes.length) throw new InterruptedError('the connection was closed');
  }

  async #ask(): Promise<Response> {
    const { fetch, signal } = this.#request;
    const from = this.#loaded;
    // The store keeps it; a second copy in the browser's own cache would only take room.
    const ask = async (headers: Record<string, string>): Promise<Response> => await fetch(this.url, { signal, cache: 'no-store', headers })
      .catch((error: unknown) => { throw new InterruptedError(shown(error)); });
    let response = await ask(from > 0 ? { range: `bytes=${from}-` } : {});
    if (from > 0 && (response.status === 416 || (response.status === 206 && !startsAt(response, from)))) {
      await response.body?.cancel();
      response = await ask({});
    }
    if (response.ok && response.body) return response;
    if (response.status >= 500) throw new InterruptedError(`the server answers ${response.status}`);
    throw errorOf('model_not_reachable', `${this.url}: the server answers ${response.status}`);
  }

  async #take(chunk: Uint8Array): Promise<void> {
    const { manifest: { onnx: { bytes, sha256: digest } }, store, onBytes } = this.#request;
    if (this.#loaded + chunk.length > bytes) throw errorOf('model_broken', `${this.url}: the file has more than the ${bytes} bytes that model.json says`);
    this.bytes.set(chunk, this.#loaded);
    this.#loaded += chunk.length;
    onBytes(this.#loaded, false);
    while (this.#loaded - this.#storedParts >= partBytes) {
      const start = this.#storedParts;
      this.#storedParts += partBytes;
      await store.putPart(digest, start, this.bytes.slice(start, start + partBytes)).catch(() => undefined);
    }
  }
}

/** The connection, not the file: trying again may help. */
class InterruptedError extends Error {}

function startsAt(response: Response, from: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${from}-`) ?? false;
}
