import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { collectionParams, errorBody } from '@facenet/contract';
import { exportGallery } from '../services/gallery-export.ts';
import { invalid } from '../services/service-error.ts';
import type { AppParts } from './app-parts.ts';
import { callOf } from './implement.ts';

/** In a header, since addresses are written down by whatever they pass. */
export const passphraseHeader = 'x-gallery-passphrase';

/** A gallery as a file, written while it is read from the store. */
export function serveExports(app: FastifyInstance, parts: AppParts): void {
  app.get('/v1/collections/:collection_id/export', {
    config: { scope: 'admin' },
    schema: {
      operationId: 'exportGallery', summary: 'A collection as one file: JSON Lines, encrypted where a passphrase is given', tags: ['collections'], security: [{ key: [] }], params: collectionParams,
      headers: z.looseObject({ [passphraseHeader]: z.string().optional().meta({ description: '8 to 200 visible ASCII characters.' }) }),
      response: { 200: { description: 'A gallery', content: { 'application/x-ndjson': { schema: z.any() } } }, '4xx': errorBody },
    },
  }, async (request, reply) => {
    const { collection_id: id } = request.params as z.output<typeof collectionParams>;
    const lines = await exportGallery(parts, callOf(request, reply), id, passphraseOf(request.headers[passphraseHeader]));
    return reply.header('cache-control', 'private, no-store').header('content-disposition', `attachment; filename="gallery-${id}.jsonl"`)
      .type('application/x-ndjson').send(Readable.from(lines, { objectMode: false, highWaterMark: 2 ** 18 }));
  });
}

function passphraseOf(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !/^[\x21-\x7e](?:[\x20-\x7e]{6,198})[\x21-\x7e]$/.test(given)) throw invalid(`headers.${passphraseHeader}`, 'must be 8 to 200 visible ASCII characters');
  return given;
}
