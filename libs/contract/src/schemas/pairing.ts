import { z } from 'zod';
import { key } from './administration.ts';
import { id, text, time } from './common.ts';

/** A phone gets no `admin`: who holds it may have found it. */
const phoneScope = z.enum(['read', 'enrol']);

export const createPairing = z.strictObject({
  name: text(200).meta({ description: 'Of the key that the phone gets.' }),
  scopes: z.array(phoneScope).min(1).max(2).transform((scopes) => [...new Set(scopes)]),
  collection_ids: z.array(id).min(1).max(100).nullish().transform((ids) => ids ?? null).meta({ description: 'The only collections that the key may touch.' }),
  expires_in_seconds: z.number().int().min(1).max(600).default(300).meta({ description: 'How long the code can be exchanged.' }),
  key_expires_in_seconds: z.number().int().min(1).max(10 * 366 * 86_400).optional().meta({ description: 'Of the key, from the exchange on; for ever where it is not given.' }),
  page: z.url({ protocol: /^https?$/ }).max(500).optional().meta({ description: 'The page that the link opens, of this server or of an origin that may call it; the phone page of this server unless given.' }),
});
export type CreatePairing = z.input<typeof createPairing>;

export const pairing = z.object({
  id,
  name: z.string(),
  scopes: z.array(phoneScope),
  collection_ids: z.array(id).nullable(),
  key_expires_in_seconds: z.number().nullable(),
  created_at: time,
  expires_at: time,
});
export type PairingBody = z.output<typeof pairing>;

export const createdPairing = pairing.extend({
  code: z.string().meta({ description: 'Shown this once; only its digest is kept. Capitals and dashes do not matter.' }),
  url: z.string().meta({ description: 'Opens the page with the code in its fragment, which browsers keep to themselves.' }),
  qr_svg: z.string().meta({ description: 'The URL as a QR code: an SVG.' }),
});

export const pairings = z.object({ pairings: z.array(pairing).meta({ description: 'Those that can still be exchanged.' }) });
export const pairingParams = z.strictObject({ pairing_id: id });
export const cancelledPairings = z.object({ pairings: z.number() });

export const exchangePairing = z.strictObject({ code: z.string().min(1).max(100) });
/** As the answer to a new key, so that a phone reads both alike. */
export const exchangedPairing = key.extend({ secret: z.string().meta({ description: 'Shown this once; only its digest is kept.' }) });
