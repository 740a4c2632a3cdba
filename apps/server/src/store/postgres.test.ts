import { harnessOver } from './conformance/harness.fixture.ts';
import type { Database } from './database.ts';
import { defaultStoreOptions } from './open-store.ts';
import { openPostgres } from './postgres/postgres-database.ts';
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

    test('says clearly that nothing answers', async () => {
      await expect(openPostgres('postgresql://nobody@127.0.0.1:1/none', defaultStoreOptions)).rejects.toThrow('DATABASE_URL: no PostgreSQL answers there');
    });
  });
}
