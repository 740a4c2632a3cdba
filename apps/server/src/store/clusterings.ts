import type { CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import { translated } from './sql-parts.ts';
import { StoreMissing, type Cluster, type ClusteringStore } from './store.ts';
import { isId, newId } from './uuid.ts';

export class SqlClusterings implements ClusteringStore {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;

  constructor(database: Database, shapes: CollectionShapes) {
    this.#database = database;
    this.#shapes = shapes;
  }

  async list(collectionId: string): Promise<readonly Cluster[]> {
    if (!isId(collectionId)) return [];
    const { rows } = await this.#database.query<Cluster>(
      `SELECT cluster_id AS id, array_agg(face_id ORDER BY place) AS "faceIds"
       FROM cluster_faces JOIN faces USING (collection_id) WHERE faces.id = face_id AND person_id IS NULL AND collection_id = $1 GROUP BY cluster_id ORDER BY min(place)`, [collectionId]);
    return rows;
  }

  async replace(collectionId: string, clusters: readonly Cluster[]): Promise<void> {
    await this.#shapes.get(collectionId);
    const rows = clusters.flatMap(({ id, faceIds }) => faceIds.map((faceId) => ({ id, faceId })));
    if (rows.some(({ faceId }) => !isId(faceId))) throw new StoreMissing('face');
    await translated(this.#database.transaction(async () => {
      // Two runs at once: the later one waits, and replaces what the first wrote.
      await this.lock(collectionId);
      await this.#database.query('DELETE FROM cluster_faces WHERE collection_id = $1', [collectionId]);
      await this.#database.query(
        `INSERT INTO cluster_faces (collection_id, cluster_id, face_id, place)
         SELECT $1, cluster_id, face_id, place FROM unnest($2::text[], $3::uuid[]) WITH ORDINALITY AS given (cluster_id, face_id, place)`,
        [collectionId, rows.map(({ id }) => id), rows.map(({ faceId }) => faceId)]);
    }));
  }

  async lock(collectionId: string): Promise<void> {
    if (isId(collectionId)) await this.#database.query('SELECT 1 FROM collections WHERE id = $1 FOR NO KEY UPDATE', [collectionId]);
  }

  async pushEdit(collectionId: string, edit: unknown): Promise<string> {
    await this.#shapes.get(collectionId);
    const id = newId();
    await translated(this.#database.query(
      'INSERT INTO cluster_edits (id, collection_id, edit) VALUES ($1, $2, $3)', [id, collectionId, JSON.stringify(edit)]));
    return id;
  }

  async popEdit(collectionId: string): Promise<unknown> {
    if (!isId(collectionId)) return undefined;
    const { rows: [row] } = await this.#database.query<{ edit: unknown }>(
      `DELETE FROM cluster_edits WHERE sequence =
         (SELECT sequence FROM cluster_edits WHERE collection_id = $1 ORDER BY sequence DESC LIMIT 1 FOR UPDATE)
       RETURNING edit`, [collectionId]);
    return row?.edit;
  }
}
