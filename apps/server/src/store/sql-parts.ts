import { constraintOf, foreignKeyViolation, sqlState, uniqueViolation, type Database } from './database.ts';
import { StoreConflict, StoreMissing, type Page, type PageRequest } from './store.ts';
import { isId, newId } from './uuid.ts';

const conflicts: Readonly<Record<string, StoreConflict['what']>> = {
  collections_name: 'collection.name',
  persons_external_id: 'person.externalId',
  // Given ids that were free a moment ago.
  collections_pkey: 'id',
  persons_pkey: 'id',
  faces_pkey: 'id',
};

const missing: Readonly<Record<string, StoreMissing['what']>> = {
  persons_collection: 'collection',
  faces_collection: 'collection',
  faces_person: 'person',
  links_collection: 'collection',
  links_face_a: 'face',
  links_face_b: 'face',
  clusters_collection: 'collection',
  clusters_face: 'face',
  edits_collection: 'collection',
  jobs_collection: 'collection',
};

/** Broken constraints as errors that callers know. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const constraint = constraintOf(error) ?? '';
    const conflict = sqlState(error) === uniqueViolation ? conflicts[constraint] : undefined;
    if (conflict) throw new StoreConflict(conflict);
    const gone = sqlState(error) === foreignKeyViolation ? missing[constraint] : undefined;
    if (gone) throw new StoreMissing(gone);
    throw error;
  }
}

/** Asks for one row more than the page holds, to know whether there is another page. */
export async function pageOf<Row extends { id: string }, T>(
  database: Database, sql: { select: string; where: string; values: readonly unknown[] }, page: PageRequest, convert: (row: Row) => T, column = 'id',
): Promise<Page<T>> {
  if (page.after !== undefined && !isId(page.after)) throw new RangeError(`a page cannot begin after ${JSON.stringify(page.after)}, which is not an id`);
  const values = [...sql.values];
  const after = page.after === undefined ? '' : ` AND ${column} > $${values.push(page.after)}`;
  const { rows } = await database.query<Row>(
    `${sql.select} WHERE ${sql.where}${after} ORDER BY ${column} LIMIT $${values.push(page.limit + 1)}`, values);
  const items = rows.slice(0, page.limit);
  return { items: items.map(convert), next: rows.length > page.limit ? items.at(-1)!.id : null };
}

/** `SET` of the columns that a change names; undefined means unchanged. */
export function assignments(change: Readonly<Record<string, unknown>>, values: unknown[]): string[] {
  return Object.entries(change).filter(([, value]) => value !== undefined).map(([column, value]) => `${column} = $${values.push(value)}`);
}

/** Ids that can be ids; a text that is not one would be an error of the database. */
export function idsOf(ids: readonly string[]): string[] {
  return ids.filter(isId);
}

/** Given ids that no row of a table has. */
export async function freeIds(database: Database, table: 'collections' | 'persons' | 'faces', ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = idsOf(ids);
  if (wanted.length === 0) return new Set();
  const { rows } = await database.query<{ id: string }>(`SELECT id FROM ${table} WHERE id = ANY($1::uuid[])`, [wanted]);
  const taken = new Set(rows.map(({ id }) => id));
  return new Set(wanted.filter((id) => !taken.has(id)));
}

/** The id that a row was given elsewhere where it is free here, else a new one. */
export async function idFor(database: Database, table: 'collections' | 'persons', given: string | undefined): Promise<string> {
  if (given === undefined) return newId();
  return (await freeIds(database, table, [given])).has(given) ? given : newId();
}

export const nothingRemoved = { collections: 0, persons: 0, faces: 0, crops: 0 } as const;
