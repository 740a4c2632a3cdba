import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { z } from 'zod';
import { errors, type ErrorCode } from '@facenet/contract';
import { requireCollection } from '../../services/collections.ts';
import type { Call, Commit } from '../../services/parts.ts';
import { ServiceError } from '../../services/service-error.ts';
import type { Collection, Scope } from '../../store/store.ts';
import type { AppParts } from '../app-parts.ts';
import { readForm } from '../form.ts';
import { callOf } from '../implement.ts';
import { headersOf, logMistake, refusalOf } from '../refusal.ts';

export interface ComprefaceContext {
  readonly parts: AppParts;
  /** For callers whose key is not for one collection alone. */
  readonly collectionId: string | null;
}

export interface ComprefaceRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly method: HTTPMethods;
  readonly url: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly status?: number;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly files?: readonly string[];
  readonly answer: (input: { params: z.output<P>; query: z.output<Q>; body: z.output<B>; call: Call; collection: () => Promise<Collection> }) => Promise<unknown>;
}

/** One route of the adapter, declared like those of the contract. */
export function route<P extends z.ZodType = z.ZodUndefined, Q extends z.ZodType = z.ZodUndefined, B extends z.ZodType = z.ZodUndefined>(
  app: FastifyInstance, context: ComprefaceContext, each: ComprefaceRoute<P, Q, B>,
): void {
  const { pictureBytes, requestBytes } = context.parts.settings;
  const { files = [] } = each;
  app.route({
    method: each.method,
    url: each.url,
    config: { scope: each.scope },
    schema: {
      summary: each.summary, tags: ['compreface'], security: [{ key: [] }],
      ...(files.length > 0 ? { consumes: ['application/json', 'multipart/form-data'] } : {}),
      ...(each.params === undefined ? {} : { params: each.params }),
      ...(each.query === undefined ? {} : { querystring: each.query }),
      ...(each.body === undefined ? {} : { body: each.body }),
    },
    preValidation: async (request) => {
      if (!request.isMultipart()) return;
      if (files.length === 0 || each.body === undefined) throw new ServiceError('unsupported_media_type', { accepted: ['application/json'] });
      request.body = await readForm(request, { files, schema: each.body, pictureBytes, requestBytes });
    },
    handler: async (request, reply) => {
      const collection = (): Promise<Collection> => collectionOf(context, request);
      const input = { params: request.params, query: request.query, body: request.body, call: callOf(request, reply), collection };
      return reply.code(each.status ?? 200).send(await each.answer(input as Parameters<typeof each.answer>[0]));
    },
  });
}

/** In CompreFace a key belongs to one face collection: here to the only one that it may touch. */
async function collectionOf({ parts, collectionId }: ComprefaceContext, { caller }: FastifyRequest): Promise<Collection> {
  const ids = caller?.collectionIds ?? (collectionId === null ? [] : [collectionId]);
  if (ids.length !== 1) throw new ServiceError('forbidden', { scope: null });
  return requireCollection(parts.store, ids[0]!);
}

export function keep<T>({ parts }: ComprefaceContext, commit: Commit<T>): Promise<T> {
  return parts.store.transaction(commit);
}

/** Its own numbers where its clients look for them; 0 is what it calls undefined. */
const codes: Partial<Record<ErrorCode, { readonly status: number; readonly code: number; readonly message?: string }>> = {
  face_not_found: { status: 400, code: 28, message: 'No face is found in the given image' },
  several_faces: { status: 400, code: 0 },
  damaged_image: { status: 400, code: 0 },
  unsupported_image: { status: 400, code: 0 },
};

export function sendComprefaceError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.code === 'internal') logMistake(error, request);
  const row = codes[refusal.code] ?? { status: errors[refusal.code].status, code: 0 };
  return reply.code(row.status).headers(headersOf(refusal)).type('application/json; charset=utf-8')
    .send(JSON.stringify({ message: row.message ?? refusal.message, code: row.code }));
}

/** 1 for the same vector, 0 for opposite ones: monotone in the distance, but on another scale than CompreFace's own. */
export function similarityOf(distance: number): number {
  return Math.max(0, 1 - distance / 4);
}
