import type { BodyOf, Endpoints, PairingBody, ResponseOf } from '@facenet/contract';
import { renderSVG } from 'uqr';
import type { Pairing } from '../store/pairing-store.ts';
import { hashSecret, issueKey, keyBody } from './keys.ts';
import { newPairingCode, plainPairingCode } from './pairing-code.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { found, invalid, ServiceError } from './service-error.ts';

export function createPairing({ settings }: Pick<ServiceParts, 'settings'>, call: Call, body: BodyOf<Endpoints['createPairing']>): Commit<ResponseOf<Endpoints['createPairing']>> {
  requireWholeGallery(call);
  const code = newPairingCode();
  const url = linkOf(code, body.page, settings.publicUrl ?? call.address, settings.corsOrigins);
  return async (store) => {
    for (const id of body.collection_ids ?? []) found(await store.collections.get(id), 'collection');
    await store.pairings.expire();
    const pairing = await store.pairings.create({
      name: body.name, scopes: body.scopes, collectionIds: body.collection_ids, keySeconds: body.key_expires_in_seconds ?? null, seconds: body.expires_in_seconds,
    }, hashOf(code));
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'pairing.create', collectionId: null, details: { pairing_id: pairing.id, scopes: pairing.scopes } });
    // A quiet zone of four modules, as the standard asks for.
    return { ...pairingBody(pairing), code, url, qr_svg: renderSVG(url, { ecc: 'M', border: 4 }) };
  };
}

export async function listPairings({ store }: ServiceParts, call: Call): Promise<ResponseOf<Endpoints['listPairings']>> {
  requireWholeGallery(call);
  return { pairings: (await store.pairings.list()).map(pairingBody) };
}

export function cancelPairing(call: Call, id: string): Commit<ResponseOf<Endpoints['cancelPairing']>> {
  requireWholeGallery(call);
  return async (store) => {
    if (!await store.pairings.remove(id)) throw new ServiceError('not_found', { what: 'pairing' });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'pairing.cancel', collectionId: null, details: { pairing_id: id } });
    return { pairings: 1 };
  };
}

/** One answer for a code that is unknown, used or expired: which it is helps those who guess. */
export function exchangePairing(call: Call, typed: string): Commit<ResponseOf<Endpoints['exchangePairing']>> {
  return async (store) => {
    const pairing = found(await store.pairings.take(hashOf(typed)), 'pairing code');
    const expiresAt = pairing.keySeconds === null ? null : new Date(Date.now() + 1000 * pairing.keySeconds);
    const { key, secret } = await issueKey(store, { name: pairing.name, scopes: pairing.scopes, collectionIds: pairing.collectionIds, expiresAt });
    await store.audit.add({ requestId: call.requestId, keyId: null, action: 'pairing.exchange', collectionId: null, details: { pairing_id: pairing.id, key_id: key.id, scopes: key.scopes } });
    return { ...keyBody(key), secret };
  };
}

function requireWholeGallery({ collectionIds }: Call): void {
  // Or a key that may touch one collection would get itself one for all.
  if (collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
}

/** The code is in the fragment, which no browser sends: it reaches no log and no proxy. */
function linkOf(code: string, page: string | undefined, address: string, corsOrigins: readonly string[]): string {
  // A request may name any host.
  if (!URL.canParse(address)) throw invalid('headers.host', 'must be a host that a link can lead to');
  const fragment = new URLSearchParams({ pair: code });
  if (page === undefined) return `${address}/phone/#${fragment.toString()}`;
  const url = new URL(page);
  const own = new URL(address).origin;
  // Another page could not use the code, but it would learn of it.
  if (url.origin !== own && !corsOrigins.includes(url.origin)) throw invalid('page', `must be of ${[own, ...corsOrigins].join(' or ')}`);
  if (url.origin !== own) fragment.set('server', address);
  url.hash = fragment.toString();
  return url.href;
}

function hashOf(code: string): Uint8Array {
  return hashSecret(`pairing ${plainPairingCode(code)}`);
}

function pairingBody(it: Pairing): PairingBody {
  return {
    id: it.id, name: it.name, scopes: [...it.scopes], collection_ids: it.collectionIds === null ? null : [...it.collectionIds], key_expires_in_seconds: it.keySeconds,
    created_at: it.createdAt.toISOString(), expires_at: it.expiresAt.toISOString(),
  };
}
