import { harnessOver } from './conformance/harness.fixture.ts';
import type { Database } from './database.ts';
import { defaultStoreOptions } from './open-store.ts';
import { openPostgres } from './postgres/postgres-database.ts';
import { StoreOutcomeUnknown, StoreUnavailable } from './store.ts';
import { describeStore } from './store.conformance.fixture.ts';
import { openTestPostgres, whyNoPostgres, type TestPostgres } from './testing/postgres.ts';

const reason = whyNoPostgres();

if (reason !== null) {
  test.skip(`the PostgreSQL store: ${reason}`, () => undefined);
} else {
  describe('the PostgreSQL store', () => {
    let server: TestPostgres;
    let database: Database;

    beforeAll(async () => {
      const opened = await openTestPostgres();
      if (typeof opened === 'string') throw new Error(opened);
      server = opened;
      database = await openPostgres(await server.createDatabase(), defaultStoreOptions);
    });
    afterAll(async () => {
      await database?.dispose();
      await server?.dispose();
    });

    describeStore(harnessOver(() => database));

    test('says that a database which ends in the middle is unavailable, and goes on when it is back', async () => {
      if (server.crash === null) return;
      await expect(database.session(async () => {
        await server.crash!();
        await database.query('SELECT 1');
      })).rejects.toBeInstanceOf(StoreUnavailable);
      expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      // Once the transaction is being kept, nobody knows whether it was: that is another error, for another answer.
      await expect(database.transaction(async () => {
        await database.query('CREATE TABLE kept (one int)');
        await database.query('CREATE FUNCTION end_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$');
        await database.query('CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON kept DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_at_commit()');
        await database.query('INSERT INTO kept VALUES (1)');
      })).rejects.toBeInstanceOf(StoreOutcomeUnknown);
      // What it answers is no failure of the connection.
      await expect(database.query('SELECT nothing')).rejects.not.toBeInstanceOf(StoreUnavailable);
    });

    test('says clearly that nothing answers', async () => {
      await expect(openPostgres('postgresql://nobody@127.0.0.1:1/none', defaultStoreOptions)).rejects.toThrow('DATABASE_URL: no PostgreSQL answers there');
    });
  });
}
