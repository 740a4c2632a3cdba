import type { CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import { assignments, idFor, nothingRemoved, pageOf, translated } from './sql-parts.ts';
import type { Given, Metadata, Page, PageRequest, Person, PersonStore, Removed } from './store.ts';
import { isId } from './uuid.ts';
import { nextVersion } from './versions.ts';

interface Row {
  readonly id: string;
  readonly collection_id: string;
  readonly name: string;
  readonly external_id: string | null;
  readonly metadata: Metadata;
  readonly created_at: Date;
}

const columns = 'id, collection_id, name, external_id, metadata, created_at';

export class SqlPersons implements PersonStore {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;

  constructor(database: Database, shapes: CollectionShapes) {
    this.#database = database;
    this.#shapes = shapes;
  }

  async create(person: Omit<Person, 'id' | 'createdAt'> & Given): Promise<Person> {
    const { collectionId, name, externalId, metadata } = person;
    // Throws where there is no such collection; an id that is none would be an error of the database.
    await this.#shapes.get(collectionId);
    const { rows: [row] } = await translated(this.#database.query<Row>(
      `INSERT INTO persons (${columns}) VALUES ($1, $2, $3, $4, $5, coalesce($6::timestamptz, now())) RETURNING ${columns}`,
      [await idFor(this.#database, 'persons', person.id), collectionId, name, externalId, JSON.stringify(metadata), person.createdAt ?? null]));
    return fromRow(row!);
  }

  async get(collectionId: string, id: string): Promise<Person | undefined> {
    if (!isId(id)) return undefined;
    return (await this.#where(collectionId, 'id = $2', id))[0];
  }

  async findByExternalId(collectionId: string, externalId: string): Promise<Person | undefined> {
    return (await this.#where(collectionId, 'external_id = $2', externalId))[0];
  }

  findByName(collectionId: string, name: string): Promise<readonly Person[]> {
    return this.#where(collectionId, 'name = $2', name);
  }

  async list(
    collectionId: string, page: PageRequest & { readonly name?: string | undefined },
  ): Promise<Page<Person & { readonly faces: number }>> {
    if (!isId(collectionId)) return { items: [], next: null };
    const values: unknown[] = [collectionId];
    const named = page.name === undefined ? '' : ` AND name = $${values.push(page.name)}`;
    const faces = '(SELECT count(*)::int FROM faces WHERE faces.collection_id = persons.collection_id AND person_id = persons.id) AS faces';
    return pageOf<Row & { faces: number }, Person & { readonly faces: number }>(
      this.#database, { select: `SELECT ${columns}, ${faces} FROM persons`, where: `collection_id = $1${named}`, values }, page,
      (row) => ({ ...fromRow(row), faces: row.faces }));
  }

  async update(
    collectionId: string, id: string, change: Partial<Pick<Person, 'name' | 'externalId' | 'metadata'>>,
  ): Promise<Person | undefined> {
    const values: unknown[] = [collectionId, id];
    const sets = assignments({
      name: change.name, external_id: change.externalId, metadata: change.metadata && JSON.stringify(change.metadata),
    }, values);
    if (sets.length === 0 || !isId(collectionId) || !isId(id)) return this.get(collectionId, id);
    const { rows: [row] } = await translated(this.#database.query<Row>(
      `UPDATE persons SET ${sets.join(', ')} WHERE collection_id = $1 AND id = $2 RETURNING ${columns}`, values));
    return row && fromRow(row);
  }

  async remove(collectionId: string, id: string): Promise<Removed> {
    if (!isId(collectionId) || !isId(id)) return nothingRemoved;
    return this.#database.transaction(async () => {
      await nextVersion(this.#database, this.#shapes, collectionId, 'removal');
      // A face that is enrolled now waits for this lock, and then has no person to belong to.
      const values = [collectionId, id];
      const { count } = await this.#database.query('SELECT 1 FROM persons WHERE collection_id = $1 AND id = $2 FOR UPDATE', values);
      if (count === 0) return nothingRemoved;
      const { count: crops } = await this.#database.query(
        'DELETE FROM crops USING faces WHERE face_id = faces.id AND collection_id = $1 AND person_id = $2', values);
      const { count: faces } = await this.#database.query('DELETE FROM faces WHERE collection_id = $1 AND person_id = $2', values);
      const { count: persons } = await this.#database.query('DELETE FROM persons WHERE collection_id = $1 AND id = $2', values);
      return { collections: 0, persons, faces, crops };
    });
  }

  async #where(collectionId: string, condition: string, value: string): Promise<readonly Person[]> {
    if (!isId(collectionId)) return [];
    const { rows } = await this.#database.query<Row>(
      `SELECT ${columns} FROM persons WHERE collection_id = $1 AND ${condition} ORDER BY id`, [collectionId, value]);
    return rows.map(fromRow);
  }
}

function fromRow(row: Row): Person {
  return {
    id: row.id, collectionId: row.collection_id, name: row.name, externalId: row.external_id, metadata: row.metadata, createdAt: row.created_at,
  };
}
