/**
 * A server at saturation for minutes: photos embedded, searched, enrolled and deleted at the same time against a process
 * of `facenet serve`. Tells its memory over time, latencies and errors; a line each minute, then one JSON value on stdout.
 *   node --import tsx apps/server/src/soak.bench.ts --model runs/quickstart/run/bundle --minutes 20
 *   node --import tsx apps/server/src/soak.bench.ts --model runs/quickstart/run/bundle --minutes 20 --postgres
 * --postgres starts one as the tests do, or uses FACENET_TEST_DATABASE_URL. Linux only: memory is read from /proc.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiError, type Client, createClient } from '@facenet/contract';
import { drawFaces } from '@facenet/photo/testing';
import { openTestPostgres } from './store/testing/postgres.ts';
import { randomNumbers } from './store/testing/random-vectors.ts';
import { lineThrough } from './testing/line-through.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    minutes: { type: 'string', default: '20' },
    clients: { type: 'string', default: '8' },
    faces: { type: 'string', default: '500' },
    postgres: { type: 'boolean', default: false },
  },
});
if (flags.model === undefined) throw new Error('--model: expected the folder of a bundle');
const [minutes, clients, faces] = [flags.minutes, flags.clients, flags.faces].map(Number) as [number, number, number];

type Operation = 'embed' | 'search' | 'enrol' | 'delete';

interface Sample {
  readonly seconds: number;
  readonly resident: number;
  /** What JavaScript of the server's main thread refers to, and what it has not collected yet. */
  readonly heap: number;
  readonly external: number;
}

const times: Record<Operation, number[]> = { embed: [], search: [], enrol: [], delete: [] };
const errors = new Map<string, number>();
const samples: Sample[] = [];

const random = randomNumbers(1);
const pictures = await Promise.all(Array.from({ length: 12 }, () => drawFaces(400, 300, [{ x: 150 + 100 * random(), y: 130 + 40 * random(), scale: 0.8 + 0.5 * random() }])));
await withServer(flags.model, soak);
process.stdout.write(`${JSON.stringify(summary(), null, 2)}\n`);

async function withServer(model: string, work: (server: ServerProcess) => Promise<void>): Promise<void> {
  const postgres = flags.postgres ? await openTestPostgres() : undefined;
  if (typeof postgres === 'string') throw new Error(postgres);
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-soak-'));
  const place: Record<string, string> = postgres === undefined ? { FACENET_DATA_DIR: folder } : { DATABASE_URL: await postgres.createDatabase() };
  const server = await startServer(['--model', model], place);
  try {
    await work(server);
  } finally {
    server.signal('SIGTERM');
    process.stderr.write(`ended with ${await server.ended}; it said: ${server.output()}`);
    await postgres?.dispose();
    rmSync(folder, { recursive: true });
  }
}

async function soak({ url, pid }: ServerProcess): Promise<void> {
  // No second tries: what a caller sees is what is counted.
  const client = createClient({ baseUrl: url, retries: 0 });
  const { id: collection_id } = await client.createCollection({ body: { name: 'soak' } });
  const began = performance.now();
  const end = began + 60_000 * minutes;
  const enrolled: string[] = [];
  const sampler = setInterval(() => {
    void sample(url, pid, began).then((each) => { samples.push(each); }, () => { count('no metrics'); });
  }, 1_000 * Math.max(1, Math.min(10, minutes / 2)));
  const teller = setInterval(() => { tell(enrolled.length); }, 60_000);
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) await once(client, { collection_id }, enrolled);
  }));
  clearInterval(sampler);
  clearInterval(teller);
}

/** Half of the work changes the gallery, which stays about as large as `--faces`. */
async function once(client: Client, params: { collection_id: string }, enrolled: string[]): Promise<void> {
  const image = pictures[Math.floor(random() * pictures.length)]!;
  const isFull = enrolled.length >= faces;
  const operation: Operation = random() < 0.5 ? (random() < 0.5 ? 'embed' : 'search') : isFull ? 'delete' : 'enrol';
  const began = performance.now();
  try {
    switch (operation) {
      case 'embed': await client.embeddings({ body: { images: [image] } }); break;
      case 'search': await client.search({ params, body: { image } }); break;
      case 'enrol': {
        const { faces: found } = await client.enrol({ params, body: { image, name: `person ${Math.floor(random() * 50)}`, quality_gate: 'off' } });
        enrolled.push(...found.map(({ id }) => id));
        break;
      }
      case 'delete': await client.deleteFaces({ params, body: { face_ids: enrolled.splice(0, 20) } }); break;
      default: operation satisfies never;
    }
    times[operation].push(performance.now() - began);
  } catch (error) {
    count(`${operation}: ${error instanceof ApiError ? error.code : String(error)}`);
  }
}

async function sample(url: string, pid: number, began: number): Promise<Sample> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  const resident = 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);
  return {
    seconds: (performance.now() - began) / 1000, resident,
    heap: metric('nodejs_heap_size_used_bytes'), external: metric('nodejs_external_memory_bytes'),
  };
}

function tell(inGallery: number): void {
  const last = samples.at(-1);
  if (last === undefined) return;
  const done = Object.entries(times).map(([name, each]) => `${each.length} ${name}`).join(', ');
  process.stderr.write(`${Math.round(last.seconds / 60)} min: resident ${megabytes(last.resident)} MB, heap ${megabytes(last.heap)} MB, external ${megabytes(last.external)} MB; ${done}; ${inGallery} faces; errors ${JSON.stringify([...errors])}\n`);
}

function summary(): object {
  const half = samples.slice(Math.floor(samples.length / 2));
  const perHour = ({ slope, error }: { slope: number; error: number }): object => ({ megabytes: rounded(3600 * slope / 2 ** 20), standardError: rounded(3600 * error / 2 ** 20) });
  const through = (of: (each: Sample) => number): object => perHour(lineThrough(half.map((each) => [each.seconds, of(each)])));
  const tenths = Array.from({ length: 10 }, (_, i) => samples.slice(Math.floor(i * samples.length / 10), Math.floor((i + 1) * samples.length / 10)));
  const total = Object.values(times).reduce((sum, { length }) => sum + length, 0);
  return {
    minutes, clients, store: flags.postgres ? 'postgres' : 'embedded',
    requests: total, requestsPerSecond: rounded(total / (60 * minutes)),
    milliseconds: Object.fromEntries(Object.entries(times).map(([name, each]) => [name, quantiles(each)])),
    errors: Object.fromEntries(errors),
    residentMegabytes: {
      lowestInEachTenth: tenths.filter((each) => each.length > 0).map((each) => megabytes(Math.min(...each.map(({ resident }) => resident)))),
      growthPerHourInSecondHalf: through(({ resident }) => resident),
    },
    heapGrowthPerHourInSecondHalf: through(({ heap }) => heap),
    externalGrowthPerHourInSecondHalf: through(({ external }) => external),
  };
}

function quantiles(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}

function count(what: string): void {
  errors.set(what, (errors.get(what) ?? 0) + 1);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
