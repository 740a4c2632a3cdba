import type { ModelStore, StoredModel } from './model-store.ts';

/** For browsers that keep nothing: a private window, a full disk. It lasts as long as the worker. */
export class MemoryStore implements ModelStore {
  readonly #manifests = new Map<string, string>();
  readonly #models = new Map<string, { readonly model: StoredModel; readonly onnx: Uint8Array<ArrayBuffer> }>();
  readonly #parts = new Map<string, Map<number, Uint8Array<ArrayBuffer>>>();

  manifest(address: string): Promise<string | undefined> {
    return Promise.resolve(this.#manifests.get(address));
  }

  putManifest(address: string, text: string): Promise<void> {
    this.#manifests.set(address, text);
    return Promise.resolve();
  }

  model(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.#models.get(digest)?.onnx.slice());
  }

  putModel(model: StoredModel, onnx: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#models.set(model.digest, { model, onnx: onnx.slice() });
    return Promise.resolve();
  }

  models(): Promise<StoredModel[]> {
    return Promise.resolve([...this.#models.values()].map(({ model }) => model));
  }

  removeModel(digest: string): Promise<void> {
    this.#models.delete(digest);
    return this.removeParts(digest);
  }

  part(digest: string, start: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.#parts.get(digest)?.get(start)?.slice());
  }

  putPart(digest: string, start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const parts = this.#parts.get(digest) ?? new Map<number, Uint8Array<ArrayBuffer>>();
    this.#parts.set(digest, parts.set(start, bytes.slice()));
    return Promise.resolve();
  }

  removeParts(digest: string): Promise<void> {
    this.#parts.delete(digest);
    return Promise.resolve();
  }
}
