import { columns, fromRow, type FaceRow } from './face-rows.ts';
import type { FaceParts } from './faces.ts';
import type { Face, ScanOptions } from './store.ts';
import { vectorBytes, vectorCodec } from './vectors/vector-format.ts';

/** Page by page in the order of ids; what is added behind the place reached comes too. */
export async function* scanFaces(
  { database, shapes, cipher }: Pick<FaceParts, 'database' | 'shapes' | 'cipher'>, collectionId: string, options: ScanOptions,
): AsyncGenerator<readonly (Face & { readonly vector: Float32Array })[]> {
  const shape = await shapes.find(collectionId);
  if (!shape) return;
  const codec = vectorCodec(shape.format, cipher);
  let after = options.after;
  for (;;) {
    const values: unknown[] = [collectionId, options.pageSize];
    const conditions = [
      after === undefined ? '' : `AND id > $${values.push(after)}`,
      options.modelId === undefined ? '' : `AND model_id = $${values.push(options.modelId)}`,
      options.unnamed === true ? 'AND person_id IS NULL' : '',
    ].join(' ');
    const { rows } = await database.query<FaceRow & { bytes: Uint8Array }>(
      `SELECT ${columns}, ${vectorBytes} AS bytes FROM faces WHERE collection_id = $1 ${conditions} ORDER BY id LIMIT $2`, values);
    if (rows.length > 0) {
      yield rows.map((row) => ({ ...fromRow(row), vector: codec.decode(row.bytes, { collectionId, faceId: row.id }) }));
    }
    if (rows.length < options.pageSize) return;
    after = rows.at(-1)!.id;
  }
}
