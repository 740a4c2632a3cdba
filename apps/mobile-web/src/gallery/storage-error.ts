/** Why this device did not keep or read something. */
export type StorageFailure =
  | 'quota'
  | 'erased'
  | 'outdated'
  /** What was named is not there, or not any more. */
  | 'missing'
  /** Another tab changed the same thing at the same time. */
  | 'conflict'
  | 'unavailable';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly reason: StorageFailure;

  constructor(reason: StorageFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A value that cannot be kept as it is. */
export class GalleryInputError extends Error {
  override readonly name = 'GalleryInputError';
}

/** A record does not open: it was changed, or moved from another place. */
export class DamagedRecordError extends Error {
  override readonly name = 'DamagedRecordError';
}

/** A failure of the browser's storage in words. Others are given back as they are. */
export function asStorageError(error: unknown): unknown {
  const name = nameOf(error);
  if (name === 'QuotaExceededError') {
    return new StorageError('quota', 'this device has no room left; nothing was kept. Remove some people or pictures, or make room on the device', error);
  }
  if (name === 'UnknownError' || name === 'SecurityError') {
    return new StorageError('unavailable', 'this browser keeps nothing for this page; a private window, or blocked site data, is the usual reason', error);
  }
  return error;
}

/** Realms differ in what a DOMException is an instance of. */
export function nameOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : undefined;
}
