import type { ImageSource } from '../embedder.ts';
import { errorOf } from '../errors.ts';
import type { SentPicture } from '../link/calls.ts';

/** What a picture becomes for the worker. Files are decoded there; what the page alone can see is taken as it looks now. */
export async function sendPicture(source: ImageSource): Promise<SentPicture> {
  if (source instanceof Blob) return { kind: 'file', file: source };
  if (source instanceof ImageData) return { kind: 'rgba', width: source.width, height: source.height, data: bytesOf(source) };
  if (!isDrawable(source)) throw errorOf('not_a_picture', `expected a file, a picture, a canvas or a video, got ${nameOf(source)}`);
  await ready(source);
  try {
    // The caller keeps what was given; a bitmap can go to the worker only once.
    return { kind: 'bitmap', bitmap: await createImageBitmap(source, { imageOrientation: 'from-image' }) };
  } catch (error) {
    throw errorOf('not_a_picture', `the ${nameOf(source)} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** What need not be copied on the way. */
export function transferOf(picture: SentPicture): Transferable[] {
  return picture.kind === 'bitmap' ? [picture.bitmap] : [];
}

type Drawable = Exclude<ImageSource, Blob | ImageData>;

function isDrawable(source: unknown): source is Drawable {
  return [ImageBitmap, HTMLImageElement, HTMLCanvasElement, HTMLVideoElement, OffscreenCanvas].some((kind) => source instanceof kind);
}

async function ready(source: Drawable): Promise<void> {
  if (source instanceof HTMLVideoElement && source.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
    throw errorOf('not_a_picture', 'the video shows no frame yet; wait for its event "loadeddata"');
  }
  if (source instanceof HTMLImageElement && !source.complete) {
    await source.decode().catch(() => { throw errorOf('not_a_picture', 'the image cannot be loaded'); });
  }
}

function bytesOf({ data }: ImageData): Uint8ClampedArray {
  if (data instanceof Uint8ClampedArray) return data;
  throw errorOf('not_a_picture', 'expected ImageData of 8 bits a channel');
}

function nameOf(source: unknown): string {
  return typeof source === 'object' && source !== null ? source.constructor.name : String(source);
}
