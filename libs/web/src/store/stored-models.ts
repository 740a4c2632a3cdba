import { CacheStore } from './cache-store.ts';
import type { StoredModel } from './model-store.ts';

/** The models that this origin keeps for visits to come, the newest first. */
export async function storedModels(): Promise<readonly StoredModel[]> {
  const models = await (await CacheStore.open())?.models() ?? [];
  return models.sort((a, b) => b.storedAt.localeCompare(a.storedAt));
}

/** Frees what a model takes on the device; one that is needed again is downloaded again. */
export async function removeStoredModel(digest: string): Promise<void> {
  await (await CacheStore.open())?.removeModel(digest);
}
