/** Why this device did not keep or read something. */
export type StorageFailure = 'quota' | 'erased' | 'outdated' | 'missing' | 'unavailable';

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

/** A failure of the browser's storage in words. Others are given back as they are. */
export function asStorageError(error: unknown): unknown {
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return new StorageError('quota', 'this device has no room left; nothing was kept. Remove some people or pictures, or make room on the device', error);
    case 'UnknownError':
    case 'SecurityError':
      return new StorageError('unavailable', 'this browser keeps nothing for this page; a private window, or blocked site data, is the usual reason', error);
    default:
      return error;
  }
}

/** Realms differ in what a DOMException is an instance of. */
export function nameOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : undefined;
}
