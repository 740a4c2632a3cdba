import { z } from 'zod';
import { rejected } from './schemas/enrolment.ts';

interface ErrorRow<D extends z.ZodObject = z.ZodObject> {
  readonly status: number;
  /** What the README says of it. */
  readonly when: string;
  readonly details: D;
  readonly message: (details: z.output<D>) => string;
}

const row = <D extends z.ZodObject>(each: ErrorRow<D>): ErrorRow<D> => each;
const nothing = z.object({});
const pair = z.object({ a: z.string(), b: z.string() });
const wait = z.object({ retry_after_seconds: z.number() });

/** Everything that can be refused: code → status, message and what the details hold. Nothing else reaches a client. */
export const errors = {
  invalid_request: row({
    status: 400,
    when: 'the request is not what the schema says; each issue has its place',
    details: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
    message: ({ issues }) => issues.length === 0 ? 'the request is malformed' : issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
  }),
  unauthorized: row({ status: 401, when: 'no key, an unknown one or one that expired', details: nothing, message: () => 'a valid API key is needed: Authorization: Bearer KEY' }),
  forbidden: row({
    status: 403,
    when: 'the key lacks a scope or may not touch the collection',
    details: z.object({ scope: z.string().nullable() }),
    message: ({ scope }) => scope === null ? 'the key may not touch this' : `the key lacks the scope ${scope}`,
  }),
  loading_disabled: row({ status: 403, when: 'the server was started without a folder that bundles may be loaded from', details: nothing, message: () => 'this server loads no models on request; start it with --model-root' }),
  not_found: row({ status: 404, when: 'nothing of that kind has this id', details: z.object({ what: z.string() }), message: ({ what }) => `no such ${what}` }),
  request_timeout: row({ status: 408, when: 'the request did not arrive in time', details: nothing, message: () => 'the request did not arrive in time' }),
  conflict: row({ status: 409, when: 'something is taken that must be unique, or names more than one', details: z.object({ what: z.string() }), message: ({ what }) => what }),
  idempotency_mismatch: row({
    status: 409, when: 'an idempotency key was used before, with another request', details: nothing,
    message: () => 'this idempotency key was used with another request',
  }),
  idempotency_running: row({
    status: 409, when: 'the first request with an idempotency key has not ended yet', details: nothing,
    message: () => 'the first request with this idempotency key is still running; try again in a moment',
  }),
  space_mismatch: row({
    status: 409,
    when: 'vectors of two spaces cannot be compared',
    details: z.object({ expected_space_id: z.string(), given_space_id: z.string() }),
    message: (it) => `vectors of space ${it.given_space_id} cannot be compared with those of space ${it.expected_space_id}`,
  }),
  model_is_default: row({ status: 409, when: 'the default model cannot be unloaded', details: nothing, message: () => 'the model is the default; make another one the default first' }),
  impossible_edit: row({
    status: 409, when: 'an edit of clusters goes against a link, a photo or another edit, or leaves nothing on one side', details: z.object({ what: z.string() }), message: ({ what }) => what,
  }),
  links_contradict: row({
    status: 409,
    when: 'faces were said to be one person and to be two; take one of the links back',
    details: z.object({ cannot: pair, must: z.array(pair) }),
    message: ({ cannot, must }) => `the faces ${cannot.a} and ${cannot.b} cannot be one person, but ${must.length} links say that they are`,
  }),
  payload_too_large: row({
    status: 413,
    when: 'the request, a picture, its pixels or their number is over a limit',
    details: z.object({ what: z.enum(['request', 'picture', 'pixels', 'pictures']), limit: z.number().nullable() }),
    message: ({ what, limit }) => `too large: ${what}${limit === null ? '' : ` (at most ${limit}${what === 'request' || what === 'picture' ? ' bytes' : ''})`}`,
  }),
  unsupported_media_type: row({
    status: 415, when: 'the body is of a content type that the route does not take', details: z.object({ accepted: z.array(z.string()) }),
    message: ({ accepted }) => `the body must be ${accepted.join(' or ')}`,
  }),
  unsupported_image: row({
    status: 415, when: 'the file is not a picture of a format that is read; `format` names one that is known and not read',
    details: z.object({ format: z.string().nullable() }),
    message: ({ format }) => (format === null ? 'not a picture of a known format' : `${format} pictures are not read; JPEG, PNG, WebP, AVIF, GIF and TIFF are`),
  }),
  damaged_image: row({ status: 422, when: 'the picture cannot be decoded', details: nothing, message: () => 'the picture is damaged' }),
  face_not_found: row({ status: 422, when: 'a face is needed and the picture has none', details: nothing, message: () => 'no face was found in the picture' }),
  several_faces: row({
    status: 422, when: 'one face is needed and the picture has several', details: z.object({ faces: z.number() }),
    message: ({ faces }) => `the picture has ${faces} faces; give a box, or take the largest with face: largest`,
  }),
  quality_too_low: row({
    status: 422,
    when: 'the face does not pass the quality gate',
    details: z.object({ gate: z.string(), failed: z.array(z.object({ measure: z.string(), value: z.number(), least: z.number() })), reasons: z.array(z.string()) }),
    message: ({ gate, failed }) => `the quality gate '${gate}' refuses it: ${failed.map(({ measure, value, least }) => `${measure} ${value.toFixed(2)} < ${least}`).join(', ')}`,
  }),
  invalid_embedding: row({
    status: 422, when: 'a vector has another size than the space, is not finite or not of unit length', details: z.object({ problem: z.string() }),
    message: ({ problem }) => `not an embedding of this space: ${problem}`,
  }),
  nothing_enrolled: row({
    status: 422, when: 'every picture of an enrolment was rejected', details: z.object({ rejected_images: z.array(rejected) }),
    message: ({ rejected_images }) => `none of the ${rejected_images.length} pictures could be used`,
  }),
  bundle_refused: row({ status: 422, when: 'the bundle is damaged or cannot join those that are loaded', details: z.object({ problem: z.string() }), message: ({ problem }) => problem }),
  invalid_gallery: row({
    status: 422,
    when: 'the file is no gallery, is damaged or ends too early, or the passphrase does not open it',
    details: z.object({ line: z.number(), reason: z.enum(['format', 'checksum', 'truncated', 'passphrase']), problem: z.string() }),
    message: ({ line, problem }) => `line ${line} of the gallery: ${problem}`,
  }),
  no_threshold: row({
    status: 422,
    when: 'no loaded bundle has a threshold for the two models at the false-accept rate',
    details: z.object({ far: z.number(), known: z.array(z.number()), query_model_id: z.string(), gallery_model_id: z.string() }),
    message: ({ far, known }) => `no threshold for a false-accept rate of ${far}; ${known.length === 0 ? 'none was measured for these two models' : `there are those for ${known.join(', ')}`}`,
  }),
  rate_limited: row({ status: 429, when: 'more requests than the key or address may send', details: wait, message: (it) => `too many requests; try again in ${it.retry_after_seconds} s` }),
  internal: row({ status: 500, when: 'a mistake of the server', details: nothing, message: () => 'the server made a mistake; its log has the request id' }),
  busy: row({ status: 503, when: 'the queue is full; `Retry-After` says when to come back', details: wait, message: (it) => `the server is busy; try again in ${it.retry_after_seconds} s` }),
  not_ready: row({ status: 503, when: 'the model or the store does not answer; `Retry-After` says when to ask again', details: wait, message: () => 'the server is not ready' }),
  outcome_unknown: row({
    status: 504, when: 'the database went away while it kept what was asked; only with an idempotency key may it be sent again without a look', details: nothing,
    message: () => 'the database went away, and whether it is done is not known; send it again with its idempotency key, or look',
  }),
} as const;

export type ErrorCode = keyof typeof errors;
export type ErrorDetails<C extends ErrorCode> = z.output<(typeof errors)[C]['details']>;

export const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
  request_id: z.string(),
}).meta({ description: 'What every refusal looks like.' });
export type ErrorBody = z.output<typeof errorBody>;

/** The message of a code for these details. */
export function messageOf<C extends ErrorCode>(code: C, details: ErrorDetails<C>): string {
  return (errors[code].message as (it: ErrorDetails<C>) => string)(details);
}
