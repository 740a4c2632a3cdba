import type { Database } from '../database.ts';
import { defaultStoreOptions } from '../open-store.ts';
import { createSqlStore, type SqlStore, type SqlStoreOptions } from '../sql-store.ts';
import type { Collection, NewFace } from '../store.ts';

/** One database for all cases, since opening one takes seconds; each case makes a collection of its own. */
export interface Harness {
  readonly database: () => Database;
  /** Another store over the same database, as a second process has it. It is not disposed of: the database is shared. */
  readonly store: (options?: Partial<SqlStoreOptions>) => Promise<SqlStore>;
}

export function harnessOver(database: () => Database): Harness {
  return {
    database,
    store: (options) => createSqlStore(database(), { ...defaultStoreOptions, onError: (error) => { throw error; }, ...options }),
  };
}

let made = 0;

export function makeCollection(store: SqlStore, change: Partial<Collection> = {}): Promise<Collection> {
  return store.collections.create({ name: `collection ${++made} of ${process.pid}`, spaceId: 'space-a', size: 4, keepCrops: false, metadata: {}, ...change });
}

export function faceOf(collection: Collection, vector: Float32Array, change: Partial<NewFace> = {}): NewFace {
  return {
    collectionId: collection.id, personId: null, photoId: null, modelId: 'model-a', box: null, quality: null, metadata: {}, vector, ...change,
  };
}

export async function addPerson(store: SqlStore, collection: Collection, name: string, vectors: readonly Float32Array[]): Promise<string> {
  const person = await store.persons.create({ collectionId: collection.id, name, externalId: null, metadata: {} });
  await store.faces.add(vectors.map((vector) => faceOf(collection, vector, { personId: person.id })));
  return person.id;
}

/** A unit vector of four numbers along one axis. */
export function axis(place: number, sign = 1): Float32Array {
  return Float32Array.from({ length: 4 }, (_, index) => (index === place ? sign : 0));
}
