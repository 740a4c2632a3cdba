import { metadata, text } from '@facenet/contract';
import { z } from 'zod';

/** What a file of another version may hold is not guessed at. */
export const formatName = 'facenet-gallery';
export const formatVersion = 1;

const id = z.uuid().transform((value) => value.toLowerCase());
const time = z.iso.datetime();
const count = z.int().min(0);

/** Bounded, so that a file cannot ask for all memory. */
const scrypt = z.strictObject({
  name: z.literal('scrypt'),
  n: z.int().min(2 ** 14).max(2 ** 18).refine((n) => Number.isInteger(Math.log2(n)), 'is not a power of two'),
  r: z.int().min(1).max(8),
  p: z.int().min(1).max(4),
  salt: z.string().min(16).max(100),
});

export const header = z.strictObject({
  type: z.literal('header'),
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  created_at: time,
  space_id: text(200),
  size: z.int().min(1).max(4096),
  models: z.array(z.strictObject({ model_id: text(200), faces: count })).max(10_000),
  counts: z.strictObject({ persons: count, faces: count }),
  encryption: z.strictObject({ cipher: z.literal('AES-256-GCM'), kdf: scrypt }).nullable(),
});
export type GalleryHeader = z.output<typeof header>;
export type Encryption = NonNullable<GalleryHeader['encryption']>;

const collection = z.strictObject({ type: z.literal('collection'), id, name: text(200), keep_crops: z.boolean(), metadata, created_at: time });
const person = z.strictObject({ type: z.literal('person'), id, name: text(200), external_id: text(200).nullable(), metadata, created_at: time });
const face = z.strictObject({
  type: z.literal('face'),
  id,
  person_id: id.nullable(),
  model_id: text(200),
  photo_id: text(200).nullable(),
  box: z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
  quality: z.number().min(0).max(1).nullable(),
  metadata,
  created_at: time,
  vector: z.string().max(24_000),
});
const link = z.strictObject({ type: z.literal('link'), kind: z.enum(['must', 'cannot']), a: id, b: id });
const counts = z.strictObject({ persons: count, faces: count, links: count });
const trailer = z.strictObject({ type: z.literal('trailer'), counts, sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const sealed = z.strictObject({ type: z.literal('sealed'), data: z.string() });

/** Every line after the first. */
export const line = z.discriminatedUnion('type', [collection, person, face, link, trailer]);
export const sealedLine = sealed;

export type CollectionLine = z.output<typeof collection>;
export type PersonLine = z.output<typeof person>;
export type FaceLine = z.output<typeof face>;
export type LinkLine = z.output<typeof link>;
export type TrailerLine = z.output<typeof trailer>;
export type GalleryCounts = z.output<typeof counts>;
/** What a gallery is made of, in the order of a file. */
export type GalleryRecord = CollectionLine | PersonLine | FaceLine | LinkLine;
