import { z } from 'zod';
import { id, metadata, pixelBox, text, time } from './common.ts';

export const quality = z.object({
  overall: z.number().meta({ description: 'The worst of the others.' }),
  sharpness: z.number(),
  size: z.number(),
  pose: z.number(),
  exposure: z.number(),
}).meta({ description: 'Each 0 to 1.' });

export const bbox = z.object({
  pixels: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  normalized: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
});

/** A face in a picture. A detection score says how sure it is a face; it is never a similarity. */
export const detectedFace = z.object({
  bbox: bbox.nullable().meta({ description: 'Null for a ready crop.' }),
  landmarks: z.array(z.object({ x: z.number(), y: z.number() })).nullable(),
  detection_score: z.number(),
  quality,
});
export type DetectedFace = z.output<typeof detectedFace>;

export const picture = z.object({ width: z.number(), height: z.number(), sha256: z.string() });

export const modelReference = z.object({ model_id: z.string(), name: z.string(), space_id: z.string(), size: z.number() });

/** A face of the gallery. */
export const face = z.object({
  id,
  person_id: id.nullable(),
  photo_id: z.string().nullable(),
  model_id: z.string(),
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
  quality: z.number().nullable(),
  has_crop: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: time,
});
export type FaceBody = z.output<typeof face>;

/** Why one picture of a request could not be used. */
export const failure = z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) });

export const faceFields = { photo_id: text(200).optional(), metadata: metadata.optional(), box: pixelBox.optional(), quality: z.number().min(0).max(1).optional() };
