import 'fake-indexeddb/auto';
import { createGallery } from './create-gallery.ts';
import { type DeviceStore, openDeviceStore } from './device-store.ts';
import { crop, faceAt, newDatabaseName, openRaw, vectorAt } from './gallery.fixture.ts';
import { readSetting, writeSetting } from './settings.ts';
import { askToPersist, storageSpace } from './storage-space.ts';

const open: DeviceStore[] = [];
async function openStore(name = newDatabaseName()): Promise<DeviceStore> {
  const store = await openDeviceStore({ name, longestWaitMs: 50 });
  open.push(store);
  return store;
}
afterEach(() => { for (const store of open.splice(0)) store.close(); });

test('keeps people with faces and pictures over a reload, all of it as it was given', async () => {
  const name = newDatabaseName();
  const first = await openStore(name);
  const ada = await createGallery(first).addPerson({
    name: ' Ada Löwe ', externalId: 'a-1', metadata: { team: [1, 'x'] }, createdAt: new Date('2026-01-02T03:04:05.678Z'),
    faces: [
      faceAt(0.1, { createdAt: new Date(1), quality: 0.25, crop: crop(1, 2, 3), photoId: 'p', box: { x: -1.5, y: 2, width: 3, height: 4 } }),
      faceAt(0.2, { createdAt: new Date(2), quality: 0.75, crop: crop(4, 5) }),
      faceAt(0.3, { createdAt: new Date(3), quality: 1, spaceId: 'elsewhere', modelId: 'heavy' }),
    ],
  });
  first.close();

  const gallery = createGallery(await openStore(name));
  const [entry, ...others] = await gallery.people('space');
  const faces = await gallery.faces(ada.id);
  expect(others).toEqual([]);
  expect(entry).toEqual({ id: ada.id, name: 'Ada Löwe', externalId: 'a-1', metadata: { team: [1, 'x'] }, createdAt: new Date('2026-01-02T03:04:05.678Z'), faces: 3, foreignFaces: 1, coverFaceId: faces[1]!.id });
  expect(faces[0]).toMatchObject({ personId: ada.id, modelId: 'tiny', spaceId: 'space', quality: 0.25, photoId: 'p', box: { x: -1.5, y: 2, width: 3, height: 4 }, hasCrop: true });
  // Bit for bit.
  expect([...faces[0]!.vector]).toEqual([...vectorAt(0.1)]);
  const picture = await gallery.crop(faces[0]!.id);
  expect(picture!.type).toBe('image/jpeg');
  expect([...new Uint8Array(await picture!.arrayBuffer())]).toEqual([1, 2, 3]);
  expect(await gallery.crop(faces[2]!.id)).toBeNull();
  expect(await gallery.counts('space')).toEqual({ people: 1, faces: 3, unnamedFaces: 0, foreignFaces: 1, damaged: 0 });
});

