import type { Endpoints, QueryOf, ResponseOf } from '@facenet/contract';
import { faceBody, removedBody } from './bodies.ts';
import { requireCollection } from './collections.ts';
import { pageBody, pageRequest } from './cursor.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { requirePerson } from './persons.ts';
import { found, invalid, ServiceError } from './service-error.ts';

interface FaceParams {
  readonly collection_id: string;
  readonly face_id: string;
}

export async function listFaces({ store }: ServiceParts, collectionId: string, query: QueryOf<Endpoints['listFaces']>): Promise<ResponseOf<Endpoints['listFaces']>> {
  await requireCollection(store, collectionId);
  if (query.unnamed === true && query.person_id !== undefined) throw invalid('unnamed', 'faces of a person are named');
  const personId = query.unnamed === true ? null : query.person_id;
  return pageBody('faces', await store.faces.list(collectionId, { ...pageRequest('faces', query), personId }), faceBody);
}

export async function getFace({ store }: ServiceParts, { collection_id, face_id }: FaceParams): Promise<ResponseOf<Endpoints['getFace']>> {
  return faceBody(found(await store.faces.get(collection_id, face_id), 'face'));
}

/** The aligned crop, where it was kept. */
export async function getCrop({ store }: ServiceParts, { collection_id, face_id }: FaceParams): Promise<Uint8Array> {
  return found(await store.faces.crop(collection_id, face_id), 'crop');
}

export function assignFaces(call: Call, collectionId: string, body: { readonly face_ids: readonly string[]; readonly person_id: string | null }): Commit<{ changed: number }> {
  return async (store) => {
    await requireCollection(store, collectionId);
    if (body.person_id !== null) await requirePerson(store, { collection_id: collectionId, person_id: body.person_id });
    const changed = await store.faces.assign(collectionId, [...new Set(body.face_ids)], body.person_id);
    await store.audit.add({
      requestId: call.requestId, keyId: call.keyId, action: 'faces.assign', collectionId, details: { person_id: body.person_id, faces: changed },
    });
    return { changed };
  };
}

/** One that is not there is refused where it was the only one meant. */
export function deleteFaces(call: Call, collectionId: string, faceIds: readonly string[]): Commit<ResponseOf<Endpoints['deleteFaces']>> {
  return async (store) => {
    await requireCollection(store, collectionId);
    const ids = [...new Set(faceIds)];
    const removed = removedBody(await store.faces.remove(collectionId, ids));
    if (ids.length === 1 && removed.faces === 0) throw new ServiceError('not_found', { what: 'face' });
    await store.audit.add({
      requestId: call.requestId, keyId: call.keyId, action: 'faces.delete', collectionId, details: { face_ids: ids.slice(0, 100), ...removed },
    });
    return removed;
  };
}
