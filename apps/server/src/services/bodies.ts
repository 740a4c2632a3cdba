import type { CollectionBody, DetectedFace, FaceBody, ModelBody, PersonBody, RemovedCounts } from '@facenet/contract';
import type { FoundFace, FoundFaces } from '@facenet/photo';
import type { LoadedModel } from '../models/model-registry.ts';
import type { Collection, Face, Person, Removed } from '../store/store.ts';

/** Rows as the contract writes them. */
export function collectionBody(it: Collection): CollectionBody {
  return { id: it.id, name: it.name, space_id: it.spaceId, size: it.size, keep_crops: it.keepCrops, metadata: it.metadata, created_at: it.createdAt.toISOString() };
}

export function personBody(it: Person): PersonBody {
  return { id: it.id, name: it.name, external_id: it.externalId, metadata: it.metadata, created_at: it.createdAt.toISOString() };
}

export function faceBody(it: Face): FaceBody {
  return {
    id: it.id, person_id: it.personId, photo_id: it.photoId, model_id: it.modelId, box: it.box, quality: it.quality,
    has_crop: it.hasCrop, metadata: it.metadata, created_at: it.createdAt.toISOString(),
  };
}

export function removedBody({ collections, persons, faces, crops }: Removed): RemovedCounts {
  return { collections, persons, faces, crops };
}

export function modelBody(it: LoadedModel, isDefault: boolean): ModelBody {
  return {
    model_id: it.modelId, name: it.name, space_id: it.spaceId, size: it.size, input_size: [...it.inputSize], licence: it.licence,
    provider: it.provider, fars: [...it.fars], default: isDefault,
  };
}

export function modelReferenceBody({ modelId, name, spaceId, size }: LoadedModel): { model_id: string; name: string; space_id: string; size: number } {
  return { model_id: modelId, name, space_id: spaceId, size };
}

export function bboxBody(box: FoundFace['box'], photo: FoundFaces['photo']): DetectedFace['bbox'] {
  if (box === null) return null;
  const { x, y, width, height } = box;
  return {
    pixels: { x, y, width, height },
    normalized: { left: x / photo.width, top: y / photo.height, width: width / photo.width, height: height / photo.height },
  };
}

export function detectedFaceBody(it: FoundFace, photo: FoundFaces['photo']): DetectedFace {
  const { overall, sharpness, size, pose, exposure } = it.quality;
  return {
    bbox: bboxBody(it.box, photo),
    landmarks: it.landmarks === null ? null : it.landmarks.map(({ x, y }) => ({ x, y })),
    detection_score: it.detectionScore,
    quality: { overall, sharpness, size, pose, exposure },
  };
}
