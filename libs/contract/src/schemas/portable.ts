import { z } from 'zod';
import { text } from './common.ts';
import { collection } from './gallery.ts';

/** A file that need not fit into memory. */
export interface ByteSource {
  chunks(): AsyncIterable<Uint8Array>;
}

const file = z.union([
  z.string().min(1).meta({ contentEncoding: 'base64' }),
  z.custom<Uint8Array | ByteSource>((value) => ArrayBuffer.isView(value) || isByteSource(value)),
]).meta({ description: 'A gallery as it was exported: base64 in JSON, a file in multipart/form-data.' });

function isByteSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'chunks' in value && typeof value.chunks === 'function';
}

export const importGallery = z.strictObject({
  file,
  passphrase: text(200).optional().meta({ description: 'Of an encrypted file.' }),
  name: text(200).optional().meta({ description: 'Of the new collection; that in the file otherwise.' }),
});
export type ImportGallery = z.input<typeof importGallery>;

export const importedGallery = z.object({
  collection,
  imported: z.object({ persons: z.number(), faces: z.number(), links: z.number() }),
  new_ids: z.object({ persons: z.number(), faces: z.number() }).meta({ description: 'How many had an id that was taken here, and have another one now.' }),
});
