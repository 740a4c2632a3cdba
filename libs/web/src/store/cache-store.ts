import type { ModelStore, StoredModel } from './model-store.ts';

const cacheName = 'facenet-models-1';
const describedBy = 'x-facenet-model';

/** In the browser's Cache API, under addresses that no server is asked for. */
export class CacheStore implements ModelStore {
  readonly #cache: Cache;

  private constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Undefined where the browser keeps nothing. */
  static async open(): Promise<CacheStore | undefined> {
    if (!('caches' in globalThis)) return undefined;
    try {
      return new CacheStore(await caches.open(cacheName));
    } catch {
      return undefined;
    }
  }

  async manifest(address: string): Promise<string | undefined> {
    return await (await this.#cache.match(manifestKey(address)))?.text();
  }

  async putManifest(address: string, text: string): Promise<void> {
    await this.#cache.put(manifestKey(address), new Response(text, { headers: { 'content-type': 'application/json' } }));
  }

  async model(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return await this.#bytes(modelKey(digest));
  }

  async putModel(model: StoredModel, onnx: Uint8Array<ArrayBuffer>): Promise<void> {
    // Headers take no letters beyond Latin 1.
    await this.#put(modelKey(model.digest), onnx, { [describedBy]: encodeURIComponent(JSON.stringify(model)) });
  }

  async models(): Promise<StoredModel[]> {
    const found: StoredModel[] = [];
    for (const request of await this.#cache.keys()) {
      if (!new URL(request.url).pathname.startsWith(`${root}models/`)) continue;
      const described = (await this.#cache.match(request))?.headers.get(describedBy);
      if (described) found.push(JSON.parse(decodeURIComponent(described)) as StoredModel);
    }
    return found;
  }

  async removeModel(digest: string): Promise<void> {
    await this.#cache.delete(modelKey(digest));
    await this.removeParts(digest);
  }

  async part(digest: string, start: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return await this.#bytes(partKey(digest, start));
  }

  async putPart(digest: string, start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#put(partKey(digest, start), bytes, {});
  }

  async removeParts(digest: string): Promise<void> {
    for (const request of await this.#cache.keys()) {
      if (new URL(request.url).pathname.startsWith(`${root}parts/${digest}/`)) await this.#cache.delete(request);
    }
  }

  async #bytes(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const response = await this.#cache.match(key);
    return response && new Uint8Array(await response.arrayBuffer());
  }

  async #put(key: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<void> {
    await this.#cache.put(key, new Response(bytes, { headers: { 'content-type': 'application/octet-stream', ...headers } }));
  }
}

const root = '/.facenet/';
/** Of the origin, since a worker's own address may be no place to be relative to. */
const keyOf = (path: string): string => new URL(`${root}${path}`, globalThis.location.origin).href;
const modelKey = (digest: string): string => keyOf(`models/${digest}`);
const partKey = (digest: string, start: number): string => keyOf(`parts/${digest}/${start}`);
const manifestKey = (address: string): string => keyOf(`manifests/${encodeURIComponent(address)}`);
