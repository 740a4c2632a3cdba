import { photoFit } from '@facenet/detect';
import { FaceError, parsePreprocessing } from '@facenet/face';
import type { Manifest } from '@facenet/export';
import { errorOf } from '../errors.ts';
import type { Call } from '../link/answer-calls.ts';
import type { LoadedFiles } from '../link/calls.ts';
import { CacheStore } from '../store/cache-store.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Fetch } from './fetch.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { fetchModel } from './fetch-model.ts';

export interface BundleLoading extends Call {
  readonly fetchDetector: (call: Call) => Promise<NonNullable<LoadedFiles['detector']>>;
  readonly fetch?: Fetch;
}

/** The files of a bundle and, where it is for photos, of the detector. */
export async function loadBundle(address: string, { fetchDetector, fetch = (url, init) => globalThis.fetch(url, init), ...call }: BundleLoading): Promise<LoadedFiles> {
  const { signal, onProgress } = call;
  const store = await CacheStore.open() ?? new MemoryStore();
  const { text, manifest } = await fetchManifest(address, store, fetch, signal);
  const onBytes = (loadedBytes: number, fromCache: boolean): void => {
    onProgress({ stage: 'download', what: 'model', loadedBytes, totalBytes: manifest.onnx.bytes, fromCache });
  };
  const [onnx, detector] = await Promise.all([
    alone(`facenet ${manifest.onnx.sha256}`, signal, () => fetchModel({ address, manifest, store, fetch, signal, onBytes })),
    isForPhotos(manifest) ? fetchDetector(call) : null,
  ]);
  return { modelId: manifest.modelId, manifest: text, onnx, detector };
}

/** One at a time of those with the same name in all windows of this origin: the second finds in the store what the first downloaded. */
async function alone<T>(name: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator as { readonly locks?: LockManager };
  return locks ? await locks.request(name, { signal }, run) : await run();
}

/** Whether the faces that are found here are what the model learned from. */
function isForPhotos(manifest: Manifest): boolean {
  return photoFit(preprocessingOf(manifest)).fits !== 'no';
}

/** How pictures become the model's input; a ModelError where this version does not know it. */
export function preprocessingOf({ preprocessing }: Manifest): ReturnType<typeof parsePreprocessing> {
  try {
    return parsePreprocessing(preprocessing);
  } catch (error) {
    throw error instanceof FaceError ? errorOf('model_broken', `model.json: ${error.message}`) : error;
  }
}
