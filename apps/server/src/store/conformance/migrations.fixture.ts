import { migrate, MigrationError } from '../migrations/migrate.ts';
import { migrations } from '../migrations/migrations.ts';
import type { Harness } from './harness.fixture.ts';

export function describeMigrations(harness: Harness): void {
  describe('migrations', () => {
    const next = { number: migrations.length + 1, name: 'next', sql: 'CREATE TABLE passing (id integer);\nINSERT INTO passing VALUES (1);' };

    test('run once', async () => {
      await migrate(harness.database(), [...migrations, next]);
      await migrate(harness.database(), [...migrations, next]);
      const { rows } = await harness.database().query('SELECT id FROM passing');
      expect(rows).toEqual([{ id: 1 }]);
    });

    test('refuse a database that is newer', async () => {
      await expect(migrate(harness.database(), migrations)).rejects.toThrow(/newer than this program/);
    });

    test('refuse an old migration that changed', async () => {
      await expect(migrate(harness.database(), [...migrations, { ...next, sql: `${next.sql} ` }])).rejects.toThrow(MigrationError);
      await harness.database().query('DROP TABLE passing');
      await harness.database().query('DELETE FROM migrations WHERE name = $1', ['next']);
    });

    test('leave nothing of one that fails', async () => {
      const broken = { ...next, sql: 'CREATE TABLE passing (id integer);\nCREATE TABLE passing (id integer);' };
      await expect(migrate(harness.database(), [...migrations, broken])).rejects.toThrow(new RegExp(`migration ${next.number} \\(next\\): .*already exists`));
      const { rows } = await harness.database().query("SELECT to_regclass('passing') AS found");
      expect(rows).toEqual([{ found: null }]);
    });
  });
}
