export type PhotoErrorReason = 'not_an_image' | 'damaged_image' | 'too_many_bytes' | 'too_many_pixels';

/** A photo that cannot be used, and why; its message names no path. */
export class PhotoError extends Error {
  override readonly name = 'PhotoError';
  readonly reason: PhotoErrorReason;

  constructor(reason: PhotoErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
