import { type ErrorCode, type ErrorDetails, errors, messageOf } from '@facenet/contract';

/** A refusal: a row of the contract's table with its details. */
export class ServiceError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ServiceError';
  readonly code: C;
  readonly details: ErrorDetails<C>;

  constructor(code: C, details: ErrorDetails<C>) {
    super(messageOf(code, details));
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errors[this.code].status;
  }
}

export function invalid(path: string, message: string): ServiceError<'invalid_request'> {
  return new ServiceError('invalid_request', { issues: [{ path, message }] });
}

/** The thing, or a refusal that says what is not there. */
export function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new ServiceError('not_found', { what });
  return thing;
}
