import { rmSync } from 'node:fs';
import { openStore, type StorePlace } from './open-store.ts';
import { type Blow, type Ledger, runKilledWriter } from './testing/killed-writer.ts';
import { newDataFolder } from './testing/new-data-folder.ts';
import { openTestPostgres, whyNoPostgres } from './testing/postgres.ts';
import { randomNumbers } from './testing/random-vectors.ts';

// Each costs about two seconds of computing for the embedded store, which is opened again, and about one for PostgreSQL.
const embeddedKills = Number(process.env['FACENET_EMBEDDED_KILLS'] ?? 4);
const postgresKills = Number(process.env['FACENET_POSTGRES_KILLS'] ?? 10);
// No further round is begun after so long: a slow machine kills less often, and says how often.
const seconds = Number(process.env['FACENET_KILL_SECONDS'] ?? Infinity);
// Stores that are killed at the same time, on as many cores.
const lanes = 2;

interface Lane {
  readonly place: StorePlace;
  readonly kill: (round: number) => Blow['kill'];
  dispose(): Promise<void> | void;
}

/** Kills at moments that differ from round to round, and lets the next process look at what the last one left. */
async function killAndCheck(rounds: number, longest: number, openLane: () => Promise<Lane>): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  let left = rounds;
  let [kills, acknowledged] = [0, 0];
  const results = await Promise.allSettled(Array.from({ length: Math.min(lanes, rounds) }, async (_, number) => {
    const lane = await openLane();
    const random = randomNumbers(7 + number);
    try {
      const ledger = await newLedger(lane.place);
      let opening = 0;
      for (let round = 0; ; round++) {
        const isLast = left-- <= 0 || performance.now() > deadline;
        // Every fourth dies while it opens the store and mends what the one before it left; early more often than late.
        const since = round % 4 === 1 && !isLast ? 'start' : 'first write';
        const milliseconds = since === 'start' ? 1.2 * opening * random() : longest * random() ** 3;
        const [told, began] = [ledger.kept.length, performance.now()];
        const checked = await runKilledWriter(ledger, { since, milliseconds, kill: lane.kill(round) });
        if (checked === null) expect(since).toBe('start');
        else expect(checked).toMatchObject({ checked: told, lost: [], torn: [], crops: 3 * checked.persons });
        if (since === 'first write') opening = performance.now() - began - milliseconds;
        if (isLast) break;
        kills++;
      }
      acknowledged += ledger.kept.length;
    } finally {
      await lane.dispose();
    }
  }));
  const failed = results.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason as Error;
  expect(acknowledged).toBeGreaterThan(kills / 2);
  console.log(`${kills} kills, ${acknowledged} acknowledged writes, none lost`);
}

async function newLedger(place: StorePlace): Promise<Ledger> {
  const store = await openStore(place);
  const { id } = await store.collections.create({ name: 'killed', spaceId: 'space-a', size: 64, keepCrops: true, metadata: {} });
  await store.dispose();
  return { place, collectionId: id, kept: [] };
}

const killWriter = () => (pid: number): void => { process.kill(pid, 'SIGKILL'); };
const atMost = (kills: number): string => (seconds === Infinity ? String(kills) : `up to ${kills}`);
// A machine that trains takes twenty times as long.
const longestRun = (kills: number): number => 900_000 + 60_000 * kills;

test(`the embedded store keeps every acknowledged write through ${atMost(embeddedKills)} kills`, async () => {
  await killAndCheck(embeddedKills, 600, async () => {
    const folder = await newDataFolder('facenet-kills-');
    return { place: { dataFolder: folder }, kill: killWriter, dispose: () => { rmSync(folder, { recursive: true }); } };
  });
}, longestRun(embeddedKills));

const reason = whyNoPostgres();
const testPostgres = reason === null ? test : test.skip;

testPostgres(`the PostgreSQL store keeps every acknowledged write through ${atMost(postgresKills)} kills${reason === null ? '' : `: ${reason}`}`, async () => {
  await killAndCheck(postgresKills, 400, async () => {
    const server = await openTestPostgres();
    if (typeof server === 'string') throw new Error(server);
    const { crash } = server;
    return {
      place: { databaseUrl: await server.createDatabase() },
      // By turns the server with all of its processes, and its client.
      kill: (round) => (crash && round % 2 === 0 ? () => crash() : killWriter()),
      dispose: () => server.dispose(),
    };
  });
}, longestRun(postgresKills));
