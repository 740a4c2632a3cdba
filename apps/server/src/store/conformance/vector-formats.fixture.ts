import { randomBytes } from 'node:crypto';
import type { SqlStore } from '../sql-store.ts';
import { clusteredVectors, nearestPlaces, squaredDistance } from '../testing/random-vectors.ts';
import { addPerson, faceOf, makeCollection, type Harness } from './harness.fixture.ts';

export function describeVectorFormats(harness: Harness): void {
  const encryptionKey = randomBytes(32);

  describe('formats of vectors', () => {
    const vectors = clusteredVectors({ count: 1_020, size: 128, clusters: 200, spread: 0.7, seed: 2 });
    const gallery = vectors.slice(20);
    const queries = vectors.slice(0, 20);

    test.each([
      // Half a unit in the last of 11 bits, relative to each number; int8: half of 1/127 of the largest number, random signs.
      { format: 'float32', recall: 1, error: 1e-5 },
      { format: 'float16', recall: 0.99, error: 1e-3 },
      { format: 'int8', recall: 0.97, error: 0.02 },
      { format: 'encrypted', recall: 1, error: 1e-5 },
    ] as const)('$format finds the same ten nearest, at the same distances', async ({ format, recall, error }) => {
      const store = await harness.store({ vectors: format, encryptionKey });
      const collection = await makeCollection(store, { size: 128 });
      const ids = (await store.faces.add(gallery.map((vector) => faceOf(collection, vector)))).map(({ id }) => id);
      const places = new Map(ids.map((id, place) => [id, place]));
      let found = 0;
      let largestError = 0;
      for (const query of queries) {
        const expected = new Set(nearestPlaces(query, gallery, 10).map((place) => ids[place]));
        for (const { faceId, distance } of await store.faces.search({ collectionId: collection.id, vector: query, limit: 10, named: false })) {
          if (expected.has(faceId)) found++;
          largestError = Math.max(largestError, Math.abs(distance - squaredDistance(query, gallery[places.get(faceId)!]!)));
        }
      }
      expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(recall);
      expect(largestError).toBeLessThan(error);
    });

    test('int8 takes one byte a number', async () => {
      const store = await harness.store({ vectors: 'int8' });
      const collection = await makeCollection(store, { size: 128 });
      await store.faces.add([faceOf(collection, gallery[0]!)]);
      const { rows } = await harness.database().query('SELECT length(packed) AS bytes FROM faces WHERE collection_id = $1', [collection.id]);
      expect(rows).toEqual([{ bytes: 128 }]);
    });

    test.each(['int8', 'encrypted'] as const)('%s sees what another process changes', async (vectorFormat) => {
      const here = await harness.store({ vectors: vectorFormat, encryptionKey });
      const there = await harness.store({ vectors: vectorFormat, encryptionKey });
      const collection = await makeCollection(here, { size: 128 });
      const nearest = async (store: SqlStore, named: boolean): Promise<string | undefined> => (
        (await store.faces.search({ collectionId: collection.id, vector: gallery[0]!, limit: 1, named }))[0]?.faceId
      );
      const [first, second] = (await here.faces.add([faceOf(collection, gallery[0]!), faceOf(collection, gallery[1]!)])).map(({ id }) => id);
      expect([await nearest(there, false), await nearest(there, true)]).toEqual([first, undefined]);
      const ada = await addPerson(here, collection, 'Ada', []);
      await here.faces.assign(collection.id, [second!], ada);
      expect(await nearest(there, true)).toBe(second);
      await here.faces.replaceVector(collection.id, first!, 'model-b', gallery[2]!);
      await here.faces.remove(collection.id, [second!]);
      expect([await nearest(there, false), await nearest(there, true)]).toEqual([first, undefined]);
      await here.persons.remove(collection.id, ada);
      const failed = here.transaction(async () => {
        await here.faces.add([faceOf(collection, gallery[0]!)]);
        expect(await nearest(here, false)).not.toBe(first);
        throw new Error('taken back');
      });
      await expect(failed).rejects.toThrow('taken back');
      expect(await nearest(here, false)).toBe(first);
    });

    test('encrypted keeps neither vector nor crop readable, and only its key opens them', async () => {
      const store = await harness.store({ vectors: 'encrypted', encryptionKey });
      const collection = await makeCollection(store, { size: 128, keepCrops: true });
      const crop = new TextEncoder().encode('an encoded picture');
      const [face] = await store.faces.add([faceOf(collection, gallery[0]!, { crop })]);
      expect([...(await store.faces.crop(collection.id, face!.id))!]).toEqual([...crop]);
      expect(await store.faces.vectors(collection.id, [face!.id])).toEqual([gallery[0]]);
      const { rows: [kept] } = await harness.database().query<{ packed: Buffer; picture: Buffer; plain: boolean }>(
        'SELECT packed, picture, embedding IS NOT NULL AS plain FROM faces JOIN crops ON face_id = faces.id WHERE collection_id = $1', [collection.id]);
      expect(kept!.plain).toBe(false);
      expect(kept!.packed.includes(Buffer.from(gallery[0]!.buffer, gallery[0]!.byteOffset, 8))).toBe(false);
      expect(kept!.picture.includes('picture')).toBe(false);

      await expect(harness.store({ encryptionKey: randomBytes(32) })).rejects.toThrow('not the one');
      const keyless = await harness.store();
      await expect(keyless.faces.crop(collection.id, face!.id)).rejects.toThrow('without their key');
      await expect(keyless.faces.vectors(collection.id, [face!.id])).rejects.toThrow('without their key');
      await expect(harness.store({ vectors: 'encrypted' })).rejects.toThrow('need an encryption key');
    });
  });
}
