import { z } from 'zod';

export const id = z.uuid().meta({ description: 'A UUID.' });

// PostgreSQL refuses NUL in text, and half of a surrogate pair in JSON.
const unstorable = /[\u0000\ud800-\udfff]/u;

export const text = (longest: number) => z.string().min(1).max(longest).refine((value) => !unstorable.test(value), 'holds a character that cannot be stored');

const metadataCharacters = 16_384;
const metadataDepth = 8;

/** The caller's own data, kept as it is. */
export const metadata = z.record(z.string(), z.unknown()).refine(isStorable, `is not plain JSON of at most ${metadataCharacters} characters and ${metadataDepth} levels`);

function isStorable(value: unknown): boolean {
  // Depth first: writing out what is nested too deeply would exhaust the stack.
  if (!isShallow(value, metadataDepth)) return false;
  const written = JSON.stringify(value);
  return written.length <= metadataCharacters && !/\\u(0000|d[89a-f][0-9a-f]{2})/i.test(written);
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}

/** In JSON the file as base64, with or without `data:…,` before it; in a form a file. */
export const image = z.union([
  z.string().min(1).meta({ contentEncoding: 'base64' }),
  z.custom<Uint8Array>((value) => ArrayBuffer.isView(value)),
]).meta({ description: 'A picture: base64 in JSON, a file in multipart/form-data.' });
export type ImageInput = z.input<typeof image>;

export const mostImages = 64;
export const images = z.array(image).min(1).max(mostImages);

/** Numbers, or the same as base64 of little-endian float32. */
export const vector = z.union([z.array(z.number()).min(1).max(4096), z.string().min(4).max(24_000)])
  .meta({ description: 'A unit vector: numbers, or base64 of little-endian float32.' });

export const embedding = z.strictObject({
  space_id: text(200),
  model_id: text(200),
  vector,
}).meta({ description: 'A vector that was made elsewhere, with the space that it lives in and the model that made it.' });
export type EmbeddingInput = z.input<typeof embedding>;

export const point = z.strictObject({ x: z.number(), y: z.number() });

export const pixelBox = z.strictObject({ x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() });

export const landmarks = z.tuple([point, point, point, point, point])
  .meta({ description: 'Left eye, right eye, nose, left and right corner of the mouth, as seen, in pixels of the upright photo.' });

/** How faces are found in a picture. */
export const finding = {
  crop: z.boolean().optional().meta({ description: 'Each picture is a ready crop of one face.' }),
  boxes: z.array(pixelBox).min(1).max(100).optional().meta({ description: 'Where the faces are, instead of detecting them; with one picture.' }),
  landmarks: z.array(landmarks).min(1).max(100).optional().meta({ description: 'Five points of each face, instead of detecting them; with one picture.' }),
  min_detection_score: z.number().min(0).max(1).optional(),
};

export const far = z.number().positive().max(1).optional()
  .meta({ description: 'The false-accept rate whose threshold decides; the server has a default.' });

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(300).optional(),
});

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const time = z.string().meta({ format: 'date-time' });

export const removed = z.object({ collections: z.number(), persons: z.number(), faces: z.number(), crops: z.number() })
  .meta({ description: 'How many of each were removed.' });
export type RemovedCounts = z.output<typeof removed>;
