import { z } from 'zod';
import { decision } from './analysis.ts';
import { embedding, far, finding, id, image, images, text } from './common.ts';
import { bbox, failure } from './face.ts';
import { person } from './gallery.ts';

const rule = {
  far,
  limit: z.number().int().min(1).max(100).default(5).meta({ description: 'At most so many people.' }),
  gap: z.number().min(0).max(4).optional().meta({ description: 'How much farther than the match everyone else must be; a quarter of the threshold otherwise.' }),
  model: text(200).optional(),
};

export const searchRequest = z.strictObject({
  image: image.optional(),
  embedding: embedding.optional(),
  ...finding,
  face: z.enum(['only', 'largest']).default('largest').meta({ description: '`only` refuses a picture with several faces.' }),
  ...rule,
}).refine((body) => (body.image === undefined) !== (body.embedding === undefined), 'needs either image or embedding');
export type SearchRequestBody = z.input<typeof searchRequest>;

export const reason = z.enum(['close_enough', 'second_person_close', 'between_thresholds', 'too_far', 'nobody_enrolled']);

/** A person, once: by the closest of that person's faces. */
export const match = z.object({
  person,
  distance: z.number().meta({ description: 'Squared Euclidean distance, 0 to 4.' }),
  similarity: z.number().meta({ description: 'Cosine of the angle: 1 − distance / 2.' }),
  decision,
  threshold: z.number().meta({ description: 'For the two models together.' }),
  ambiguous_below: z.number(),
  matched_face_id: id,
  model_id: z.string().meta({ description: 'Of the face in the gallery.' }),
});
export type Match = z.output<typeof match>;

export const verdict = z.object({
  verdict: decision,
  reason,
  person: person.nullable().meta({ description: 'Null unless it is a match.' }),
  matches: z.array(match).meta({ description: 'Everyone who is not too far, the closest first: one entry per person.' }),
  distance: z.number().nullable().meta({ description: 'Of the person that the verdict is about; null where nobody is enrolled.' }),
  threshold: z.number(),
  ambiguous_below: z.number(),
  far: z.number(),
  gap: z.object({ required: z.number(), actual: z.number().nullable() }).meta({ description: 'How much farther the second person is; null where there is none.' }),
  query_model_id: z.string(),
  space_id: z.string(),
});
export type VerdictBody = z.output<typeof verdict>;

export const probe = z.object({ bbox: bbox.nullable(), detection_score: z.number(), faces_found: z.number() });

export const searchResponse = verdict.extend({ face: probe.nullable().meta({ description: 'Null where the query was an embedding.' }) });
export type SearchResponse = z.output<typeof searchResponse>;

export const bulkSearchRequest = z.strictObject({
  images: images.optional(),
  embeddings: z.array(embedding).min(1).max(256).optional(),
  crop: finding.crop,
  min_detection_score: finding.min_detection_score,
  face: z.enum(['only', 'largest', 'all']).default('all'),
  ...rule,
}).refine((body) => (body.images === undefined) !== (body.embeddings === undefined), 'needs either images or embeddings');
export type BulkSearchRequest = z.input<typeof bulkSearchRequest>;

export const bulkSearchResponse = z.object({
  results: z.array(z.union([
    z.object({ index: z.number(), faces: z.array(searchResponse) }),
    z.object({ index: z.number(), error: failure }),
  ])),
});
export type BulkSearchResponse = z.output<typeof bulkSearchResponse>;