test('leaves nothing personal readable, takes a nonce for each write, and a key that no script reads', async () => {
  const name = newDatabaseName();
  const store = await openStore(name);
  const gallery = createGallery(store);
  const { id } = await gallery.addPerson({ name: 'Grace Hopper', externalId: 'ghost-77', metadata: { secret: 'cobol' }, faces: [faceAt(0.4, { crop: crop(9, 8, 7, 6, 5), photoId: 'holiday.jpg' })] });
  await writeSetting(store, 'server', { secret: 'fn_key' });
  const raw = await openRaw(name);
  const before = (await raw.get('people', id))!;
  const rows = [await raw.getAll('people'), await raw.getAll('faces'), await raw.getAll('crops'), await raw.getAll('settings')].flat();
  const bytes = Buffer.concat(rows.flatMap((row) => [Buffer.from(JSON.stringify(row)), Buffer.from(row.data), Buffer.from(row.iv)]));
  for (const text of ['Grace', 'ghost-77', 'cobol', 'holiday', 'fn_key']) expect(bytes.includes(text)).toBe(false);
  expect(bytes.includes(Buffer.from([9, 8, 7, 6, 5]))).toBe(false);
  expect(bytes.includes(Buffer.from(vectorAt(0.4).buffer))).toBe(false);
  // What is said of each is the same length or more: 12 bytes of nonce, 16 of tag.
  for (const { iv } of rows) expect(iv.length).toBe(12);

  await gallery.rename(id, 'Grace Hopper');
  const after = (await raw.get('people', id))!;
  expect([...after.iv]).not.toEqual([...before.iv]);
  expect(Buffer.from(after.data).equals(Buffer.from(before.data))).toBe(false);
  const key = (await raw.get('keys', 'device'))!;
  expect(key.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  raw.close();
});

test('reports records that were changed or moved, and keeps the others', async () => {
  const name = newDatabaseName();
  const writer = await openStore(name);
  const writing = createGallery(writer);
  const ada = await writing.addPerson({ name: 'Ada', faces: [faceAt(0.1, { crop: crop(1) }), faceAt(0.2, { crop: crop(2) })] });
  const bob = await writing.addPerson({ name: 'Bob', faces: [faceAt(1)] });
  const cyn = await writing.addPerson({ name: 'Cyn', faces: [] });
  const [first, second] = await writing.faces(ada.id);
  const [ofBob] = await writing.faces(bob.id);
  writer.close();

  const raw = await openRaw(name);
  const flipped = (await raw.get('faces', first!.id))!;
  new Uint8Array(flipped.data)[7]! ^= 1;
  await raw.put('faces', flipped);
  // Said to be someone else's, which the record itself does not know.
  await raw.put('faces', { ...(await raw.get('faces', ofBob!.id))!, personId: ada.id });
  // The sealed half of another person.
  const { iv, data } = (await raw.get('people', bob.id))!;
  await raw.put('people', { ...(await raw.get('people', cyn.id))!, iv, data });
  await raw.put('crops', { ...(await raw.get('crops', second!.id))!, type: 'image/webp' });
  await raw.delete('crops', first!.id);
  raw.close();

  const gallery = createGallery(await openStore(name));
  const { people, faces, damaged } = await gallery.contents();
  expect(people.map(({ name: each }) => each)).toEqual(['Ada', 'Bob']);
  expect(faces.map(({ id }) => id)).toEqual([second!.id]);
  expect(new Set(damaged)).toEqual(new Set([
    { kind: 'person', id: cyn.id }, { kind: 'face', id: first!.id, personId: ada.id }, { kind: 'face', id: ofBob!.id, personId: ada.id },
  ]));
  await expect(gallery.crop(second!.id)).rejects.toThrow(/picture of this face was changed/);
  await expect(gallery.crop(first!.id)).rejects.toThrow(/picture of this face was changed/);
  await expect(gallery.rename(cyn.id, 'Cynthia')).rejects.toMatchObject({ name: 'DamagedRecordError' });
  await gallery.deleteDamaged(damaged);
  expect((await gallery.contents()).damaged).toEqual([]);
  expect(await gallery.counts()).toMatchObject({ people: 2, faces: 1 });
});

test('a setting that was changed is reported', async () => {
  const name = newDatabaseName();
  const store = await openStore(name);
  await writeSetting(store, 'server', { a: 1 });
  expect(await readSetting(store, 'server')).toEqual({ a: 1 });
  const raw = await openRaw(name);
  await raw.put('settings', { ...(await raw.get('settings', 'server'))!, id: 'album' });
  raw.close();
  await expect(readSetting(store, 'album')).rejects.toMatchObject({ name: 'DamagedRecordError' });
});

test('renames, moves faces, and deletes with everything that belongs to it', async () => {
  const name = newDatabaseName();
  const gallery = createGallery(await openStore(name));
  const ada = await gallery.addPerson({ name: 'Ada', faces: [faceAt(0.1, { crop: crop(1) }), faceAt(0.2)] });
  const [lost] = await gallery.addFaces(null, [faceAt(2, { crop: crop(2) })]);
  const [one, two] = await gallery.faces(ada.id);
  await gallery.apply({ setLinks: [{ kind: 'must', a: two!.id, b: one!.id }, { kind: 'cannot', a: one!.id, b: lost!.id }] });
  await gallery.rename(ada.id, 'Ada Byron');
  await gallery.assign([lost!.id], ada.id);
  expect(await gallery.people()).toMatchObject([{ name: 'Ada Byron', faces: 3 }]);
  expect((await gallery.contents()).links).toHaveLength(2);
  await gallery.deleteFaces([one!.id]);
  expect((await gallery.faces(ada.id)).map(({ id }) => id).sort()).toEqual([two!.id, lost!.id].sort());
  expect((await gallery.contents()).links).toEqual([]);
  await gallery.deletePerson(ada.id);
  const raw = await openRaw(name);
  expect(await Promise.all((['people', 'faces', 'crops', 'links'] as const).map((store) => raw.count(store)))).toEqual([0, 0, 0, 0]);
  raw.close();
});

test('keeps no half of a person: not where the device is full, not where an id is taken', async () => {
  const name = newDatabaseName();
  const store = await openStore(name);
  const gallery = createGallery(store);
  const { id } = await gallery.addPerson({ name: 'Ada', faces: [faceAt(0.1)] });
  const raw = await openRaw(name);
  const rows = async (): Promise<number[]> => [await raw.count('people'), await raw.count('faces'), await raw.count('crops')];
  const [taken] = await gallery.faces(id);
  await expect(gallery.addPerson({ name: 'Bob', faces: [faceAt(1), faceAt(2, { id: taken!.id, crop: crop(1) })] })).rejects.toMatchObject({ name: 'StorageError', reason: 'conflict' });
  expect(await rows()).toEqual([1, 1, 0]);

  // The second write of a picture finds the device full, as a browser says it.
  const { prototype } = IDBObjectStore as unknown as { prototype: { add: (this: IDBObjectStore, value: unknown) => IDBRequest } };
  const add = prototype.add;
  let pictures = 0;
  prototype.add = function (value) {
    if (this.name === 'crops' && ++pictures === 2) throw new DOMException('no room', 'QuotaExceededError');
    return add.call(this, value);
  };
  try {
    await expect(gallery.addPerson({ name: 'Bob', faces: [faceAt(1, { crop: crop(1) }), faceAt(2, { crop: crop(2) })] }))
      .rejects.toMatchObject({ name: 'StorageError', reason: 'quota', message: expect.stringMatching(/no room left; nothing was kept/) as string });
  } finally {
    prototype.add = add;
  }
  expect(await rows()).toEqual([1, 1, 0]);
  await expect(gallery.addFaces(crypto.randomUUID(), [faceAt(1)])).rejects.toMatchObject({ reason: 'missing' });
  await expect(gallery.assign([taken!.id], crypto.randomUUID())).rejects.toMatchObject({ reason: 'missing' });
  expect(await gallery.counts()).toMatchObject({ people: 1, faces: 1 });
  raw.close();
});

test.each([
  ['an empty name', { name: '  ', faces: [] }, /the name is empty/],
  ['a name that no server takes', { name: 'x'.repeat(201), faces: [] }, /the name: .*200/],
  ['a vector that is not of unit length', { name: 'Ada', faces: [faceAt(0), { ...faceAt(0), vector: Float32Array.of(2, 0, 0, 0) }] }, /face 1: a vector of length 2\.000, expected 1/],
  ['a vector that is no number', { name: 'Ada', faces: [{ ...faceAt(0), vector: Float32Array.of(NaN, 0, 0, 0) }] }, /length NaN/],
  ['a vector of another size than its space', { name: 'Ada', faces: [faceAt(0), { ...faceAt(0), vector: Float32Array.of(1, 0) }] }, /face 1: a vector of 2 numbers, those of its space have 4/],
  ['a photo instead of a thumbnail', { name: 'Ada', faces: [faceAt(0, { crop: new Blob([new Uint8Array(300_000)], { type: 'image/jpeg' }) })] }, /300000 bytes, expected at most 262144/],
  ['a picture of another type', { name: 'Ada', faces: [faceAt(0, { crop: new Blob([], { type: 'image/png' }) })] }, /'image\/png', expected image\/jpeg or image\/webp/],
  ['a quality that is none', { name: 'Ada', faces: [faceAt(0, { quality: 7 })] }, /a quality of 7, expected 0 to 1/],
  ['an id that is none', { name: 'Ada', id: 'ada', faces: [] }, /the id 'ada' is no UUID/],
])('refuses %s and keeps nothing', async (_, person, message) => {
  const gallery = createGallery(await openStore());
  await expect(gallery.addPerson(person)).rejects.toThrow(message);
  expect(await gallery.counts()).toMatchObject({ people: 0, faces: 0 });
});

test('tells this tab and others of changes', async () => {
  const name = newDatabaseName();
  const [mine, other] = [createGallery(await openStore(name)), createGallery(await openStore(name))];
  expect(await other.people()).toEqual([]);
  const heard = new Promise((resolve) => { other.subscribe(resolve); });
  const here: unknown[] = [];
  const stop = mine.subscribe((change) => here.push(change));
  await mine.addPerson({ name: 'Ada', faces: [] });
  expect(here).toEqual([{ what: 'gallery' }]);
  expect(await heard).toEqual({ what: 'gallery' });
  expect(await other.people()).toMatchObject([{ name: 'Ada' }]);
  stop();
  await mine.addPerson({ name: 'Bob', faces: [] });
  expect(here).toHaveLength(1);
});

test('two tabs that open for the first time share a key', async () => {
  const name = newDatabaseName();
  const [a, b] = await Promise.all([openStore(name), openStore(name)]);
  await createGallery(a).addPerson({ name: 'Ada', faces: [] });
  expect(await createGallery(b).contents()).toMatchObject({ people: [{ name: 'Ada' }], damaged: [] });
});

test('erases everything with its key, also from another tab, and begins anew', async () => {
  const name = newDatabaseName();
  const [mine, other] = [await openStore(name), await openStore(name)];
  const [gallery, theirs] = [createGallery(mine), createGallery(other)];
  await gallery.addPerson({ name: 'Ada', faces: [faceAt(0.1)] });
  const heard: unknown[] = [];
  theirs.subscribe((change) => heard.push(change));
  expect(await mine.eraseEverything()).toEqual({ isRemoved: true });
  expect(heard).toContainEqual({ what: 'erased' });
  await expect(theirs.addPerson({ name: 'Bob', faces: [] })).rejects.toMatchObject({ name: 'StorageError', reason: 'erased' });
  await expect(gallery.people()).rejects.toMatchObject({ reason: 'erased' });
  expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name);
  expect(await createGallery(await openStore(name)).people()).toEqual([]);
});

