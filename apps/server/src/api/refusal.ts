import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorBody, errors } from '@facenet/contract';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ServiceError } from '../services/service-error.ts';
import { StoreConflict, StoreMissing, StoreOutcomeUnknown, StoreUnavailable } from '../store/store.ts';

/** Whatever was thrown as a row of the table: nothing of a message that is not ours reaches a client. */
export function refusalOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error as ServiceError;
  if (error instanceof StoreConflict) return new ServiceError('conflict', { what: conflicts[error.what] });
  if (error instanceof StoreOutcomeUnknown) return new ServiceError('outcome_unknown', {});
  if (error instanceof StoreUnavailable) return new ServiceError('not_ready', { retry_after_seconds: storeRetrySeconds });
  if (error instanceof StoreMissing) return new ServiceError('not_found', { what: error.what });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map(({ instancePath, message }) => ({ path: placeOf(error.validationContext, instancePath), message: message ?? 'is not valid' }));
    return new ServiceError('invalid_request', { issues: issues.slice(0, 20) });
  }
  const { statusCode, code, name } = fieldsOf(error);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new ServiceError('unsupported_media_type', { accepted: ['application/json'] });
  if (statusCode === 413) return new ServiceError('payload_too_large', { what: 'request', limit: null });
  if (statusCode === 408 || name === 'AbortError') return new ServiceError('request_timeout', {});
  if (statusCode === 404) return new ServiceError('not_found', { what: 'route' });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServiceError('invalid_request', { issues: code !== undefined && code in ownWords ? [{ path: '', message: ownWords[code]! }] : [] });
  }
  return new ServiceError('internal', {});
}

// A database that restarts is back within seconds.
const storeRetrySeconds = 2;

const conflicts: Record<StoreConflict['what'], string> = {
  'collection.name': 'a collection of this name exists',
  'person.externalId': 'a person with this external id exists',
  id: 'an id of the file was taken at the same time; try again',
};

const ownWords: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty, though its content type is JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as its Content-Length',
  FST_ERR_BAD_URL: 'the path is not a URL',
};

export function bodyOf(refusal: ServiceError, requestId: string): ErrorBody {
  return { error: { code: refusal.code, message: refusal.message, details: { ...refusal.details } }, request_id: requestId };
}

/** Headers that a refusal brings. */
export function headersOf({ code, details }: ServiceError): Record<string, string> {
  if ('retry_after_seconds' in details) return { 'retry-after': String(details.retry_after_seconds) };
  if (code === 'idempotency_running') return { 'retry-after': '1' };
  return code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {};
}

export function sendRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.code === 'internal') logMistake(error, request);
  return reply.code(errors[refusal.code].status).headers(headersOf(refusal))
    .type('application/json; charset=utf-8').send(JSON.stringify(bodyOf(refusal, request.id)));
}

export function logMistake(error: unknown, request: FastifyRequest): void {
  request.log.error({ request_id: request.id, ...tracesOf(error) }, 'internal error');
}

/** What finds a mistake without what must not be logged: a message may quote a name, and a stack has paths. */
function tracesOf(error: unknown): { error: string; code: string | undefined; in: string | undefined } {
  const { name, code } = fieldsOf(error);
  const frames = error instanceof Error ? [...(error.stack ?? '').matchAll(/^\s+at (?:async )?([\w$.<># ]+) \(/gm)] : [];
  return { error: name ?? typeof error, code, in: frames.slice(0, 4).map(([, called]) => called).join(' < ') };
}

function placeOf(context: string | undefined, path: string): string {
  const inside = path.replace(/^\//, '').replaceAll('/', '.');
  return context === 'body' || context === undefined ? inside : `${context}${inside === '' ? '' : `.${inside}`}`;
}

function fieldsOf(error: unknown): { statusCode?: number | undefined; code?: string | undefined; name?: string | undefined } {
  if (typeof error !== 'object' || error === null) return {};
  const { statusCode, code, name } = error as Record<string, unknown>;
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    code: typeof code === 'string' ? code : undefined,
    name: typeof name === 'string' ? name : undefined,
  };
}
