import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoints, ResponseOf } from '@facenet/contract';
import { modelBody } from './bodies.ts';
import type { Call, ServiceParts } from './parts.ts';
import { found, invalid, ServiceError } from './service-error.ts';

/** Loads a bundle from below the model root; what lies elsewhere on the disk is not to be found out by asking. */
export async function loadModel({ models, settings }: ServiceParts, call: Call, folder: string): Promise<ResponseOf<Endpoints['loadModel']>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  if (settings.modelRoot === null) throw new ServiceError('loading_disabled', {});
  const root = await realpath(settings.modelRoot);
  const bundle = await folderBelow(root, folder);
  try {
    const model = await models.load(bundle);
    return modelBody(model, model.modelId === models.default.modelId);
  } catch (error) {
    if (!(error instanceof Error) || !['BundleError', 'ProviderError'].includes(error.name)) throw error;
    throw new ServiceError('bundle_refused', { problem: error.message.replaceAll(bundle, folder).replaceAll(root, '') });
  }
}

/** Links are followed first, so that none leads out of the root. */
async function folderBelow(root: string, folder: string): Promise<string> {
  const bundle = await realpath(path.resolve(root, folder)).catch(() => undefined);
  if (bundle === undefined || !bundle.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) throw invalid('folder', 'is no folder below the model root');
  return bundle;
}

const longestWaitMs = 2000;

/** Whoever began with the model ends with it: a migration may take hours, so the answer does not wait for it. */
export async function unloadModel({ models }: ServiceParts, call: Call, id: string): Promise<ResponseOf<Endpoints['unloadModel']>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  const { modelId } = found(models.get(id), 'model');
  if (modelId === models.default.modelId) throw new ServiceError('model_is_default', {});
  const stop = new AbortController();
  const unloaded = models.unload(modelId).then(() => 'unloaded' as const);
  const state = await Promise.race([unloaded, sleep(longestWaitMs, 'unloading' as const, { signal: stop.signal })]);
  stop.abort();
  return { model_id: modelId, state };
}
