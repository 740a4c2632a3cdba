import { createHash, randomBytes } from 'node:crypto';
import type { BodyOf, Endpoints, KeyBody, ResponseOf } from '@facenet/contract';
import type { ApiKey, GalleryStore, Scope } from '../store/store.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { ServiceError } from './service-error.ts';

/** A secret has 256 random bits, so a plain digest of it cannot be reversed by trying. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest();
}

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly collectionIds: readonly string[] | null;
  readonly expiresAt: Date | null;
}

/** A key and its secret, which is not kept. */
export async function issueKey(store: GalleryStore, request: KeyRequest): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const secret = `fn_${randomBytes(32).toString('base64url')}`;
  return { key: await store.keys.create(request, hashSecret(secret)), secret };
}

export function createKey(call: Call, body: BodyOf<Endpoints['createKey']>): Commit<ResponseOf<Endpoints['createKey']>> {
  // Or a key that may touch one collection would make itself one for all.
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  const expiresAt = body.expires_in_seconds === undefined ? null : new Date(Date.now() + 1000 * body.expires_in_seconds);
  return async (store) => {
    for (const id of body.collection_ids ?? []) {
      if (await store.collections.get(id) === undefined) throw new ServiceError('not_found', { what: 'collection' });
    }
    const { key, secret } = await issueKey(store, { name: body.name, scopes: body.scopes, collectionIds: body.collection_ids, expiresAt });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'key.create', collectionId: null, details: { key_id: key.id, scopes: key.scopes } });
    return { ...keyBody(key), secret };
  };
}

export async function listKeys({ store }: ServiceParts, call: Call): Promise<ResponseOf<Endpoints['listKeys']>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  return { keys: (await store.keys.list()).map(keyBody) };
}

export function deleteKey(call: Call, id: string): Commit<ResponseOf<Endpoints['deleteKey']>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  return async (store) => {
    if (!await store.keys.remove(id)) throw new ServiceError('not_found', { what: 'key' });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'key.delete', collectionId: null, details: { key_id: id } });
    return { keys: 1 };
  };
}

export function keyBody(key: ApiKey): KeyBody {
  return {
    id: key.id, name: key.name, scopes: [...key.scopes], collection_ids: key.collectionIds === null ? null : [...key.collectionIds],
    created_at: key.createdAt.toISOString(), expires_at: key.expiresAt?.toISOString() ?? null, last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}
