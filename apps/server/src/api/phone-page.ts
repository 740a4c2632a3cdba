import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import staticFiles from '@fastify/static';
import { ServiceError } from '../services/service-error.ts';
import { isKnown, pathOf } from './page-request.ts';
import { StaticFolder } from './static-folder.ts';

export const phonePath = '/phone/';

/** A built page for phones, its files and nothing else of the folder's surroundings. It is public: what it asks for needs a key. */
export function servePhonePage(app: FastifyInstance, folder: string): void {
  const files = new StaticFolder(folder);
  app.register(staticFiles, { serve: false, root: files.root });
  const options = { config: { scope: 'public' as const }, schema: { hide: true }, helmet: isolated };
  // The router takes both for one route, but addresses in the page are relative to the one with a slash.
  app.get(phonePath, options, (request, reply) => (pathOf(request).endsWith('/') ? send(files, 'index.html', request, reply) : reply.redirect('phone/', 308)));
  app.get(`${phonePath}*`, options, (request, reply) => send(files, (request.params as { '*': string })['*'], request, reply));
}

/**
 * Threads of WASM need memory that is shared, and browsers give it to a page that is isolated from other origins. WASM and its
 * workers need the exceptions from the policy; nothing is loaded from elsewhere.
 */
const isolated = {
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginEmbedderPolicy: { policy: 'require-corp' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'", 'blob:'],
      workerSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'", 'blob:', 'data:'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      mediaSrc: ["'self'", 'blob:'],
      fontSrc: ["'self'", 'data:'],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
} as const;

/** Whether a range begins where the file has ended; what sends files would call it a bad request. */
function isBeyond({ headers: { range, 'if-range': onlyIf } }: FastifyRequest, size: number): boolean {
  return onlyIf === undefined && Number(/^bytes=(\d+)-\d*$/.exec(range ?? '')?.[1] ?? -1) >= size;
}

async function send(files: StaticFolder, name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const file = await files.find(name);
  if (file === undefined) throw new ServiceError('not_found', { what: 'file' });
  void reply.header('etag', file.etag).header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  // A worker in assets/ may serve the whole page.
  if (/\.m?js$/.test(name)) void reply.header('service-worker-allowed', phonePath);
  if (isKnown(request, file.etag)) return reply.code(304).send();
  if (isBeyond(request, file.size)) return reply.code(416).header('content-range', `bytes */${file.size}`).send();
  // A download goes on only in the same file. What sends it knows no etag but its own, and would refuse ours.
  if (request.headers['if-range'] === file.etag) delete request.raw.headers['if-range'];
  return reply.sendFile(file.name, files.root, { etag: false, lastModified: false, cacheControl: false, acceptRanges: true });
}
