import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { harnessOver } from './conformance/harness.fixture.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded/embedded-database.ts';
import { defaultStoreOptions } from './open-store.ts';
import { describeStore } from './store.conformance.fixture.ts';

describe('the embedded store', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-embedded-'));
  let database: Database;

  beforeAll(async () => { database = await openEmbedded(folder, defaultStoreOptions); }, 120_000);
  afterAll(async () => {
    await database.dispose();
    rmSync(folder, { recursive: true });
  });

  describeStore(harnessOver(() => database));

  test('is refused to a second one, which hears of the folder and the process', async () => {
    await expect(openEmbedded(folder, defaultStoreOptions)).rejects.toThrow(`${folder}: process ${process.pid} has this data folder open`);
  });
});
