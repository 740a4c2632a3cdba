import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../services/service-error.ts';
import { consoleFiles } from './console-bundle.ts';
import { isKnown, pathOf } from './page-request.ts';

/** A page for people, made of the public API alone. It is public: what it asks for needs a key. */
export function serveConsole(app: FastifyInstance): void {
  const options = { config: { scope: 'public' as const }, schema: { hide: true }, helmet: policy };
  app.get('/', options, (_, reply) => reply.redirect('console', 302));
  // The router takes both for one route, but addresses in the page are relative to the one without a slash.
  app.get('/console', options, (request, reply) => (pathOf(request).endsWith('/') ? reply.redirect('../console', 308) : send('index.html', request, reply)));
  app.get('/console/:file', options, (request, reply) => send((request.params as { file: string }).file, request, reply));
}

/** Scripts and styles are files of the page, text never becomes markup, and pictures are its own, kept crops and the user's photos. */
const policy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
  },
} as const;

async function send(name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const file = (await consoleFiles()).get(name);
  if (file === undefined) throw new ServiceError('not_found', { what: 'file' });
  void reply.header('etag', file.etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding')
    .header('permissions-policy', 'camera=(self), microphone=(), geolocation=()').type(file.type);
  if (isKnown(request, file.etag)) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  return takesGzip ? reply.header('content-encoding', 'gzip').send(file.gzipped) : reply.send(file.body);
}
