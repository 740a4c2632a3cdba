import type { BodyOf, Endpoints, ResponseOf } from '@facenet/contract';
import type { Collection, GalleryStore } from '../store/store.ts';
import { collectionBody, removedBody } from './bodies.ts';
import { pageBody, pageRequest } from './cursor.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { found, invalid, ServiceError } from './service-error.ts';

type Page = { limit: number; cursor?: string | undefined };

export async function requireCollection(store: GalleryStore, id: string): Promise<Collection> {
  return found(await store.collections.get(id), 'collection');
}

export function createCollection({ models }: ServiceParts, call: Call, body: BodyOf<Endpoints['createCollection']>): Commit<ResponseOf<Endpoints['createCollection']>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  const spaceId = body.space_id ?? models.default.spaceId;
  const [model] = models.inSpace(spaceId);
  if (model === undefined) {
    const known = [...new Set(models.list().map((each) => each.spaceId))].join(', ');
    throw invalid('space_id', `no loaded model makes vectors of this space; there are ${known}`);
  }
  return async (store) => {
    const created = await store.collections.create({ name: body.name, spaceId, size: model.size, keepCrops: body.keep_crops, metadata: body.metadata });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'collection.create', collectionId: created.id, details: {} });
    return collectionBody(created);
  };
}

export async function listCollections({ store }: ServiceParts, call: Call, query: Page): Promise<ResponseOf<Endpoints['listCollections']>> {
  const request = pageRequest('collections', query);
  if (call.collectionIds === null) return pageBody('collections', await store.collections.list(request), collectionBody);
  const mine = [...call.collectionIds].sort().filter((id) => request.after === undefined || id > request.after);
  const page = mine.slice(0, request.limit);
  const items = (await Promise.all(page.map((id) => store.collections.get(id)))).filter((each) => each !== undefined);
  return pageBody('collections', { items, next: mine.length > page.length ? page.at(-1)! : null }, collectionBody);
}

export async function getCollection({ store }: ServiceParts, id: string): Promise<ResponseOf<Endpoints['getCollection']>> {
  const collection = await requireCollection(store, id);
  const { persons, faces, unnamedFaces, models } = await store.collections.counts(id);
  return {
    ...collectionBody(collection),
    counts: { persons, faces, unnamed_faces: unnamedFaces, models: models.map((each) => ({ model_id: each.modelId, faces: each.faces })) },
  };
}

export function updateCollection(id: string, body: BodyOf<Endpoints['updateCollection']>): Commit<ResponseOf<Endpoints['updateCollection']>> {
  const { name, keep_crops: keepCrops, metadata } = body;
  const change = { ...(name === undefined ? {} : { name }), ...(keepCrops === undefined ? {} : { keepCrops }), ...(metadata === undefined ? {} : { metadata }) };
  return async (store) => collectionBody(found(await store.collections.update(id, change), 'collection'));
}

export function deleteCollection(call: Call, id: string): Commit<ResponseOf<Endpoints['deleteCollection']>> {
  return async (store) => {
    await requireCollection(store, id);
    const removed = removedBody(await store.collections.remove(id));
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'collection.delete', collectionId: id, details: removed });
    return removed;
  };
}
