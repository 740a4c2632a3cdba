import { ApiError } from '@facenet/contract';
import { nameOf } from '../gallery/storage-error.ts';

/** Why a server did not do what it was asked. */
export type ServerFailure =
  | 'not-paired'
  | 'no-collection'
  | 'address'
  /** A pairing code that is used, old or none. */
  | 'code'
  /** No answer: no network, or the server is not there. */
  | 'unreachable'
  /** Later it may do it. */
  | 'busy'
  /** The key ended, was revoked, or may not do this. */
  | 'key'
  /** Its vectors are of another space. */
  | 'space'
  /** It says why it never will. */
  | 'refused';

/** With a sentence for people. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly reason: ServerFailure;

  constructor(reason: ServerFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A failure of a request in words. An abort that was asked for is given back as it is, and so is a mistake of the page. */
export function asServerError(error: unknown, baseUrl: string): unknown {
  if (error instanceof ApiError) return refusal(error);
  // What fetch rejects with when nothing answered, and what ends a wait that took too long.
  if (nameOf(error) === 'TypeError' || nameOf(error) === 'TimeoutError') {
    return new ServerError('unreachable', `the server ${baseUrl} does not answer; is this device on its network, and is it still running?`, error);
  }
  return error;
}

function refusal(error: ApiError): ServerError {
  const { status, code, message } = error;
  if (status === 401) return new ServerError('key', 'the server does not know this phone’s key any more; pair with it again', error);
  if (status === 403) return new ServerError('key', code === 'forbidden' ? `this phone may not do that: ${message}; ask for another pairing` : message, error);
  if (code === 'space_mismatch') return new ServerError('space', 'the server keeps faces that were computed by another kind of model, so this phone’s cannot be compared with them', error);
  if (status === 408 || status === 429 || status >= 500) return new ServerError('busy', message, error);
  if (code === 'unexpected_answer') return new ServerError('unreachable', 'what answers there is no facenet server, or one of another version', error);
  return new ServerError('refused', message, error);
}
