/**
 * Search in a large collection: time and recall of both ways, for each format, on one store.
 *   node --import tsx apps/server/src/store/search.bench.ts --faces 10000
 *   node --import tsx apps/server/src/store/search.bench.ts --faces 100000 --postgres --formats float32
 * --postgres starts one as the tests do, or uses FACENET_TEST_DATABASE_URL. Vectors are random around as many centres as
 * a tenth of the faces. 100,000 faces take about two minutes on two idle cores, the largest part for the index.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openStore, type StorePlace } from './open-store.ts';
import type { SqlStore } from './sql-store.ts';
import type { Neighbour, SearchRequest } from './store.ts';
import { openTestPostgres } from './testing/postgres.ts';
import { clusteredVectors, nearestPlaces, squaredDistance } from './testing/random-vectors.ts';
import type { VectorFormat } from './vectors/vector-format.ts';

const { values: flags } = parseArgs({
  options: {
    faces: { type: 'string', default: '10000' },
    size: { type: 'string', default: '128' },
    queries: { type: 'string', default: '200' },
    formats: { type: 'string', default: 'float32,float16,int8' },
    candidates: { type: 'string', default: '100' },
    spread: { type: 'string', default: '0.7' },
    postgres: { type: 'boolean', default: false },
  },
});
const [count, size, queryCount, candidates] = [flags.faces, flags.size, flags.queries, flags.candidates].map(Number) as [number, number, number, number];
const limit = 10;

const vectors = clusteredVectors({ count: count + queryCount, size, clusters: Math.ceil(count / 10), spread: Number(flags.spread), seed: 1 });
const gallery = vectors.slice(0, count);
const queries = vectors.slice(count);
const expected = queries.map((query) => nearestPlaces(query, gallery, limit));

const rows: Record<string, string | number>[] = [];
await withPlace(async (place) => {
  for (const format of flags.formats.split(',') as VectorFormat[]) {
    const store = await openStore(place, { vectors: format, candidates, exactBelow: count });
    try {
      await measure(store, format);
    } finally {
      await store.dispose();
    }
  }
});
console.table(rows);

async function withPlace(work: (place: StorePlace) => Promise<void>): Promise<void> {
  if (flags.postgres) {
    const server = await openTestPostgres();
    if (typeof server === 'string') throw new Error(server);
    await work({ databaseUrl: await server.createDatabase() }).finally(() => server.dispose());
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-bench-'));
  await work({ dataFolder: folder }).finally(() => { rmSync(folder, { recursive: true }); });
}

async function measure(store: SqlStore, format: VectorFormat): Promise<void> {
  const collection = await store.collections.create({ name: format, spaceId: 'space-a', size, keepCrops: false, metadata: {} });
  const face = (vector: Float32Array) => ({
    collectionId: collection.id, personId: null, photoId: null, modelId: 'model-a', box: null, quality: null, metadata: {}, vector,
  });
  const ids: string[] = [];
  const insertStarted = performance.now();
  let longestInsert = 0;
  // The last face is added alone: it is the one that begins the index.
  for (let start = 0; start < count - 1; start += 1_000) {
    const batchStarted = performance.now();
    ids.push(...(await store.faces.add(gallery.slice(start, Math.min(start + 1_000, count - 1)).map(face))).map(({ id }) => id));
    longestInsert = Math.max(longestInsert, performance.now() - batchStarted);
  }
  const insertSeconds = (performance.now() - insertStarted) / 1_000;
  const inMemory = format === 'int8' || format === 'encrypted';
  const common = { store: (await store.status()).kind, format, faces: count };
  if (!inMemory) await report({ ...common, search: 'exact', 'build, s': 0 }, (request) => store.searchExactly(request));
  const buildStarted = performance.now();
  ids.push(...(await store.faces.add([face(gallery.at(-1)!)])).map(({ id }) => id));
  await store.settled();
  const build = (performance.now() - buildStarted) / 1_000;
  await report({ ...common, search: inMemory ? 'memory' : 'index', 'build, s': round(build) }, (request) => store.faces.search(request));

  async function report(row: Record<string, string | number>, search: (request: SearchRequest) => Promise<readonly Neighbour[]>): Promise<void> {
    const places = new Map(ids.map((id, place) => [id, place]));
    const times: number[] = [];
    let found = 0;
    let largestError = 0;
    await search({ collectionId: collection.id, vector: queries[0]!, limit, named: false });
    for (const [index, vector] of queries.entries()) {
      const started = performance.now();
      const neighbours = await search({ collectionId: collection.id, vector, limit, named: false });
      times.push(performance.now() - started);
      for (const { faceId, distance } of neighbours) {
        const place = places.get(faceId)!;
        if (expected[index]!.includes(place)) found++;
        largestError = Math.max(largestError, Math.abs(distance - squaredDistance(vector, gallery[place]!)));
      }
    }
    times.sort((a, b) => a - b);
    rows.push({
      ...row,
      'inserts/s': Math.round(count / insertSeconds),
      'p50, ms': round(times[Math.floor(times.length / 2)]!),
      'p99, ms': round(times[Math.floor(times.length * 0.99)]!),
      'recall@10': Math.round(1e4 * found / (limit * queries.length)) / 1e4,
      'largest distance error': Number(largestError.toPrecision(2)),
    });
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
