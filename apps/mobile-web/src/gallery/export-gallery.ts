import { type GalleryCrypto, writeGallery } from '@facenet/gallery-file';
import { headerOf, type PortablePart, portablePart, recordsOf } from './gallery-records.ts';
import type { Gallery } from './gallery.ts';

export interface ExportOptions {
  /** What the collection is called where the file is read. */
  readonly name: string;
  /** The faces of this space; a file has one. */
  readonly spaceId: string;
  /** Numbers of a vector of the space. */
  readonly size: number;
  /** The file is encrypted with it; without one names and vectors are readable in it. */
  readonly passphrase?: string;
  readonly crypto: GalleryCrypto;
  readonly now?: Date;
}

export interface ExportedGallery {
  /** As docs/gallery-format.md says; a server reads it, and so does this page. */
  readonly file: Blob;
  readonly people: number;
  readonly faces: number;
  readonly leftOut: PortablePart['leftOut'];
}

/** The people of this device as a file. Pictures are not in it. */
export async function exportGallery(gallery: Pick<Gallery, 'contents'>, options: ExportOptions): Promise<ExportedGallery> {
  const { name, spaceId, size, passphrase, crypto, now = new Date() } = options;
  const part = portablePart(await gallery.contents(), spaceId);
  const records = recordsOf(part, { name, id: globalThis.crypto.randomUUID(), now });
  const lines: Uint8Array<ArrayBuffer>[] = [];
  for await (const line of writeGallery(headerOf(part, { spaceId, size, now }), records, { passphrase, crypto })) lines.push(new Uint8Array(line));
  return { file: new Blob(lines, { type: 'application/jsonl' }), people: part.people.length, faces: part.faces.length, leftOut: part.leftOut };
}
