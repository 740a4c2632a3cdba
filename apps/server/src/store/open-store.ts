import { openEmbedded } from './embedded/embedded-database.ts';
import { openPostgres } from './postgres/postgres-database.ts';
import { createSqlStore, type SqlStore, type SqlStoreOptions } from './sql-store.ts';

export type StorePlace = { readonly dataFolder: string } | { readonly databaseUrl: string };

export interface StoreOptions extends SqlStoreOptions {
  /** Candidates that a search over an index looks at: more find more, and take longer. */
  readonly candidates: number;
  /** To PostgreSQL, at most. */
  readonly connections: number;
}

export const defaultStoreOptions = {
  vectors: 'float32',
  encryptionKey: undefined,
  exactBelow: 5_000,
  candidates: 200,
  connections: 10,
  onError: (error) => { process.emitWarning(error); },
} as const satisfies StoreOptions;

/**
 * Opens the store in a folder or at a PostgreSQL, and brings its tables up to date.
 *
 * @example
 * const store = await openStore({ dataFolder: 'data' });
 * const store = await openStore({ databaseUrl: process.env.DATABASE_URL }, { vectors: 'float16' });
 */
export async function openStore(place: StorePlace, options: Partial<StoreOptions> = {}): Promise<SqlStore> {
  const settings: StoreOptions = { ...defaultStoreOptions, ...options };
  const database = 'dataFolder' in place
    ? await openEmbedded(place.dataFolder, settings)
    : await openPostgres(place.databaseUrl, settings);
  try {
    return await createSqlStore(database, settings);
  } catch (error) {
    await database.dispose();
    throw error;
  }
}
