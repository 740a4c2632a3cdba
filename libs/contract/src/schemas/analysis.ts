import { z } from 'zod';
import { embedding, far, finding, image, images, text } from './common.ts';
import { bbox, detectedFace, failure, modelReference, picture } from './face.ts';

export const detectRequest = z.strictObject({ image, ...finding });
export const detectResponse = z.object({ image: picture, faces: z.array(detectedFace) });
export type DetectRequest = z.input<typeof detectRequest>;
export type DetectResponse = z.output<typeof detectResponse>;

export const embeddedFace = detectedFace.extend({
  embedding: z.union([z.array(z.number()), z.string()]).meta({ description: 'As the request asks: numbers, or base64 of little-endian float32.' }),
});

export const embeddingsRequest = z.strictObject({
  image: image.optional(),
  images: images.optional(),
  ...finding,
  model: text(200).optional().meta({ description: 'By id or name; the default model otherwise.' }),
  encoding: z.enum(['float', 'base64']).default('float'),
}).refine((body) => (body.image === undefined) !== (body.images === undefined), 'needs either image or images')
  .refine(oneForBoxes, 'boxes and landmarks belong to one picture');
export type EmbeddingsRequest = z.input<typeof embeddingsRequest>;

/** Of `image`: its faces. Of `images`: one result for each, in their order. */
export const embeddingsResponse = z.union([
  z.object({ model: modelReference, image: picture, faces: z.array(embeddedFace) }),
  z.object({
    model: modelReference,
    results: z.array(z.union([
      z.object({ index: z.number(), image: picture, faces: z.array(embeddedFace) }),
      z.object({ index: z.number(), error: failure }),
    ])),
  }),
]);
export type EmbeddingsResponse = z.output<typeof embeddingsResponse>;

export const decision = z.enum(['match', 'ambiguous', 'unknown']);

export const compareRequest = z.strictObject({
  source: image.optional(),
  target: image.optional(),
  source_embedding: embedding.optional(),
  target_embedding: embedding.optional(),
  crop: finding.crop,
  min_detection_score: finding.min_detection_score,
  face: z.enum(['only', 'largest']).default('largest').meta({ description: '`only` refuses a picture with several faces.' }),
  far,
}).refine((body) => (body.source === undefined) !== (body.source_embedding === undefined), 'needs either source or source_embedding')
  .refine((body) => (body.target === undefined) !== (body.target_embedding === undefined), 'needs either target or target_embedding');
export type CompareRequest = z.input<typeof compareRequest>;

export const comparedFace = z.object({ bbox: bbox.nullable(), detection_score: z.number(), faces_found: z.number() });

export const compareResponse = z.object({
  matched: z.boolean(),
  decision,
  distance: z.number().meta({ description: 'Squared Euclidean distance, 0 to 4.' }),
  similarity: z.number().meta({ description: 'Cosine of the angle: 1 − distance / 2.' }),
  threshold: z.number(),
  ambiguous_below: z.number(),
  far: z.number(),
  source_face: comparedFace.nullable(),
  target_face: comparedFace.nullable(),
  source_model_id: z.string(),
  target_model_id: z.string(),
});
export type CompareResponse = z.output<typeof compareResponse>;

function oneForBoxes(body: { images?: unknown[] | undefined; boxes?: unknown; landmarks?: unknown }): boolean {
  return (body.images?.length ?? 1) === 1 || (body.boxes === undefined && body.landmarks === undefined);
}
