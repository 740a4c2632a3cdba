import { type GalleryRecord, type HeaderFields, vectorToBase64 } from '@facenet/gallery-file';
import type { Contents, Face, Person } from './gallery.ts';

/** What a file of one space has of the gallery, and what it cannot have. */
export interface PortablePart {
  readonly people: readonly Person[];
  readonly faces: readonly Face[];
  readonly links: Contents['links'];
  readonly leftOut: {
    /** People all of whose faces are of another space. */
    readonly people: number;
    /** Faces of another space. */
    readonly faces: number;
    /** Records that do not open. */
    readonly damaged: number;
  };
}

/** A file is of one space: faces of it, their people, and people without a face. */
export function portablePart({ people, faces, links, damaged }: Contents, spaceId: string): PortablePart {
  const within = faces.filter((face) => face.spaceId === spaceId);
  const ids = new Set(within.map(({ id }) => id));
  const here = new Set(within.map(({ personId }) => personId));
  const anywhere = new Set(faces.map(({ personId }) => personId));
  const kept = people.filter(({ id }) => here.has(id) || !anywhere.has(id));
  // A face whose person does not open is nobody's in the file.
  const known = new Set(kept.map(({ id }) => id));
  return {
    people: kept,
    faces: within.map((face) => (face.personId === null || known.has(face.personId) ? face : { ...face, personId: null })),
    links: links.filter(({ a, b }) => ids.has(a) && ids.has(b)),
    leftOut: { people: people.length - kept.length, faces: faces.length - within.length, damaged: damaged.length },
  };
}

/** `size` is that of the space's vectors. */
export function headerOf({ people, faces }: PortablePart, { spaceId, size, now }: { readonly spaceId: string; readonly size: number; readonly now: Date }): HeaderFields {
  const models = new Map<string, number>();
  for (const { modelId } of faces) models.set(modelId, (models.get(modelId) ?? 0) + 1);
  return {
    created_at: now.toISOString(), space_id: spaceId, size,
    models: [...models].map(([model_id, count]) => ({ model_id, faces: count })), counts: { persons: people.length, faces: faces.length },
  };
}

/** In the order of a file. Times of what is on the device are kept to the millisecond. */
export function* recordsOf({ people, faces, links }: PortablePart, { name, id, now }: { readonly name: string; readonly id: string; readonly now: Date }): Generator<GalleryRecord> {
  yield { type: 'collection', id, name, keep_crops: false, metadata: {}, created_at: now.toISOString() };
  for (const person of people) {
    yield { type: 'person', id: person.id, name: person.name, external_id: person.externalId, metadata: person.metadata, created_at: person.createdAt.toISOString() };
  }
  for (const face of faces) {
    yield {
      type: 'face', id: face.id, person_id: face.personId, model_id: face.modelId, photo_id: face.photoId, box: face.box, quality: face.quality,
      metadata: face.metadata, created_at: face.createdAt.toISOString(), vector: vectorToBase64(face.vector),
    };
  }
  for (const { kind, a, b } of links) yield { type: 'link', kind, a, b };
}
