import { id as idSchema, metadata as metadataSchema, text } from '@facenet/contract';
import type { Contents, NewFace, NewPerson } from './gallery.ts';
import { GalleryInputError } from './storage-error.ts';

/** A picture of a face is a thumbnail. */
export const mostCropBytes = 256 * 1024;
const cropTypes = ['image/jpeg', 'image/webp'];

const name = text(200);

/** What a server would take as a name, too, without the spaces around it. */
export function checkName(given: string): string {
  const { data, error } = name.safeParse(given.trim());
  if (error !== undefined) throw new GalleryInputError(given.trim() === '' ? 'the name is empty' : `the name: ${error.issues[0]?.message ?? 'not valid'}`);
  return data;
}

export function checkPerson({ id, externalId, metadata }: NewPerson): void {
  checkId('person', id);
  if (externalId !== undefined && externalId !== null && !name.safeParse(externalId).success) throw new GalleryInputError('the external id: expected 1 to 200 characters');
  checkMetadata(metadata);
}

/** Vectors of one space have one size: of those that are kept, and of those that come. */
export function checkFaces(faces: readonly NewFace[], kept: Contents['faces']): void {
  const sizes = new Map<string, number>();
  for (const { spaceId, vector } of kept) sizes.set(spaceId, vector.length);
  faces.forEach((face, index) => {
    checkFace(face, index);
    const expected = sizes.get(face.spaceId) ?? face.vector.length;
    if (face.vector.length !== expected) throw new GalleryInputError(`face ${index}: a vector of ${face.vector.length} numbers, those of its space have ${expected}`);
    sizes.set(face.spaceId, expected);
  });
}

function checkFace({ id, vector, quality, crop, metadata, modelId, spaceId }: NewFace, index: number): void {
  checkId(`face ${index}`, id);
  const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
  // Those that a server kept as int8 are not of unit length to the last digit.
  if (!(Math.abs(length - 1) < 0.02)) throw new GalleryInputError(`face ${index}: a vector of length ${length.toPrecision(4)}, expected 1`);
  if (modelId === '' || spaceId === '') throw new GalleryInputError(`face ${index}: expected the model and the space of its vector`);
  if (typeof quality === 'number' && !(quality >= 0 && quality <= 1)) throw new GalleryInputError(`face ${index}: a quality of ${quality}, expected 0 to 1`);
  if (crop !== undefined && !cropTypes.includes(crop.type)) throw new GalleryInputError(`face ${index}: a picture of type '${crop.type}', expected ${cropTypes.join(' or ')}`);
  if (crop !== undefined && crop.size > mostCropBytes) throw new GalleryInputError(`face ${index}: a picture of ${crop.size} bytes, expected at most ${mostCropBytes}`);
  checkMetadata(metadata);
}

function checkId(whose: string, id: string | undefined): void {
  if (id !== undefined && !idSchema.safeParse(id).success) throw new GalleryInputError(`${whose}: the id '${id}' is no UUID`);
}

function checkMetadata(metadata: Readonly<Record<string, unknown>> | undefined): void {
  const { error } = metadataSchema.safeParse(metadata ?? {});
  if (error !== undefined) throw new GalleryInputError(`the metadata ${error.issues[0]?.message ?? 'cannot be kept'}`);
}
