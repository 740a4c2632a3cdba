import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { errorBody, id } from '@facenet/contract';
import { getCrop } from '../services/faces.ts';
import type { AppParts } from './app-parts.ts';

const params = z.strictObject({ collection_id: id, face_id: id });

/** A kept crop as a picture: the one answer that is not JSON. */
export function serveCrops(app: FastifyInstance, parts: AppParts): void {
  app.get('/v1/collections/:collection_id/faces/:face_id/crop', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getCrop', summary: 'The aligned crop of a face, where crops are kept', tags: ['faces'], security: [{ key: [] }], params,
      response: { 200: { description: 'A picture', content: { 'image/*': { schema: z.any() } } }, '4xx': errorBody },
    },
  }, async (request, reply) => {
    const crop = await getCrop(parts, request.params as z.output<typeof params>);
    return reply.header('cache-control', 'private, no-store').type(formatOf(crop)).send(Buffer.from(crop.buffer, crop.byteOffset, crop.byteLength));
  });
}

function formatOf([first, second]: Uint8Array): string {
  if (first === 0x89) return 'image/png';
  return first === 0xff && second === 0xd8 ? 'image/jpeg' : 'image/webp';
}
