import type { Embedder, EmbedderOptions, Runtime } from './embedder.ts';
import { errorOf } from './errors.ts';
import { startWorker } from './link/start-worker.ts';
import { startRuntime } from './start-runtime.ts';
import { WorkerEmbedder } from './worker-embedder.ts';

/**
 * Downloads a model, or finds it in the browser's store, and makes it ready in a worker. An EmbedderError says by its code
 * what was wrong: the model, the device, the browser.
 *
 * @example
 * const embedder = await createEmbedder({ model: '/models/nns2', onProgress: showProgress });
 * const { verdict, distance } = await embedder.verify(photoA, photoB);
 * await embedder.dispose();
 */
export async function createEmbedder({ model, ...options }: EmbedderOptions): Promise<Embedder> {
  const begun = performance.now();
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const address = folderAddress(model);
  const first = startWorker();
  try {
    const files = await first.call('load', { address }, { signal, onProgress });
    const { link, runtime: started } = await startRuntime({ ...options, files, first, start: startWorker });
    try {
      const manifest = await link.call('prepare', null, { signal });
      const runtime: Runtime = { ...started, readyMs: performance.now() - begun };
      onProgress?.({ stage: 'ready', runtime });
      return new WorkerEmbedder(link, manifest, runtime);
    } catch (error) {
      link.end();
      throw error;
    }
  } catch (error) {
    first.end();
    throw error;
  }
}

/** Absolute, since the worker lies elsewhere, and with the slash that makes it a folder. */
function folderAddress(model: string | URL): string {
  let url: URL;
  try {
    url = new URL(model, document.baseURI);
  } catch {
    throw errorOf('bad_request', `model: expected the address of a bundle's folder, got ${JSON.stringify(model)}`);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}
