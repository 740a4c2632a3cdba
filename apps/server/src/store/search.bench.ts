/**
 * Search in a large collection: time and recall of both ways, for each format, on one store.
 *   node --import tsx apps/server/src/store/search.bench.ts --faces 10000
 *   node --import tsx apps/server/src/store/search.bench.ts --faces 100000 --postgres --formats float32
 * Vectors are random around as many centres as a tenth of the faces, in all directions alike, which is the hardest case: beyond a
 * face's own person all others are equally far. With --like FACES.csv (of 'facenet embed', one folder per person) they spread as
 * those do, between people and within one: the same covariances, of normal distributions. The index is built when all are there, or at --exact-below
 * faces (as a server does, at 5,000), where the rest is added to it one by one. --candidates are what a search of it looks at,
 * tried one after the other on the same index. --postgres starts a database, or uses FACENET_TEST_DATABASE_URL.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openStore, type StorePlace } from './open-store.ts';
import type { SqlStore } from './sql-store.ts';
import type { Neighbour, SearchRequest } from './store.ts';
import { openTestPostgres } from './testing/postgres.ts';
import { readFaces, vectorsLike } from './testing/face-like-vectors.ts';
import { clusteredVectors, nearestPlaces, squaredDistance } from './testing/random-vectors.ts';
import type { VectorFormat } from './vectors/vector-format.ts';

const { values: flags } = parseArgs({
  options: {
    faces: { type: 'string', default: '10000' },
    size: { type: 'string', default: '128' },
    queries: { type: 'string', default: '500' },
    formats: { type: 'string', default: 'float32,float16,int8' },
    candidates: { type: 'string', default: '100,200,400' },
    spread: { type: 'string', default: '0.7' },
    'exact-below': { type: 'string' },
    like: { type: 'string' },
    postgres: { type: 'boolean', default: false },
  },
});
const [count, size, queryCount] = [flags.faces, flags.size, flags.queries].map(Number) as [number, number, number];
const candidateCounts = flags.candidates.split(',').map(Number);
const exactBelow = Number(flags['exact-below'] ?? count);
const limit = 10;

const [total, people] = [count + queryCount, Math.ceil(count / 10)];
const vectors = flags.like === undefined
  ? clusteredVectors({ count: total, size, clusters: people, spread: Number(flags.spread), seed: 1 })
  : vectorsLike(readFaces(flags.like), { count: total, people, seed: 1 });
const gallery = vectors.slice(0, count);
const queries = vectors.slice(count);
const expected = queries.map((query) => nearestPlaces(query, gallery, limit));

const rows: Record<string, string | number>[] = [];
await withPlace(async (place) => {
  for (const format of flags.formats.split(',') as VectorFormat[]) await measure(place, format);
});
console.table(rows);

async function withPlace(work: (place: StorePlace) => Promise<void>): Promise<void> {
  if (flags.postgres) {
    // As docs/sizing.md advises for a machine of 24 GiB that does other things too, and as deploy/docker/compose.yaml has it.
    const server = await openTestPostgres({ shared_buffers: '2GB', effective_cache_size: '4GB', max_parallel_maintenance_workers: '2', max_wal_size: '4GB' });
    if (typeof server === 'string') throw new Error(server);
    await work({ databaseUrl: await server.createDatabase() }).finally(() => server.dispose());
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-bench-'));
  await work({ dataFolder: folder }).finally(() => { rmSync(folder, { recursive: true }); });
}

/** A collection of the gallery, and what each search of it costs. */
async function measure(place: StorePlace, format: VectorFormat): Promise<void> {
  const withStore = async <T>(candidates: number, work: (store: SqlStore) => Promise<T>): Promise<T> => {
    const store = await openStore(place, { vectors: format, candidates, exactBelow });
    return work(store).finally(() => store.dispose());
  };
  const inMemory = format === 'int8' || format === 'encrypted';
  const { kind, collectionId, ids, filling } = await withStore(100, async (store) => {
    const { kind } = await store.status();
    return { kind, ...await fill(store, format, async (collectionId, ids, filling) => {
      if (!inMemory) await report({ store: kind, format, faces: count, search: 'exact', ...filling, 'build, s': 0 }, collectionId, ids, 50, (request) => store.searchExactly(request));
    }) };
  });
  for (const candidates of inMemory ? [0] : candidateCounts) {
    await withStore(candidates, (store) => report(
      { store: kind, format, faces: count, search: inMemory ? 'memory' : `index, ${candidates} candidates`, ...filling }, collectionId, ids, queries.length, (request) => store.faces.search(request)));
  }
}

type Row = Record<string, string | number>;

/** The last face is added alone: it is the one that begins the index, where that is not begun earlier. */
async function fill(store: SqlStore, format: VectorFormat, beforeLast: (collectionId: string, ids: readonly string[], filling: Row) => Promise<void>): Promise<{ readonly collectionId: string; readonly ids: readonly string[]; readonly filling: Row }> {
  const collection = await store.collections.create({ name: format, spaceId: 'space-a', size, keepCrops: false, metadata: {} });
  const face = (vector: Float32Array) => ({
    collectionId: collection.id, personId: null, photoId: null, modelId: 'model-a', box: null, quality: null, metadata: {}, vector,
  });
  const ids: string[] = [];
  const insertStarted = performance.now();
  let longest = 0;
  for (let start = 0; start < count - 1; start += 1_000) {
    const batchStarted = performance.now();
    ids.push(...(await store.faces.add(gallery.slice(start, Math.min(start + 1_000, count - 1)).map(face))).map(({ id }) => id));
    longest = Math.max(longest, performance.now() - batchStarted);
  }
  const seconds = (performance.now() - insertStarted) / 1_000;
  await store.settled();
  const filling = { 'inserts/s': Math.round(count / seconds), 'longest insert of 1,000, s': round(longest / 1_000) };
  await beforeLast(collection.id, ids, filling);
  const buildStarted = performance.now();
  ids.push(...(await store.faces.add([face(gallery.at(-1)!)])).map(({ id }) => id));
  await store.settled();
  return { collectionId: collection.id, ids, filling: { ...filling, 'build, s': round((performance.now() - buildStarted) / 1_000) } };
}

/** Where every face is looked at, few queries say enough of the time. */
async function report(row: Row, collectionId: string, ids: readonly string[], asked: number, search: (request: SearchRequest) => Promise<readonly Neighbour[]>): Promise<void> {
  const places = new Map(ids.map((id, place) => [id, place]));
  const times: number[] = [];
  let found = 0;
  let largestError = 0;
  // The first fill caches, of the database and of this process.
  for (let i = 0; i < asked; i++) await search({ collectionId, vector: gallery[Math.floor((i * gallery.length) / asked)]!, limit, named: false });
  for (const [index, vector] of queries.slice(0, asked).entries()) {
    const started = performance.now();
    const neighbours = await search({ collectionId, vector, limit, named: false });
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
    'p50, ms': round(times[Math.floor(times.length / 2)]!),
    'p99, ms': round(times[Math.floor(times.length * 0.99)]!),
    'recall@10': Math.round(1e4 * found / (limit * asked)) / 1e4,
    'largest distance error': Number(largestError.toPrecision(2)),
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
