import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, createClient, eachItem } from '@facenet/contract';
import { openTestPostgres, whyNoPostgres, type TestPostgres } from './store/testing/postgres.ts';
import { randomNumbers } from './store/testing/random-vectors.ts';
import { type Balancer, startBalancer } from './testing/balancer.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';
import { tinyBundle, writeTinyBundle } from './testing/tiny-bundle.fixture.ts';

// More is for an evening: FACENET_REPLICA_KILLS=20
const kills = Number(process.env['FACENET_REPLICA_KILLS'] ?? 2);
const writers = 8;
// As of the other tests that open a store: a machine that trains may take minutes to start a process.
const startingMs = 900_000;

const reason = whyNoPostgres();
const describeReplicas = reason === null ? describe : describe.skip;

// The servers themselves, each a process, over one PostgreSQL; nothing is put in the place of anything.
describeReplicas(`two servers over one PostgreSQL${reason === null ? '' : `: ${reason}`}`, () => {
  let postgres: TestPostgres;
  let folder: string;
  let start: () => Promise<ServerProcess>;
  let servers: ServerProcess[];
  let balancer: Balancer;
  let from: { readonly model_id: string; readonly space_id: string };

  beforeAll(async () => {
    const opened = await openTestPostgres();
    if (typeof opened === 'string') throw new Error(opened);
    postgres = opened;
    folder = mkdtempSync(path.join(tmpdir(), 'facenet-replicas-'));
    const bundle = await tinyBundle();
    from = { model_id: bundle.manifest.modelId, space_id: bundle.manifest.spaceId };
    const databaseUrl = await postgres.createDatabase();
    const args = ['--model', writeTinyBundle(path.join(folder, 'tiny'), bundle), '--cores', '1'];
    start = () => startServer(args, { DATABASE_URL: databaseUrl });
    servers = await Promise.all([start(), start()]);
    balancer = await startBalancer(servers.map(({ url }) => url));
  }, startingMs);

  afterAll(async () => {
    await balancer?.dispose();
    for (const each of servers ?? []) each.signal('SIGKILL');
    await Promise.all((servers ?? []).map(({ ended }) => ended));
    await postgres?.dispose();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const newCollection = async (client: Client, name: string): Promise<{ collection_id: string }> => {
    const { id } = await client.createCollection({ body: { name } });
    return { collection_id: id };
  };
  const enrolment = (number: number, external_id: string) => ({
    embeddings: [{ ...from, vector: vectorOf(number) }], external_id, name: external_id, metadata: { number },
  });

  test(`lose and double no enrolment, and show a client that tries again no error, through ${kills} kills under load`, async () => {
    const client = createClient({ baseUrl: balancer.url });
    const params = await newCollection(client, 'killed');
    const acknowledged = new Map<number, string>();
    let number = 0;
    let isOver = false;
    // Six enrolments are of one person, who is made by whichever of both servers comes first.
    const work = async (): Promise<void> => {
      while (!isOver) {
        const own = number++;
        const { faces: [face] } = await client.enrol({ params, body: enrolment(own, `person ${Math.floor(own / 6)}`) });
        acknowledged.set(own, face!.id);
      }
    };
    const working = Promise.all(Array.from({ length: writers }, work));
    working.catch(() => { isOver = true; });
    const until = async (more: number): Promise<void> => {
      const enough = acknowledged.size + more;
      while (acknowledged.size < enough && !isOver) await new Promise((resolve) => { setTimeout(resolve, 5); });
    };
    const random = randomNumbers(5);
    for (let round = 0; round < kills; round++) {
      await until(20 + Math.floor(30 * random()));
      const victim = round % 2;
      servers[victim]!.signal('SIGKILL');
      expect(await servers[victim]!.ended).toBe('SIGKILL');
      await until(20);
      servers[victim] = await start();
      balancer.route(servers.map(({ url }) => url));
    }
    await until(20);
    isOver = true;
    // A client that saw an error would have thrown it here.
    await working;

    expect(balancer.broken).toBeGreaterThan(0);
    const stored: { id: string; number: unknown; person: string | null }[] = [];
    for await (const { id, metadata, person_id } of eachItem((query: { cursor?: string; limit?: number }) => client.listFaces({ params, query }), { limit: 100 })) {
      stored.push({ id, number: metadata['number'], person: person_id });
    }
    const byNumber = stored.sort((a, b) => Number(a.number) - Number(b.number));
    expect(byNumber.map((each) => [each.number, each.id])).toEqual([...acknowledged].sort(([a], [b]) => a - b));
    const persons = new Map(byNumber.map((each) => [Math.floor(Number(each.number) / 6), each.person]));
    expect(byNumber.filter((each) => persons.get(Math.floor(Number(each.number) / 6)) !== each.person)).toEqual([]);
    expect(new Set(persons.values()).size).toBe(persons.size);
  }, startingMs * (2 + kills));

  test('one that is asked to stop answers all that it has begun to read, and takes nothing new', async () => {
    // A way of its own, so that new connections go to both.
    const fresh = await startBalancer(servers.map(({ url }) => url));
    const client = createClient({ baseUrl: fresh.url });
    const params = await newCollection(client, 'drained');
    const [leaving] = servers as [ServerProcess, ServerProcess];
    const requests = Array.from({ length: 12 }, (_, i) => halfSent(`${leaving.url}/v1/collections/${params.collection_id}/faces`, JSON.stringify(enrolment(i, `half ${i}`))));
    await Promise.all(requests.map(({ sent }) => sent));
    // A whole round trip later the server has read what the others have sent.
    await createClient({ baseUrl: leaving.url }).health();
    let isOver = false;
    let others = 0;
    const load = Promise.all(Array.from({ length: writers }, async () => {
      while (!isOver) {
        const own = others++;
        await client.enrol({ params, body: enrolment(100 + own, `other ${own}`) });
      }
    }));
    load.catch(() => { isOver = true; });
    while (others < 2 * writers && !isOver) await new Promise((resolve) => { setTimeout(resolve, 5); });
    leaving.signal('SIGTERM');
    await leaving.said('answering what has begun');
    await refused(leaving.url);
    for (const { finish } of requests) finish();
    expect(await Promise.all(requests.map(({ status }) => status))).toEqual(requests.map(() => 201));
    expect(await leaving.ended).toBe(0);
    isOver = true;
    await load;
    const { counts: { faces } } = await client.getCollection({ params });
    expect(faces).toBe(requests.length + others);
    await fresh.dispose();
  }, startingMs);
});

/** A unit vector for each number. */
function vectorOf(number: number): number[] {
  const numbers = Array.from({ length: 16 }, (_, i) => Math.sin((number + 1) * (i + 1)));
  const length = Math.hypot(...numbers);
  return numbers.map((each) => each / length);
}

/** A request whose body stops in the middle until `finish`. */
function halfSent(url: string, body: string): { readonly sent: Promise<void>; readonly finish: () => void; readonly status: Promise<number> } {
  const request = http.request(url, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } });
  const status = new Promise<number>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => { resolve(response.statusCode ?? 0); });
    });
  });
  const half = Math.floor(body.length / 2);
  const sent = new Promise<void>((resolve, reject) => {
    request.write(body.slice(0, half), (error) => { if (error) reject(error); else resolve(); });
  });
  return { sent, finish: () => { request.end(body.slice(half)); }, status };
}

/** Ends when nobody listens there any more. */
async function refused(url: string): Promise<void> {
  for (;;) {
    const isRefused = await new Promise<boolean>((resolve) => {
      const request = http.get(`${url}/v1/health`, { agent: false }, (response) => {
        response.resume();
        response.on('end', () => { resolve(false); });
      });
      request.on('error', () => { resolve(true); });
    });
    if (isRefused) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
