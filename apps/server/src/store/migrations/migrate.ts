import { createHash } from 'node:crypto';
import type { Database } from '../database.ts';
import type { Migration } from './migrations.ts';

/** The database and this program do not fit together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

// Any number, the same in every process: replicas that start together take turns.
const advisoryLock = 7_270_311;

/** Brings the tables up to date, all at once or not at all. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await database.transaction(async () => {
    await database.query(`SELECT pg_advisory_xact_lock(${advisoryLock})`);
    await database.query(`CREATE TABLE IF NOT EXISTS migrations (
      number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows } = await database.query<{ number: number; name: string; digest: string }>('SELECT number, name, digest FROM migrations ORDER BY number');
    const known = new Map(migrations.map((migration) => [migration.number, migration]));
    for (const { number, name, digest } of rows) {
      const migration = known.get(number);
      if (!migration) {
        throw new MigrationError(`the database is newer than this program: it has migration ${number} (${name}), the newest known here is ${migrations.at(-1)?.number ?? 0}; start the newer version`);
      }
      if (digestOf(migration) !== digest) {
        throw new MigrationError(`migration ${number} (${name}) is not the one that this database was made with; a released migration must not change`);
      }
    }
    const applied = new Set(rows.map(({ number }) => number));
    for (const migration of migrations.filter(({ number }) => !applied.has(number))) {
      await run(database, migration);
      await database.query('INSERT INTO migrations (number, name, digest) VALUES ($1, $2, $3)', [migration.number, migration.name, digestOf(migration)]);
    }
  });
}

async function run(database: Database, { number, name, sql }: Migration): Promise<void> {
  // With values, even none, a query is one statement only.
  for (const statement of sql.split(/;\s*$/mu).filter((text) => text.trim() !== '')) {
    try {
      await database.query(statement);
    } catch (error) {
      throw new MigrationError(`migration ${number} (${name}): ${(error as Error).message}`, { cause: error });
    }
  }
}

function digestOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}
