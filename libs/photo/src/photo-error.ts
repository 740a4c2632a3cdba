export type PhotoErrorReason = 'not_an_image' | 'damaged_image' | 'too_many_bytes' | 'too_many_pixels';

/** A photo that cannot be used, and why; its message names no path. */
export class PhotoError extends Error {
  override readonly name = 'PhotoError';
  readonly reason: PhotoErrorReason;
  /** Of `not_an_image`: what it is, where that is a photo all the same. */
  readonly format: 'HEIC' | undefined;

  constructor(reason: PhotoErrorReason, message: string, format?: 'HEIC') {
    super(message);
    this.reason = reason;
    this.format = format;
  }
}
