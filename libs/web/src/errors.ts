/** What can go wrong, by codes that stay the same. */
export type ErrorCode =
  | 'no_face' | 'not_a_picture' | 'too_many_pixels'
  | 'model_not_reachable' | 'model_broken' | 'model_not_for_photos' | 'no_threshold'
  | 'device_not_there' | 'out_of_memory' | 'not_supported'
  | 'disposed' | 'worker_ended' | 'bad_request' | 'failed';

/** Everything that this package throws, but for the reason of an AbortSignal. */
export class EmbedderError extends Error {
  override readonly name: string = 'EmbedderError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What was given to be looked at: no picture, or one that is too large. */
export class PictureError extends EmbedderError {
  override readonly name: string = 'PictureError';
}

/** A picture without a face where one is needed. */
export class NoFaceError extends PictureError {
  override readonly name = 'NoFaceError';
  /** Which picture: 0 for the first, 1 for the second. */
  readonly picture: number;

  constructor(picture: number) {
    super('no_face', `no face was found in the ${picture === 0 ? 'first' : 'second'} picture`);
    this.picture = picture;
  }
}

/** The model: out of reach, damaged, or not made for what is asked of it. */
export class ModelError extends EmbedderError {
  override readonly name = 'ModelError';
}

/** The device or the browser: what is not there, does not suffice or computes wrongly. */
export class DeviceError extends EmbedderError {
  override readonly name = 'DeviceError';
}

/** The embedder is no more. */
export class EndedError extends EmbedderError {
  override readonly name = 'EndedError';
}

const classes: Readonly<Record<Exclude<ErrorCode, 'no_face'>, typeof EmbedderError>> = {
  not_a_picture: PictureError, too_many_pixels: PictureError,
  model_not_reachable: ModelError, model_broken: ModelError, model_not_for_photos: ModelError, no_threshold: ModelError,
  device_not_there: DeviceError, out_of_memory: DeviceError, not_supported: DeviceError,
  disposed: EndedError, worker_ended: EndedError,
  bad_request: EmbedderError, failed: EmbedderError,
};

/** An error of the class that its code has. */
export function errorOf(code: Exclude<ErrorCode, 'no_face'>, message: string): EmbedderError {
  return new classes[code](code, message);
}

/** An error on its way between worker and page, where classes are lost. */
export type SentError =
  | { readonly code: Exclude<ErrorCode, 'no_face'>; readonly message: string }
  | { readonly code: 'no_face'; readonly picture: number };

export function sendError(error: unknown): SentError {
  if (error instanceof NoFaceError) return { code: 'no_face', picture: error.picture };
  if (error instanceof EmbedderError && error.code !== 'no_face') return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: isOutOfMemory(error, message) ? 'out_of_memory' : 'failed', message };
}

export function receiveError(sent: SentError): EmbedderError {
  return sent.code === 'no_face' ? new NoFaceError(sent.picture) : errorOf(sent.code, sent.message);
}

/** As browsers and the runtime say it. */
function isOutOfMemory(error: unknown, message: string): boolean {
  return /out of memory|\bOOM\b|bad_alloc|memory allocation|could not allocate|allocation failed|failed to allocate/i.test(message)
    || (error instanceof RangeError && /array (?:buffer )?(?:length|size|allocation)/i.test(message));
}
