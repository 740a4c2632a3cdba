import type { Face, FaceBox, Metadata } from './store.ts';

export interface FaceRow {
  readonly id: string;
  readonly collection_id: string;
  readonly person_id: string | null;
  readonly photo_id: string | null;
  readonly model_id: string;
  readonly box: FaceBox | null;
  readonly quality: number | null;
  readonly metadata: Metadata;
  readonly created_at: Date;
  readonly has_crop: boolean;
}

export const columns = `id, collection_id, person_id, photo_id, model_id, box, quality, metadata, created_at,
  EXISTS (SELECT 1 FROM crops WHERE face_id = faces.id) AS has_crop`;

export function fromRow(row: FaceRow): Face {
  return {
    id: row.id, collectionId: row.collection_id, personId: row.person_id, photoId: row.photo_id, modelId: row.model_id,
    box: row.box, quality: row.quality, hasCrop: row.has_crop, metadata: row.metadata, createdAt: row.created_at,
  };
}
