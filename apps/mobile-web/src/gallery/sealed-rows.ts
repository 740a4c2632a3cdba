import type { CropRow, FaceRow, PersonRow } from './device-database.ts';
import type { Face, Person } from './gallery.ts';
import type { Bound, RecordSeal } from './record-seal.ts';

/** How people, faces and pictures become rows and come back; undefined for a row that does not open. */

type PersonalOfPerson = Pick<Person, 'name' | 'externalId' | 'metadata'>;
type PersonalOfFace = Pick<Face, 'quality' | 'photoId' | 'box' | 'metadata'>;

const boundOfPerson = ({ id, createdAt }: Pick<PersonRow, 'id' | 'createdAt'>): Bound => ['person', id, createdAt];
const boundOfFace = ({ id, personId, modelId, spaceId, createdAt, hasCrop }: Omit<FaceRow, 'iv' | 'data'>): Bound => ['face', id, personId, modelId, spaceId, createdAt, hasCrop];
const boundOfCrop = ({ id, type }: Pick<CropRow, 'id' | 'type'>): Bound => ['crop', id, type];

export async function sealPerson(seal: RecordSeal, { id, createdAt, name, externalId, metadata }: Person): Promise<PersonRow> {
  const readable = { id, createdAt: createdAt.getTime() };
  return { ...readable, ...await seal.seal(boundOfPerson(readable), jsonBytes({ name, externalId, metadata } satisfies PersonalOfPerson)) };
}

export async function openPerson(seal: RecordSeal, row: PersonRow): Promise<Person | undefined> {
  const bytes = await seal.open(boundOfPerson(row), row);
  return bytes && { id: row.id, createdAt: new Date(row.createdAt), ...fromJson(bytes) as PersonalOfPerson };
}

export async function sealFace(seal: RecordSeal, face: Face): Promise<FaceRow> {
  const { id, personId, modelId, spaceId, hasCrop, quality, photoId, box, metadata, vector } = face;
  const readable = { id, personId, modelId, spaceId, createdAt: face.createdAt.getTime(), hasCrop };
  const text = jsonBytes({ quality, photoId, box, metadata } satisfies PersonalOfFace);
  // The length of the text, the text, the numbers in the order of bytes of every device that runs a browser.
  const bytes = new Uint8Array(4 + text.length + vector.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), 4 + text.length);
  return { ...readable, ...await seal.seal(boundOfFace(readable), bytes) };
}

export async function openFace(seal: RecordSeal, row: FaceRow): Promise<Face | undefined> {
  const bytes = await seal.open(boundOfFace(row), row);
  if (bytes === undefined) return undefined;
  const end = 4 + new DataView(bytes.buffer).getUint32(0, true);
  const { id, personId, modelId, spaceId, hasCrop } = row;
  const personal = fromJson(bytes.subarray(4, end)) as PersonalOfFace;
  return { id, personId, modelId, spaceId, hasCrop, createdAt: new Date(row.createdAt), ...personal, vector: new Float32Array(bytes.slice(end).buffer) };
}

export async function sealCrop(seal: RecordSeal, id: string, picture: Blob): Promise<CropRow> {
  const readable = { id, type: picture.type };
  return { ...readable, ...await seal.seal(boundOfCrop(readable), new Uint8Array(await picture.arrayBuffer())) };
}

export async function openCrop(seal: RecordSeal, row: CropRow): Promise<Blob | undefined> {
  const bytes = await seal.open(boundOfCrop(row), row);
  return bytes && new Blob([bytes], { type: row.type });
}

export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function fromJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
}
