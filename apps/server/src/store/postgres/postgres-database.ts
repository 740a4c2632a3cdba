import pg from 'pg';
import { PoolDatabase, searchSettings } from '../pool-database.ts';

export interface PostgresOptions {
  /** Connections at most. */
  readonly connections: number;
  /** Candidates that a search over an index looks at. */
  readonly candidates: number;
}

/** A PostgreSQL with pgvector, by its URL. */
export async function openPostgres(databaseUrl: string, options: PostgresOptions): Promise<PoolDatabase> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // The pool waits for the promise, though its types do not say so.
    onConnect: (client): unknown => client.query(searchSettings(options.candidates)),
  });
  const database = new PoolDatabase('postgres', pool);
  try {
    await database.query('SELECT 1');
  } catch (error) {
    await database.dispose();
    throw new Error(`DATABASE_URL: no PostgreSQL answers there (${(error as Error).message})`, { cause: error });
  }
  return database;
}
