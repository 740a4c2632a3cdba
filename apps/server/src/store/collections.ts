import type { CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import type { FaceIndex } from './face-index.ts';
import { assignments, idFor, nothingRemoved, pageOf, translated } from './sql-parts.ts';
import type { Collection, CollectionCounts, CollectionStore, Given, Metadata, Page, PageRequest, Removed } from './store.ts';
import { isId } from './uuid.ts';
import type { VectorFormat } from './vectors/vector-format.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly space_id: string;
  readonly size: number;
  readonly keep_crops: boolean;
  readonly metadata: Metadata;
  readonly created_at: Date;
}

const columns = 'id, name, space_id, size, keep_crops, metadata, created_at';

export class SqlCollections implements CollectionStore {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;
  readonly #index: FaceIndex;
  readonly #format: VectorFormat;

  constructor(database: Database, shapes: CollectionShapes, index: FaceIndex, format: VectorFormat) {
    this.#database = database;
    this.#shapes = shapes;
    this.#index = index;
    this.#format = format;
  }

  async create(collection: Omit<Collection, 'id' | 'createdAt'> & Given): Promise<Collection> {
    const { name, spaceId, size, keepCrops, metadata } = collection;
    const { rows: [row] } = await translated(this.#database.query<Row>(
      `INSERT INTO collections (id, name, space_id, size, keep_crops, vector_format, metadata, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8::timestamptz, now())) RETURNING ${columns}`,
      [
        await idFor(this.#database, 'collections', collection.id), name, spaceId, size, keepCrops, this.#format, JSON.stringify(metadata), collection.createdAt ?? null,
      ]));
    return fromRow(row!);
  }

  async get(id: string): Promise<Collection | undefined> {
    if (!isId(id)) return undefined;
    const { rows: [row] } = await this.#database.query<Row>(`SELECT ${columns} FROM collections WHERE id = $1`, [id]);
    return row && fromRow(row);
  }

  list(page: PageRequest): Promise<Page<Collection>> {
    return pageOf<Row, Collection>(this.#database, { select: `SELECT ${columns} FROM collections`, where: 'true', values: [] }, page, fromRow);
  }

  async counts(id: string): Promise<CollectionCounts> {
    if (!isId(id)) return { persons: 0, faces: 0, unnamedFaces: 0, models: [] };
    const { rows: [persons] } = await this.#database.query<{ persons: number }>(
      'SELECT count(*)::int AS persons FROM persons WHERE collection_id = $1', [id]);
    const { rows: models } = await this.#database.query<{ modelId: string; faces: number; unnamed: number }>(
      `SELECT model_id AS "modelId", count(*)::int AS faces, (count(*) FILTER (WHERE person_id IS NULL))::int AS unnamed
       FROM faces WHERE collection_id = $1 GROUP BY model_id ORDER BY model_id`, [id]);
    return {
      persons: persons!.persons,
      faces: models.reduce((sum, { faces }) => sum + faces, 0),
      unnamedFaces: models.reduce((sum, { unnamed }) => sum + unnamed, 0),
      models: models.map(({ modelId, faces }) => ({ modelId, faces })),
    };
  }

  async update(id: string, change: Partial<Pick<Collection, 'name' | 'keepCrops' | 'metadata'>>): Promise<Collection | undefined> {
    const values: unknown[] = [id];
    const sets = assignments({
      name: change.name, keep_crops: change.keepCrops, metadata: change.metadata && JSON.stringify(change.metadata),
    }, values);
    if (sets.length === 0 || !isId(id)) return this.get(id);
    const { rows: [row] } = await translated(this.#database.query<Row>(
      `UPDATE collections SET ${sets.join(', ')} WHERE id = $1 RETURNING ${columns}`, values));
    return row && fromRow(row);
  }

  async remove(id: string): Promise<Removed> {
    if (!isId(id)) return nothingRemoved;
    return this.#database.transaction(async () => {
      // New faces wait for this lock, so that what is counted is what is removed.
      const { count } = await this.#database.query('SELECT 1 FROM collections WHERE id = $1 FOR UPDATE', [id]);
      if (count === 0) return nothingRemoved;
      const { rows: [counted] } = await this.#database.query<Omit<Removed, 'collections'>>(
        `SELECT (SELECT count(*)::int FROM persons WHERE collection_id = $1) AS persons,
                (SELECT count(*)::int FROM faces WHERE collection_id = $1) AS faces,
                (SELECT count(*)::int FROM crops JOIN faces ON faces.id = face_id WHERE collection_id = $1) AS crops`, [id]);
      // Faces first: through their persons each would be looked for alone.
      await this.#database.query('DELETE FROM faces WHERE collection_id = $1', [id]);
      await this.#database.query('DELETE FROM collections WHERE id = $1', [id]);
      this.#database.afterCommit(() => {
        this.#shapes.forget(id);
        this.#index.onCollectionRemoved(id);
      });
      return { collections: 1, ...counted! };
    });
  }
}

function fromRow(row: Row): Collection {
  return {
    id: row.id, name: row.name, spaceId: row.space_id, size: row.size, keepCrops: row.keep_crops, metadata: row.metadata, createdAt: row.created_at,
  };
}
