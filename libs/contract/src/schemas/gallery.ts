import { z } from 'zod';
import { id, metadata, pageQuery, text, time } from './common.ts';
import { face } from './face.ts';

export const collectionParams = z.strictObject({ collection_id: id });
export const personParams = z.strictObject({ collection_id: id, person_id: id });
export const faceParams = z.strictObject({ collection_id: id, face_id: id });

export const createCollection = z.strictObject({
  name: text(200),
  space_id: text(200).optional().meta({ description: 'That of the default model otherwise. It never changes.' }),
  keep_crops: z.boolean().default(false).meta({ description: 'Keep aligned crops, so that a better model can embed them again.' }),
  metadata: metadata.default({}),
});
export type CreateCollection = z.input<typeof createCollection>;

export const updateCollection = z.strictObject({ name: text(200).optional(), keep_crops: z.boolean().optional(), metadata: metadata.optional() });

export const collection = z.object({
  id,
  name: z.string(),
  space_id: z.string(),
  size: z.number(),
  keep_crops: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: time,
});
export type CollectionBody = z.output<typeof collection>;

export const collectionWithCounts = collection.extend({
  counts: z.object({
    persons: z.number(),
    faces: z.number(),
    unnamed_faces: z.number(),
    models: z.array(z.object({ model_id: z.string(), faces: z.number() })),
  }),
});

export const createPerson = z.strictObject({
  name: text(200),
  external_id: text(200).nullish().transform((value) => value ?? null).meta({ description: "The caller's own id; unique in the collection." }),
  metadata: metadata.default({}),
});
export type CreatePerson = z.input<typeof createPerson>;

export const updatePerson = z.strictObject({ name: text(200).optional(), external_id: text(200).nullable().optional(), metadata: metadata.optional() });

export const person = z.object({
  id,
  name: z.string(),
  external_id: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: time,
});
export type PersonBody = z.output<typeof person>;
export const listedPerson = person.extend({ faces: z.number() });

export const listPersonsQuery = pageQuery.extend({ name: text(200).optional() });

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

export const listFacesQuery = pageQuery.extend({
  person_id: id.optional(),
  unnamed: flag.optional().meta({ description: 'Only faces that nobody has named.' }),
});

export const assignFaces = z.strictObject({ face_ids: z.array(id).min(1).max(1000), person_id: id.nullable() });
export const deleteFaces = z.strictObject({ face_ids: z.array(id).min(1).max(1000) });
export const changed = z.object({ changed: z.number() });
export const faces = z.object({ faces: z.array(face) });
