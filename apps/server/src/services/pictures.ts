import type { ImageInput } from '@facenet/contract';
import { FaceError } from '@facenet/face';
import { type FindRequest, type FoundFace, type FoundFaces, PhotoError } from '@facenet/photo';
import { BusyError } from '../inference/embedder.ts';
import { type LoadedModel, ModelError } from '../models/model-registry.ts';
import type { ServiceParts } from './parts.ts';
import { invalid, ServiceError } from './service-error.ts';

/** How a request says where faces are. */
export interface FindingFields {
  readonly crop?: boolean | undefined;
  readonly boxes?: FindRequest['boxes'] | undefined;
  readonly landmarks?: FindRequest['landmarks'] | undefined;
  readonly min_detection_score?: number | undefined;
}

/** Faces of a picture, the largest first; a refusal says what is wrong with its file. */
export async function findFaces(parts: ServiceParts, picture: ImageInput, how: FindingFields): Promise<FoundFaces> {
  const request: FindRequest = {
    photo: bytesOf(picture, parts.settings.pictureBytes),
    ...(how.crop === undefined ? {} : { crop: how.crop }),
    ...(how.boxes === undefined ? {} : { boxes: how.boxes }),
    ...(how.landmarks === undefined ? {} : { landmarks: how.landmarks }),
    ...(how.min_detection_score === undefined ? {} : { minDetectionScore: how.min_detection_score }),
  };
  try {
    return await parts.faces.find(request);
  } catch (error) {
    if (error instanceof PhotoError) throw refusalOf(error, parts.settings.pictureBytes);
    // Of the boxes and landmarks, which the caller gave.
    throw error instanceof FaceError ? invalid('', error.message) : asRefusal(error);
  }
}

// A request with many faces takes its turn with others rather than the whole queue.
const cropsAtOnce = 32;

export async function embedFaces({ models }: ServiceParts, model: LoadedModel, faces: readonly FoundFace[], signal: AbortSignal): Promise<Float32Array[]> {
  if (faces.length === 0) return [];
  const step = Math.max(1, Math.min(cropsAtOnce, model.embedder.load.capacity));
  try {
    return await models.use(model.modelId, async ({ embedder }) => {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < faces.length; start += step) {
        vectors.push(...await embedder.embed(faces.slice(start, start + step).map(({ crop }) => crop), { signal }));
      }
      return vectors;
    });
  } catch (error) {
    throw asRefusal(error);
  }
}

/** The one face that a request is about. */
export function chooseFace({ faces }: FoundFaces, which: 'only' | 'largest'): FoundFace {
  const [largest] = faces;
  if (largest === undefined) throw new ServiceError('face_not_found', {});
  if (which === 'only' && faces.length > 1) throw new ServiceError('several_faces', { faces: faces.length });
  return largest;
}

/** Every picture, a few at a time; what is refused stays with its picture, anything else ends the request. */
export async function eachPicture<T>(pictures: readonly ImageInput[], work: (picture: ImageInput, index: number) => Promise<T>): Promise<(T | ServiceError)[]> {
  const results: (T | ServiceError)[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < pictures.length; index = next++) {
      try {
        results[index] = await work(pictures[index]!, index);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.status >= 500) throw error;
        results[index] = error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, pictures.length) }, worker));
  return results;
}

function bytesOf(picture: ImageInput, limit: number): Uint8Array {
  const bytes = typeof picture === 'string' ? Buffer.from(picture.replace(/^data:[^,]{0,100},/, ''), 'base64') : picture;
  if (bytes.byteLength > limit) throw new ServiceError('payload_too_large', { what: 'picture', limit });
  return bytes;
}

function refusalOf({ reason, format }: PhotoError, pictureBytes: number): ServiceError {
  switch (reason) {
    case 'not_an_image': return new ServiceError('unsupported_image', { format: format ?? null });
    case 'damaged_image': return new ServiceError('damaged_image', {});
    case 'too_many_bytes': return new ServiceError('payload_too_large', { what: 'picture', limit: pictureBytes });
    case 'too_many_pixels': return new ServiceError('payload_too_large', { what: 'pixels', limit: null });
    default: return reason satisfies never;
  }
}

function asRefusal(error: unknown): unknown {
  // Unloaded since the request chose it.
  if (error instanceof ModelError) return new ServiceError('not_found', { what: 'model' });
  return error instanceof BusyError ? new ServiceError('busy', { retry_after_seconds: Math.max(1, Math.ceil(error.retryAfterSeconds)) }) : error;
}
