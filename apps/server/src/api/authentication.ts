import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashSecret } from '../services/keys.ts';
import { ServiceError } from '../services/service-error.ts';
import type { Scope } from '../store/store.ts';
import type { AppParts } from './app-parts.ts';

/** Who a key says the caller is. */
export interface Caller {
  readonly keyId: string | null;
  readonly scopes: readonly Scope[];
  /** Null: all. */
  readonly collectionIds: readonly string[] | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    scope?: Scope | 'public';
    /** The one collection that the route serves, where its path does not say. */
    compatible?: boolean;
  }
}

const everyone: Caller = { keyId: null, scopes: ['admin'], collectionIds: null };

/**
 * Finds out who calls and refuses nobody yet: first the rate limit counts, so that guessing keys is limited too. Registered
 * before the limiter, whose counters are per key.
 */
export function identifyCallers(app: FastifyInstance, { store, settings }: Pick<AppParts, 'store' | 'settings'>): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    request.caller = settings.open ? everyone : null;
    const secret = settings.open ? undefined : secretOf(request);
    if (secret === undefined) return;
    const hash = hashSecret(secret);
    const admin = settings.adminKeyHash;
    if (admin !== null && admin.byteLength === hash.byteLength && timingSafeEqual(admin, hash)) {
      request.caller = everyone;
      return;
    }
    const key = await store.keys.find(hash);
    if (key !== undefined) request.caller = { keyId: key.id, scopes: key.scopes, collectionIds: key.collectionIds };
  });
}

/** Refuses whoever may not, before the body is read. A route that names no scope is closed. */
export function authoriseCallers(app: FastifyInstance, { settings }: Pick<AppParts, 'settings'>): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    try {
      requireScope(request, settings);
      done(null, payload);
    } catch (error) {
      done(error as Error);
    }
  });
}

function requireScope(request: FastifyRequest, settings: AppParts['settings']): void {
  const { scope = 'admin' } = request.routeOptions.config;
  if (settings.open) refuseForeignPages(request, settings);
  if (scope === 'public') return;
  const { caller } = request;
  if (caller === null) throw new ServiceError('unauthorized', {});
  if (!caller.scopes.includes(scope) && !caller.scopes.includes('admin')) throw new ServiceError('forbidden', { scope });
  const { collection_id: collectionId } = (request.params ?? {}) as { collection_id?: string };
  if (collectionId !== undefined && caller.collectionIds !== null && !caller.collectionIds.includes(collectionId.toLowerCase())) {
    throw new ServiceError('forbidden', { scope: null });
  }
}

function secretOf({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S{1,200})$/i.exec(headers.authorization ?? '')?.[1];
  const { 'x-api-key': key } = headers;
  return bearer ?? (typeof key === 'string' && key.length <= 200 && key !== '' ? key : undefined);
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Without keys any page in a browser on this machine could write to the gallery: a form goes to other origins unasked, and a
 * name that is bound anew to 127.0.0.1 makes them one origin.
 */
function refuseForeignPages({ headers }: FastifyRequest, { hosts, corsOrigins }: AppParts['settings']): void {
  const host = (headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d+$/, '');
  const isKnown = loopback.test(name) || hosts.includes(name);
  const { origin } = headers;
  const isOwnPage = origin === undefined || corsOrigins.includes(origin) || origin === `http://${host}` || origin === `https://${host}`;
  if (!isKnown || !isOwnPage) throw new ServiceError('forbidden', { scope: null });
}
