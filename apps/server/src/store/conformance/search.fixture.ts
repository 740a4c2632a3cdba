import type { SqlStore } from '../sql-store.ts';
import { clusteredVectors, nearestPlaces, squaredDistance } from '../testing/random-vectors.ts';
import { addPerson, axis, faceOf, makeCollection, type Harness } from './harness.fixture.ts';

export function describeSearch(harness: Harness): void {
  let store: SqlStore;
  beforeAll(async () => { store = await harness.store(); });

  describe('search', () => {
    test('gives squared distances, the nearest first', async () => {
      const collection = await makeCollection(store);
      const faces = await store.faces.add([faceOf(collection, axis(0, -1)), faceOf(collection, axis(1)), faceOf(collection, axis(0))]);
      const found = await store.faces.search({ collectionId: collection.id, vector: axis(0), limit: 9, named: false });
      // Unit vectors: the same 0, orthogonal 2, opposite 4.
      expect(found.map(({ faceId }) => faceId)).toEqual([faces[2]!.id, faces[1]!.id, faces[0]!.id]);
      found.forEach(({ distance }, index) => { expect(distance).toBeCloseTo(2 * index, 12); });
    });

    test('looks at one collection, and where asked only at named faces', async () => {
      const [here, there] = [await makeCollection(store), await makeCollection(store)];
      const ada = await addPerson(store, here, 'Ada', [axis(1)]);
      await store.faces.add([faceOf(here, axis(0)), faceOf(there, axis(0))]);
      const request = { collectionId: here.id, vector: axis(0), limit: 9 };
      expect((await store.faces.search({ ...request, named: false })).length).toBe(2);
      expect(await store.faces.search({ ...request, named: true })).toMatchObject([{ personId: ada, modelId: 'model-a' }]);
      expect(await store.faces.search({ ...request, collectionId: ada, named: true })).toEqual([]);
    });

    test.each([64, 128, 256, 512])('finds what looking at every vector of %d numbers finds', async (size) => {
      const collection = await makeCollection(store, { size });
      const [query, ...vectors] = clusteredVectors({ count: 201, size, clusters: 20, spread: 0.6, seed: size });
      const faces = await store.faces.add(vectors.map((vector) => faceOf(collection, vector)));
      const found = await store.faces.search({ collectionId: collection.id, vector: query!, limit: 10, named: false });
      const expected = nearestPlaces(query!, vectors, 10);
      expect(found.map(({ faceId }) => faceId)).toEqual(expected.map((place) => faces[place]!.id));
      found.forEach(({ distance }, rank) => { expect(distance).toBeCloseTo(squaredDistance(query!, vectors[expected[rank]!]!), 5); });
    });
  });

  describe('search of a large collection', () => {
    const count = 1_500;
    const vectors = clusteredVectors({ count: count + 50, size: 64, clusters: 100, spread: 0.7, seed: 1 });
    const queries = vectors.slice(count);

    test.each(['float32', 'float16'] as const)('goes through an index of its own, of %s, and finds nearly all', async (format) => {
      const large = await harness.store({ exactBelow: 1_000, vectors: format });
      const collection = await makeCollection(large, { size: 64 });
      const ada = await addPerson(large, collection, 'Ada', []);
      // The index is made on the way, so that a part is built and a part is inserted.
      const before = await large.faces.add(vectors.slice(0, 1_200).map((vector) => faceOf(collection, vector)));
      await large.settled();
      const after = await large.faces.add(vectors.slice(1_200, count).map((vector) => faceOf(collection, vector)));
      const ids = [...before, ...after].map(({ id }) => id);
      expect(await indexesOf(collection.id)).toBe(1);

      let found = 0;
      for (const query of queries) {
        const expected = new Set(nearestPlaces(query, vectors.slice(0, count), 10).map((place) => ids[place]));
        const neighbours = await large.faces.search({ collectionId: collection.id, vector: query, limit: 10, named: false });
        found += neighbours.filter(({ faceId }) => expected.has(faceId)).length;
      }
      expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.98);

      // Few are named, and far from the query: an index that only looks at the nearest would not find them.
      const named = nearestPlaces(queries[0]!, vectors.slice(0, count), count).slice(-12).map((place) => ids[place]!);
      await large.faces.assign(collection.id, named, ada);
      const neighbours = await large.faces.search({ collectionId: collection.id, vector: queries[0]!, limit: 10, named: true });
      expect(neighbours.map(({ faceId }) => faceId)).toEqual(named.slice(0, 10));

      await large.collections.remove(collection.id);
      await large.settled();
      expect(await indexesOf(collection.id)).toBe(0);
    });

    async function indexesOf(collectionId: string): Promise<number> {
      const { rows } = await harness.database().query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_indexes WHERE indexdef LIKE '%hnsw%' AND indexdef LIKE '%' || $1 || '%'", [collectionId]);
      return rows[0]!.count;
    }
  });
}
