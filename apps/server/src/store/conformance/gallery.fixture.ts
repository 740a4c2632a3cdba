import { StoreConflict, StoreMissing } from '../store.ts';
import type { SqlStore } from '../sql-store.ts';
import { newId } from '../uuid.ts';
import { addPerson, axis, faceOf, makeCollection, type Harness } from './harness.fixture.ts';

export function describeGallery(harness: Harness): void {
  let store: SqlStore;
  beforeAll(async () => { store = await harness.store(); });

  describe('collections', () => {
    test('keeps what it is given, and finds it by id', async () => {
      const made = await makeCollection(store, { size: 128, keepCrops: true, metadata: { purpose: 'ünïcode ✓', nested: [1, null] } });
      expect(await store.collections.get(made.id)).toEqual(made);
      expect(made).toMatchObject({ size: 128, keepCrops: true, spaceId: 'space-a', metadata: { purpose: 'ünïcode ✓', nested: [1, null] } });
      expect(await store.collections.get(newId())).toBeUndefined();
      expect(await store.collections.get("'; DROP TABLE faces; --")).toBeUndefined();
    });

    test('refuses a name that is taken, also when renaming', async () => {
      const [first, second] = [await makeCollection(store), await makeCollection(store)];
      await expect(makeCollection(store, { name: first.name })).rejects.toThrow(new StoreConflict('collection.name'));
      await expect(store.collections.update(second.id, { name: first.name })).rejects.toThrow(StoreConflict);
      expect(await store.collections.update(second.id, { keepCrops: true })).toMatchObject({ name: second.name, keepCrops: true });
      expect(await store.collections.update(newId(), { keepCrops: true })).toBeUndefined();
    });

    test('lists every one once, page by page in the order of making', async () => {
      const made = [await makeCollection(store), await makeCollection(store), await makeCollection(store)].map(({ id }) => id);
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.collections.list({ limit: 2, after });
        listed.push(...page.items.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(listed.slice(-3)).toEqual(made);
      expect(new Set(listed).size).toBe(listed.length);
    });

    test('counts what it holds, and removes all of it', async () => {
      const collection = await makeCollection(store, { keepCrops: true });
      const person = await addPerson(store, collection, 'Ada', [axis(0), axis(1)]);
      const [unnamed] = await store.faces.add([faceOf(collection, axis(2), { modelId: 'model-b', crop: Uint8Array.of(1, 2) })]);
      expect(await store.collections.counts(collection.id)).toEqual({
        persons: 1, faces: 3, unnamedFaces: 1, models: [{ modelId: 'model-a', faces: 2 }, { modelId: 'model-b', faces: 1 }],
      });
      expect(await store.collections.remove(collection.id)).toEqual({ collections: 1, persons: 1, faces: 3, crops: 1 });
      expect(await store.collections.remove(collection.id)).toEqual({ collections: 0, persons: 0, faces: 0, crops: 0 });
      expect(await store.persons.get(collection.id, person)).toBeUndefined();
      const { rows } = await harness.database().query(
        'SELECT (SELECT count(*)::int FROM faces WHERE collection_id = $1) AS faces, (SELECT count(*)::int FROM crops WHERE face_id = $2) AS crops',
        [collection.id, unnamed!.id]);
      expect(rows).toEqual([{ faces: 0, crops: 0 }]);
    });
  });

  describe('persons', () => {
    test('keeps external ids apart within a collection only', async () => {
      const [here, there] = [await makeCollection(store), await makeCollection(store)];
      const person = { name: 'Ada', externalId: 'e-1', metadata: { a: 1 } };
      const made = await store.persons.create({ ...person, collectionId: here.id });
      await store.persons.create({ ...person, collectionId: there.id });
      await expect(store.persons.create({ ...person, collectionId: here.id })).rejects.toThrow(new StoreConflict('person.externalId'));
      await store.persons.create({ ...person, externalId: null, collectionId: here.id });
      await store.persons.create({ ...person, externalId: null, collectionId: here.id });
      expect(await store.persons.findByExternalId(here.id, 'e-1')).toEqual(made);
      expect(await store.persons.findByExternalId(here.id, 'e-2')).toBeUndefined();
      expect((await store.persons.findByName(here.id, 'Ada')).length).toBe(3);
      expect(await store.persons.get(there.id, made.id)).toBeUndefined();
      await expect(store.persons.create({ ...person, collectionId: newId() })).rejects.toThrow(new StoreMissing('collection'));
    });

    test('lists persons with their faces, of one name or of all', async () => {
      const collection = await makeCollection(store);
      const ada = await addPerson(store, collection, 'Ada', [axis(0), axis(1)]);
      const bo = await addPerson(store, collection, 'Bo', []);
      const first = await store.persons.list(collection.id, { limit: 1 });
      expect(first).toMatchObject({ items: [{ id: ada, faces: 2 }], next: ada });
      expect(await store.persons.list(collection.id, { limit: 1, after: first.next! })).toMatchObject({ items: [{ id: bo, faces: 0 }], next: null });
      expect(await store.persons.list(collection.id, { limit: 9, name: 'Bo' })).toMatchObject({ items: [{ id: bo }], next: null });
    });

    test('changes what is named and removes a person with the faces', async () => {
      const collection = await makeCollection(store, { keepCrops: true });
      const ada = await addPerson(store, collection, 'Ada', [axis(0)]);
      await store.faces.add([faceOf(collection, axis(1), { personId: ada, crop: Uint8Array.of(7) }), faceOf(collection, axis(2))]);
      expect(await store.persons.update(collection.id, ada, { externalId: 'x', metadata: { b: 2 } })).toMatchObject({ name: 'Ada', externalId: 'x', metadata: { b: 2 } });
      expect(await store.persons.update(collection.id, ada, { externalId: null })).toMatchObject({ externalId: null });
      expect(await store.persons.remove(collection.id, ada)).toEqual({ collections: 0, persons: 1, faces: 2, crops: 1 });
      expect(await store.persons.remove(collection.id, ada)).toEqual({ collections: 0, persons: 0, faces: 0, crops: 0 });
      expect(await store.collections.counts(collection.id)).toMatchObject({ persons: 0, faces: 1 });
    });
  });

  describe('faces', () => {
    test('gives back what was added, in its order, with every bit of the vector', async () => {
      const collection = await makeCollection(store, { keepCrops: true });
      const awkward = Float32Array.of(1 / 3, -1e-30, Math.fround(0.1), 0.94);
      const added = await store.faces.add([
        faceOf(collection, awkward, { photoId: 'photo "1"', box: { x: 0.5, y: 1, width: 2, height: 3 }, quality: 0.1, metadata: { q: '\\,{}"' }, crop: Uint8Array.of(0, 255, 92) }),
        faceOf(collection, axis(1)),
      ]);
      expect(added.map(({ hasCrop }) => hasCrop)).toEqual([true, false]);
      expect(await store.faces.get(collection.id, added[0]!.id)).toEqual(added[0]);
      expect(await store.faces.vectors(collection.id, [added[1]!.id, newId(), 'none', added[0]!.id])).toEqual([axis(1), undefined, undefined, awkward]);
      expect([...(await store.faces.crop(collection.id, added[0]!.id))!]).toEqual([0, 255, 92]);
      expect(await store.faces.crop(collection.id, added[1]!.id)).toBeUndefined();
    });

    test('keeps an id and a time that a row had elsewhere, unless the id is taken here', async () => {
      const createdAt = new Date('2020-01-02T03:04:05.678Z');
      const [given, person] = [newId(), newId()];
      const collection = await makeCollection(store, { id: newId(), createdAt });
      const ada = { collectionId: collection.id, name: 'Ada', externalId: null, metadata: {}, id: person, createdAt };
      expect(await store.persons.create(ada)).toMatchObject({ id: person, createdAt });
      const [face] = await store.faces.add([faceOf(collection, axis(0), { id: given, createdAt })]);
      expect(await store.faces.get(collection.id, given)).toEqual(face);
      expect(face).toMatchObject({ id: given, createdAt });
      const again = [await makeCollection(store, { id: collection.id }), await store.persons.create(ada), (await store.faces.add([faceOf(collection, axis(1), { id: given })]))[0]!];
      expect(new Set([collection.id, person, given, ...again.map(({ id }) => id)]).size).toBe(6);
    });

    test('lists faces by their ids', async () => {
      const collection = await makeCollection(store);
      const [a, , c] = (await store.faces.add([axis(0), axis(1), axis(2)].map((vector) => faceOf(collection, vector)))).map(({ id }) => id);
      const { items } = await store.faces.list(collection.id, { limit: 9, ids: [c!, a!, newId(), 'no id'] });
      expect(items.map(({ id }) => id)).toEqual([a, c]);
    });

    test('adds all of a request or nothing', async () => {
      const collection = await makeCollection(store);
      await expect(store.faces.add([faceOf(collection, axis(0)), faceOf(collection, axis(1), { personId: newId() })])).rejects.toThrow(new StoreMissing('person'));
      await expect(store.faces.add([faceOf(collection, axis(0)), faceOf(collection, Float32Array.of(1, 0))])).rejects.toThrow('2 numbers');
      const elsewhere = await addPerson(store, await makeCollection(store), 'Ada', []);
      await expect(store.faces.add([faceOf(collection, axis(1), { personId: elsewhere })])).rejects.toThrow(new StoreMissing('person'));
      expect(await store.collections.counts(collection.id)).toMatchObject({ faces: 0 });
      expect(await store.faces.add([])).toEqual([]);
    });

    test('lists and scans by owner and by model', async () => {
      const collection = await makeCollection(store);
      const ada = await addPerson(store, collection, 'Ada', [axis(0), axis(1)]);
      await store.faces.add([faceOf(collection, axis(2)), faceOf(collection, axis(3), { modelId: 'model-b' })]);
      const count = async (personId: string | null | undefined): Promise<number> => (await store.faces.list(collection.id, { limit: 9, personId })).items.length;
      expect([await count(undefined), await count(null), await count(ada), await count(newId())]).toEqual([4, 2, 2, 0]);

      const scanned = async (options: { modelId?: string; unnamed?: boolean }): Promise<number[][]> => {
        const pages: number[][] = [];
        for await (const page of store.faces.scan(collection.id, { pageSize: 2, ...options })) pages.push(page.map(({ vector }) => vector.indexOf(1)));
        return pages;
      };
      expect(await scanned({})).toEqual([[0, 1], [2, 3]]);
      expect(await scanned({ unnamed: true })).toEqual([[2, 3]]);
      expect(await scanned({ modelId: 'model-a' })).toEqual([[0, 1], [2]]);
    });

    test('says whose a face is, and that it is nobody’s', async () => {
      const collection = await makeCollection(store);
      const ada = await addPerson(store, collection, 'Ada', []);
      const ids = (await store.faces.add([faceOf(collection, axis(0)), faceOf(collection, axis(1))])).map(({ id }) => id);
      expect(await store.faces.assign(collection.id, [...ids, newId(), 'none'], ada)).toBe(2);
      expect(await store.faces.assign(collection.id, ids, ada)).toBe(0);
      expect(await store.faces.assign(collection.id, [ids[0]!], null)).toBe(1);
      expect((await store.faces.list(collection.id, { limit: 9, personId: ada })).items.map(({ id }) => id)).toEqual([ids[1]]);
      await expect(store.faces.assign(collection.id, ids, newId())).rejects.toThrow(new StoreMissing('person'));
    });

    test('replaces a vector and removes faces', async () => {
      const collection = await makeCollection(store, { keepCrops: true });
      const [face, other] = await store.faces.add([faceOf(collection, axis(0), { crop: Uint8Array.of(1) }), faceOf(collection, axis(1))]);
      expect(await store.faces.replaceVector(collection.id, face!.id, 'model-b', axis(3))).toBe(true);
      expect(await store.faces.replaceVector(collection.id, newId(), 'model-b', axis(3))).toBe(false);
      expect(await store.faces.get(collection.id, face!.id)).toMatchObject({ modelId: 'model-b', hasCrop: true });
      expect(await store.faces.search({ collectionId: collection.id, vector: axis(3), limit: 1, named: false })).toEqual([
        { faceId: face!.id, personId: null, modelId: 'model-b', distance: 0 },
      ]);
      expect(await store.faces.remove(collection.id, [face!.id, newId(), 'none'])).toEqual({ collections: 0, persons: 0, faces: 1, crops: 1 });
      expect((await store.faces.list(collection.id, { limit: 9 })).items.map(({ id }) => id)).toEqual([other!.id]);
    });
  });
}
