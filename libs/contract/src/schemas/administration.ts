import { z } from 'zod';
import { id, pageQuery, text, time } from './common.ts';

export const scope = z.enum(['read', 'enrol', 'admin']).meta({ description: '`admin` may do everything.' });
export type ScopeName = z.output<typeof scope>;

export const createKey = z.strictObject({
  name: text(200),
  scopes: z.array(scope).min(1).max(3).transform((scopes) => [...new Set(scopes)]),
  collection_ids: z.array(id).min(1).max(100).nullish().transform((ids) => ids ?? null).meta({ description: 'The only collections that it may touch.' }),
  expires_in_seconds: z.number().int().min(1).max(10 * 366 * 86_400).optional(),
});
export type CreateKey = z.input<typeof createKey>;

export const key = z.object({
  id,
  name: z.string(),
  scopes: z.array(scope),
  collection_ids: z.array(id).nullable(),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
});
export type KeyBody = z.output<typeof key>;

export const createdKey = key.extend({ secret: z.string().meta({ description: 'Shown this once; only its digest is kept.' }) });
export const keys = z.object({ keys: z.array(key) });
export const keyParams = z.strictObject({ key_id: id });
export const removedKeys = z.object({ keys: z.number() });

export const auditQuery = pageQuery.extend({ collection_id: id.optional() });
export const auditEntry = z.object({
  id: z.string(),
  at: time,
  request_id: z.string(),
  key_id: z.string().nullable(),
  action: z.string(),
  collection_id: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
