import { isSearchedInMemory, type CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';

/**
 * Where searches are answered from memory, every change counts the collection's version up, and changed faces carry it:
 * each process then reads what it has not seen. The row stays locked until the end of the transaction, so that versions
 * come in the order in which changes become visible. Other collections do without that lock.
 */
export async function nextVersion(
  database: Database, shapes: CollectionShapes, collectionId: string, change: 'put' | 'removal',
): Promise<string> {
  const shape = await shapes.find(collectionId);
  if (!shape || !isSearchedInMemory(shape)) return '0';
  const { rows: [row] } = await database.query<{ version: string }>(
    `UPDATE collections SET version = version + 1${change === 'removal' ? ', removal_version = version + 1' : ''}
     WHERE id = $1 RETURNING version::text`, [collectionId]);
  return row?.version ?? '0';
}
