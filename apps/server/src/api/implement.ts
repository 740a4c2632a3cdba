import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BodyOf, type Endpoint, errorBody, type ParamsOf, type QueryOf, type ResponseOf } from '@facenet/contract';
import type { Call, Commit } from '../services/parts.ts';
import { ServiceError } from '../services/service-error.ts';
import { StoreConflict } from '../store/store.ts';
import type { AppParts } from './app-parts.ts';
import { readForm } from './form.ts';
import { type Answer, answerOnce } from './idempotency.ts';
import { Spool } from './spool.ts';

/** What an implementation works on, parsed. */
export interface Input<E> {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly call: Call;
}

/** A read answers; a write prepares without a transaction, and then keeps everything in one, its answer included. */
export type Implementation<E> =
  | { readonly read: (input: Input<E>) => Promise<ResponseOf<E>> | ResponseOf<E> }
  | {
    readonly write: (input: Input<E>) => Promise<Commit<ResponseOf<E>>> | Commit<ResponseOf<E>>;
    /** When what was written can be seen by everyone. */
    readonly afterwards?: () => void;
  };

export function implement<E extends Endpoint>(app: FastifyInstance, parts: AppParts, name: string, endpoint: E, implementation: Implementation<E>): void {
  const files = endpoint.files ?? [];
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { scope: endpoint.scope, ...rateOf(endpoint) },
    ...(files.length > 0 ? {} : { bodyLimit: Math.min(parts.settings.requestBytes, bytesWithoutPictures) }),
    schema: {
      operationId: name,
      summary: endpoint.summary,
      tags: [endpoint.tag],
      security: endpoint.scope === 'public' ? [] : [{ key: [] }],
      ...(files.length > 0 ? { consumes: ['application/json', 'multipart/form-data'] } : {}),
      ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
      ...(endpoint.query === undefined ? {} : { querystring: endpoint.query }),
      ...(endpoint.body === undefined ? {} : { body: endpoint.body }),
      response: { [endpoint.status]: endpoint.response, '4xx': errorBody, '5xx': errorBody },
    },
    preValidation: async (request) => {
      if (!request.isMultipart()) return;
      if (files.length === 0 || endpoint.body === undefined) throw new ServiceError('unsupported_media_type', { accepted: ['application/json'] });
      const { pictureBytes, requestBytes, galleryBytes } = parts.settings;
      const limits = endpoint.largeFiles === true ? { pictureBytes: galleryBytes, requestBytes: galleryBytes, spool: spoolOf(request, parts.settings.spoolFolder) } : { pictureBytes, requestBytes };
      request.body = await readForm(request, { files, schema: endpoint.body, ...limits });
    },
    ...(endpoint.largeFiles === true ? { onResponse: async (request: FastifyRequest) => spools.get(request)?.dispose() } : {}),
    handler: async (request, reply) => {
      const input = inputOf<E>(request, reply);
      if ('read' in implementation) return reply.code(endpoint.status).send(await implementation.read(input));
      const write = (remember: Remember): Promise<Answer> => writeOnce(parts, endpoint, () => implementation.write(input), remember);
      const answer = endpoint.idempotent === true
        ? await answerOnce(parts.store, request, write)
        : { ...await write(() => Promise.resolve()), isReplayed: false };
      implementation.afterwards?.();
      return sendAnswer(reply, answer);
    },
  });
}

const spools = new WeakMap<FastifyRequest, Spool>();

function spoolOf(request: FastifyRequest, folder: string | undefined): Spool {
  const spool = spools.get(request) ?? new Spool(folder);
  spools.set(request, spool);
  return spool;
}

type Remember = Parameters<Parameters<typeof answerOnce>[2]>[0];

async function writeOnce<E extends Endpoint>(parts: AppParts, endpoint: E, prepare: () => ReturnType<Extract<Implementation<E>, { write: unknown }>['write']>, remember: Remember): Promise<Answer> {
  const commit = await prepare();
  const run = (): Promise<Answer> => parts.store.transaction(async (store) => {
    const answer = { status: endpoint.status, body: JSON.stringify(endpoint.response.parse(await commit(store))) };
    await remember(store, answer);
    return answer;
  });
  try {
    return await run();
  } catch (error) {
    // Two requests may both find a person new; the second one's second try finds the first one's.
    if (error instanceof StoreConflict && error.what === 'person.externalId') return run();
    throw error;
  }
}

function sendAnswer(reply: FastifyReply, { status, body, isReplayed }: Answer & { isReplayed: boolean }): FastifyReply {
  if (isReplayed) void reply.header('idempotency-replayed', 'true');
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

function inputOf<E>(request: FastifyRequest, reply: FastifyReply): Input<E> {
  return { params: request.params, query: request.query, body: request.body, call: callOf(request, reply) } as Input<E>;
}

/** Who asks, and a signal that says when nobody waits for the answer any more. */
export function callOf({ id, caller, protocol, host }: FastifyRequest, { raw }: FastifyReply): Call {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return { requestId: id, keyId: caller?.keyId ?? null, collectionIds: caller?.collectionIds ?? null, address: `${protocol}://${host}`, signal: gone.signal };
}

// What has no pictures is short, and parsing JSON holds everyone up.
const bytesWithoutPictures = 4 * 2 ** 20;

function rateOf(endpoint: Endpoint): { readonly rateLimit?: object | false } {
  if (isProbe(endpoint)) return { rateLimit: false };
  const { attemptsPerMinute } = endpoint;
  // By address, since a key of one's own must not buy more tries.
  return attemptsPerMinute === undefined ? {} : { rateLimit: { max: attemptsPerMinute, timeWindow: 60_000, keyGenerator: (request: FastifyRequest) => normalizeIP(request.ip) } };
}

/** Asked again and again by whoever keeps the process running. */
function isProbe({ path }: Endpoint): boolean {
  return path === '/v1/health' || path === '/v1/ready';
}
