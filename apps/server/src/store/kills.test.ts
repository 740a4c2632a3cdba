import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore, type StorePlace } from './open-store.ts';
import { runKilledWriter, type Ledger } from './testing/killed-writer.ts';
import { openTestPostgres, whyNoPostgres } from './testing/postgres.ts';
import { randomNumbers } from './testing/random-vectors.ts';

// Each costs seconds for the embedded store, which is opened again, and about one for PostgreSQL.
const kills = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const embeddedKills = kills('FACENET_EMBEDDED_KILLS', 4);
const postgresKills = kills('FACENET_POSTGRES_KILLS', 10);

async function newLedger(place: StorePlace): Promise<Ledger> {
  const store = await openStore(place);
  const { id } = await store.collections.create({ name: 'killed', spaceId: 'space-a', size: 64, keepCrops: true, metadata: {} });
  await store.dispose();
  return { place, collectionId: id, kept: [] };
}

/** Kills at moments that differ from round to round, and lets the next process look at what the last one left. */
async function expectNothingLost(ledger: Ledger, rounds: number, longest: number, kill: (round: number) => (pid: number) => Promise<void> | void): Promise<void> {
  const random = randomNumbers(7);
  for (let round = 0; round <= rounds; round++) {
    const told = ledger.kept.length;
    const checked = await runKilledWriter(ledger, longest * random(), kill(round));
    expect(checked).toMatchObject({ checked: told, lost: [], torn: [], crops: 3 * checked.persons });
  }
  expect(ledger.kept.length).toBeGreaterThan(0);
}

const killWriter = () => (pid: number): void => { process.kill(pid, 'SIGKILL'); };

test(`the embedded store keeps every acknowledged write through ${embeddedKills} kills`, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-kills-'));
  try {
    await expectNothingLost(await newLedger({ dataFolder: folder }), embeddedKills, 2_000, killWriter);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, (embeddedKills + 3) * 60_000);

const reason = whyNoPostgres();
const testPostgres = reason === null ? test : test.skip;

testPostgres(`the PostgreSQL store keeps every acknowledged write through ${postgresKills} kills${reason === null ? '' : `: ${reason}`}`, async () => {
  const server = await openTestPostgres();
  if (typeof server === 'string') throw new Error(server);
  try {
    const crash = server.crash;
    // By turns the server with all of its processes, and its client.
    await expectNothingLost(await newLedger({ databaseUrl: await server.createDatabase() }), postgresKills, 600, (round) => (
      crash && round % 2 === 0 ? () => crash() : killWriter()
    ));
  } finally {
    await server.dispose();
  }
}, (postgresKills + 3) * 30_000);
