import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../services/service-error.ts';
import type { AppSettings } from './app-parts.ts';

/** Headers, other pages and too many requests. Callers are known before it, since limits are per key. */
export function protect(app: FastifyInstance, { corsOrigins, rateLimit: limit }: AppSettings): void {
  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // The phone page of this server runs threads, which needs its answers to be of one origin.
    crossOriginResourcePolicy: { policy: corsOrigins.length > 0 ? 'cross-origin' : 'same-origin' },
    // Over plain HTTP on a local network browsers would be sent to an HTTPS that is not there.
    strictTransportSecurity: false,
  });
  app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-api-key', 'x-gallery-passphrase', 'x-request-id'],
    exposedHeaders: ['x-request-id', 'retry-after', 'idempotency-replayed'],
    maxAge: 600,
    // A request from elsewhere is answered as any other; the browser keeps the answer from the page.
    strictPreflight: false,
  });
  app.register(rateLimit, {
    // Routes that could be guessed at have limits of their own, which stay.
    global: limit !== null,
    ...(limit === null ? {} : { max: limit.requests, timeWindow: 1000 * limit.seconds }),
    keyGenerator: (request) => request.caller?.keyId ?? normalizeIP(request.ip),
    errorResponseBuilder: (_, { ttl }) => new ServiceError('rate_limited', { retry_after_seconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  });
}