test('what a tab that sleeps holds back is empty, key and all', async () => {
  const name = newDatabaseName();
  const store = await openStore(name);
  await createGallery(store).addPerson({ name: 'Ada', faces: [faceAt(0.1)] });
  // It does not let go.
  const sleeper = await openRaw(name);
  expect(await store.eraseEverything()).toEqual({ isRemoved: false });
  expect(await Promise.all((['keys', 'people', 'faces'] as const).map((each) => sleeper.count(each)))).toEqual([0, 0, 0]);
  sleeper.close();
});

test('a newer page takes the database over, and the older one says so', async () => {
  const name = newDatabaseName();
  const gallery = createGallery(await openStore(name));
  await gallery.people();
  const heard: unknown[] = [];
  gallery.subscribe((change) => heard.push(change));
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(name, 99);
    request.onsuccess = () => { request.result.close(); resolve(); };
    request.onerror = () => { reject(request.error!); };
  });
  expect(heard).toEqual([{ what: 'outdated' }]);
  await expect(gallery.rename('x', 'Ada')).rejects.toMatchObject({ reason: 'outdated' });
  await expect(openDeviceStore({ name })).rejects.toMatchObject({ name: 'StorageError', reason: 'outdated' });
});

test('says what room there is, and asks for it to be kept once', async () => {
  let asked = 0;
  let isPersistent = false;
  const manager = {
    estimate: () => Promise.resolve({ usage: 10, quota: 100 }), persisted: () => Promise.resolve(isPersistent),
    persist: () => { asked++; isPersistent = true; return Promise.resolve(true); },
  };
  expect(await storageSpace(manager)).toEqual({ usedBytes: 10, quotaBytes: 100, isPersistent: false });
  expect(await askToPersist(manager)).toBe(true);
  expect(await askToPersist(manager)).toBe(true);
  expect(asked).toBe(1);
  expect(await storageSpace(undefined)).toEqual({ usedBytes: null, quotaBytes: null, isPersistent: false });
});
