import { z } from 'zod';
import { embedding, finding, id, image, images, metadata, mostImages, text } from './common.ts';
import { face, faceFields } from './face.ts';
import { person } from './gallery.ts';

export const qualityGate = z.enum(['off', 'standard', 'strict']);
export type QualityGate = z.output<typeof qualityGate>;

export const readyEmbedding = embedding.extend(faceFields);

const common = {
  image: image.optional(),
  images: images.optional(),
  embeddings: z.array(readyEmbedding).min(1).max(1000).optional(),
  ...finding,
  model: text(200).optional(),
  quality_gate: qualityGate.optional(),
  photo_id: text(200).optional().meta({ description: 'Of the one picture; the digest of its bytes otherwise.' }),
  metadata: metadata.optional(),
};

/** Whose face it is: someone there already, or someone to be made. None of them: nobody's yet. */
const whose = {
  person_id: id.optional(),
  external_id: text(200).optional(),
  name: text(200).optional(),
};

const selection = z.enum(['only', 'largest', 'all']).optional()
  .meta({ description: '`only` (the default for a person) refuses a picture with several faces; `all` (the default without one) is for faces of nobody yet.' });

interface Sources {
  image?: unknown;
  images?: unknown[] | undefined;
  embeddings?: unknown;
  boxes?: unknown;
  landmarks?: unknown;
  photo_id?: unknown;
}

const hasOneSource = ({ image: one, images: many, embeddings }: Sources): boolean =>
  [one, many, embeddings].filter((each) => each !== undefined).length === 1;
const hasOnePicture = ({ images: many, embeddings, boxes, landmarks, photo_id }: Sources): boolean =>
  (boxes === undefined && landmarks === undefined && photo_id === undefined) || (embeddings === undefined && (many?.length ?? 1) === 1);

export const enrolRequest = z.strictObject({ ...common, ...whose, face: selection })
  .refine(hasOneSource, 'needs one of image, images and embeddings')
  .refine(hasOnePicture, 'boxes, landmarks and photo_id belong to one picture')
  .refine((body) => body.face !== 'all' || (body.person_id ?? body.external_id ?? body.name) === undefined, 'all faces of a picture are not one person');
export type EnrolRequest = z.input<typeof enrolRequest>;
export type ParsedEnrolRequest = z.output<typeof enrolRequest>;

export const enrolForPersonRequest = z.strictObject({ ...common, face: z.enum(['only', 'largest']).optional() })
  .refine(hasOneSource, 'needs one of image, images and embeddings')
  .refine(hasOnePicture, 'boxes, landmarks and photo_id belong to one picture');
export type EnrolForPersonRequest = z.input<typeof enrolForPersonRequest>;

export const rejected = z.object({
  index: z.number(),
  filename: z.string().nullable(),
  reason: z.string().meta({ description: 'A code of the table of errors.' }),
  message: z.string(),
});
export type Rejected = z.output<typeof rejected>;

export const enrolResponse = z.object({
  person: person.nullable(),
  faces: z.array(face),
  rejected_images: z.array(rejected),
});
export type EnrolResponse = z.output<typeof enrolResponse>;

/** Many people at once: `people` says whose each picture or embedding is, in the same order. */
export const bulkEnrolRequest = z.strictObject({
  images: images.optional(),
  embeddings: z.array(readyEmbedding).min(1).max(1000).optional(),
  people: z.array(z.strictObject(whose)).min(1).max(Math.max(mostImages, 1000)),
  crop: finding.crop,
  min_detection_score: finding.min_detection_score,
  model: text(200).optional(),
  quality_gate: qualityGate.optional(),
  face: z.enum(['only', 'largest']).optional(),
}).refine((body) => (body.images === undefined) !== (body.embeddings === undefined), 'needs either images or embeddings')
  .refine((body) => (body.images ?? body.embeddings ?? []).length === body.people.length, 'people must be as many as pictures or embeddings');
export type BulkEnrolRequest = z.input<typeof bulkEnrolRequest>;

export const bulkEnrolResponse = z.object({
  enrolled: z.array(z.object({ index: z.number(), person: person.nullable(), face })),
  rejected_images: z.array(rejected),
});
export type BulkEnrolResponse = z.output<typeof bulkEnrolResponse>;
