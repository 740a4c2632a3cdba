import { checkSize } from './collection-shapes.ts';
import type { FaceParts } from './faces.ts';
import { StoreMissing, type Face, type NewFace } from './store.ts';
import { isId } from './uuid.ts';
import { vectorCodec } from './vectors/vector-format.ts';
import { nextVersion } from './versions.ts';

export interface PlacedFace {
  readonly id: string;
  readonly createdAt: Date;
  readonly face: NewFace;
}

/** As it is read back, without asking. */
export function asFace({ id, createdAt, face }: PlacedFace): Face {
  const { collectionId, personId, photoId, modelId, box, quality, metadata, crop } = face;
  return { id, collectionId, personId, photoId, modelId, box, quality, hasCrop: crop !== undefined, metadata, createdAt };
}

const rowsPerStatement = 1_000;

/** One statement per thousand faces: arrays as parameters cost far less than a parameter for each value. */
export async function insertFaces(parts: FaceParts, placed: readonly PlacedFace[]): Promise<void> {
  for (const [collectionId, faces] of byCollection(placed)) {
    const shape = await parts.shapes.get(collectionId);
    for (const { face } of faces) {
      checkSize(face.vector, shape.size);
      if (face.personId !== null && !isId(face.personId)) throw new StoreMissing('person');
    }
    const version = await nextVersion(parts.database, parts.shapes, collectionId, 'put');
    for (let start = 0; start < faces.length; start += rowsPerStatement) {
      await insertRows(parts, collectionId, version, faces.slice(start, start + rowsPerStatement));
    }
    parts.database.afterCommit(() => { parts.index.onAdded(collectionId, faces.length); });
  }
}

function byCollection(placed: readonly PlacedFace[]): ReadonlyMap<string, PlacedFace[]> {
  const groups = new Map<string, PlacedFace[]>();
  for (const each of placed) {
    const group = groups.get(each.face.collectionId);
    if (group) group.push(each);
    else groups.set(each.face.collectionId, [each]);
  }
  return groups;
}

async function insertRows({ database, shapes, cipher }: FaceParts, collectionId: string, version: string, faces: readonly PlacedFace[]): Promise<void> {
  const { format } = await shapes.get(collectionId);
  const { column, type, encode } = vectorCodec(format, cipher);
  const each = <T>(value: (placed: PlacedFace) => T): T[] => faces.map(value);
  await database.query(
    `INSERT INTO faces (id, collection_id, person_id, photo_id, model_id, box, quality, metadata, created_at, version, ${column})
     SELECT id, $1, person_id, photo_id, model_id, box::jsonb, quality, metadata::jsonb, created_at, $2, vector::${type}
     FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::text[], $10::timestamptz[], $11::${type === 'bytea' ? 'bytea' : 'text'}[])
       AS given (id, person_id, photo_id, model_id, box, quality, metadata, created_at, vector)`,
    [
      collectionId, version,
      each(({ id }) => id), each(({ face }) => face.personId), each(({ face }) => face.photoId), each(({ face }) => face.modelId),
      each(({ face }) => face.box && JSON.stringify(face.box)), each(({ face }) => face.quality),
      each(({ face }) => JSON.stringify(face.metadata)), each(({ createdAt }) => createdAt),
      each(({ id, face }) => bytesOrText(encode(face.vector, { collectionId, faceId: id }))),
    ]);

  const cropped = faces.filter(({ face }) => face.crop !== undefined);
  if (cropped.length === 0) return;
  const seal = (id: string, crop: Uint8Array): Uint8Array => format === 'encrypted' ? cipher!.seal(crop, `crop ${collectionId} ${id}`) : crop;
  await database.query('INSERT INTO crops (face_id, picture) SELECT * FROM unnest($1::uuid[], $2::bytea[])', [
    cropped.map(({ id }) => id), cropped.map(({ id, face }) => bytesOrText(seal(id, face.crop!))),
  ]);
}

/** `pg` writes bytes within an array as the database reads them where they are a Buffer. */
function bytesOrText(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
