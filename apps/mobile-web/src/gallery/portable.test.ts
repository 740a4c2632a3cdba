import 'fake-indexeddb/auto';
import { scrypt } from 'node:crypto';
import { type GalleryCrypto, type GalleryRecord, vectorToBase64, webGalleryCrypto, writeGallery } from '@facenet/gallery-file';
import { createGallery } from './create-gallery.ts';
import { type DeviceStore, openDeviceStore } from './device-store.ts';
import { exportGallery } from './export-gallery.ts';
import { crop, faceAt, newDatabaseName, vectorAt } from './gallery.fixture.ts';
import type { Gallery } from './gallery.ts';
import { importGallery } from './import-gallery.ts';

/** Node's own scrypt, as the server has it. */
const galleryCrypto: GalleryCrypto = webGalleryCrypto((passphrase, salt, { n, r, p }) => new Promise((resolve, reject) => {
  scrypt(passphrase, salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => { if (error === null) resolve(new Uint8Array(key)); else reject(error); });
}));

const stores: DeviceStore[] = [];
async function newGallery(): Promise<Gallery> {
  const store = await openDeviceStore({ name: newDatabaseName() });
  stores.push(store);
  return createGallery(store);
}
afterEach(() => { for (const store of stores.splice(0)) store.close(); });

const ids = { ada: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8a001', bob: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8a002', one: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8b001', two: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8b002', lost: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8b003' };

/** Written out field by field, as a server's export has them (docs/gallery-format.md). */
const serverRecords: GalleryRecord[] = [
  { type: 'collection', id: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8c001', name: 'Friends', keep_crops: true, metadata: { place: 'home' }, created_at: '2026-03-01T10:00:00.000Z' },
  { type: 'person', id: ids.ada, name: 'Ada', external_id: 'a-1', metadata: { team: 7 }, created_at: '2026-03-01T10:00:00.123Z' },
  { type: 'person', id: ids.bob, name: 'Bob', external_id: null, metadata: {}, created_at: '2026-03-01T10:00:01.000Z' },
  { type: 'face', id: ids.one, person_id: ids.ada, model_id: 'heavy', photo_id: 'p1', box: { x: 1, y: 2, width: 3, height: 4 }, quality: 0.5, metadata: { k: true }, created_at: '2026-03-01T10:00:02.000Z', vector: vectorToBase64(vectorAt(0.1)) },
  { type: 'face', id: ids.two, person_id: ids.bob, model_id: 'heavy', photo_id: null, box: null, quality: null, metadata: {}, created_at: '2026-03-01T10:00:03.000Z', vector: vectorToBase64(vectorAt(1.1)) },
  { type: 'face', id: ids.lost, person_id: null, model_id: 'heavy', photo_id: 'p1', box: null, quality: null, metadata: {}, created_at: '2026-03-01T10:00:04.000Z', vector: vectorToBase64(vectorAt(2)) },
  { type: 'link', kind: 'cannot', a: ids.one, b: ids.lost },
];

async function serverFile(passphrase?: string, records = serverRecords): Promise<Blob> {
  const header = { created_at: '2026-03-02T00:00:00.000Z', space_id: 'space', size: 4, models: [{ model_id: 'heavy', faces: 3 }], counts: { persons: 2, faces: 3 } };
  const lines: Uint8Array<ArrayBuffer>[] = [];
  for await (const line of writeGallery(header, records, { passphrase, crypto: galleryCrypto })) lines.push(new Uint8Array(line));
  return new Blob(lines);
}

const linesOf = async (file: Blob) => (await file.text()).trimEnd().split('\n').map((line) => JSON.parse(line) as { type: string });

test('a server’s file comes whole, and goes back as it came but for its collection', async () => {
  const gallery = await newGallery();
  expect(await importGallery(gallery, await serverFile(), { crypto: galleryCrypto, spaceId: 'space' })).toEqual({
    name: 'Friends', spaceId: 'space', isForeign: false, people: 2, faces: 3, unnamedFaces: 1, alreadyHere: { people: 0, faces: 0 },
  });
  expect(await gallery.people('space')).toMatchObject([{ name: 'Ada', faces: 1, foreignFaces: 0 }, { name: 'Bob', faces: 1 }]);
  const { file, leftOut } = await exportGallery(gallery, { name: 'My phone', spaceId: 'space', size: 4, crypto: galleryCrypto });
  expect(leftOut).toEqual({ people: 0, faces: 0, damaged: 0 });
  const lines = await linesOf(file);
  expect(lines[0]).toMatchObject({ format: 'facenet-gallery', version: 1, space_id: 'space', size: 4, models: [{ model_id: 'heavy', faces: 3 }], counts: { persons: 2, faces: 3 }, encryption: null });
  expect(lines[1]).toMatchObject({ type: 'collection', name: 'My phone' });
  // Every record of the server is there again, field by field.
  expect(lines.slice(2, -1)).toEqual(serverRecords.slice(1));
  expect(lines.at(-1)).toMatchObject({ type: 'trailer', counts: { persons: 2, faces: 3, links: 1 } });
});

test('an encrypted file goes from one device to another, and shows no name on its way', async () => {
  const [from, to] = [await newGallery(), await newGallery()];
  await from.addPerson({ name: 'Ada', faces: [faceAt(0.1, { crop: crop(1) }), faceAt(0.2)] });
  const { file } = await exportGallery(from, { name: 'Phone', spaceId: 'space', size: 4, passphrase: 'correct horse', crypto: galleryCrypto });
  expect(await file.text()).not.toMatch(/Ada/);
  await expect(importGallery(to, file, { crypto: galleryCrypto })).rejects.toMatchObject({ name: 'GalleryError', reason: 'passphrase' });
  await expect(importGallery(to, file, { crypto: galleryCrypto, passphrase: 'wrong horse' })).rejects.toMatchObject({ reason: 'passphrase' });
  expect(await to.people()).toEqual([]);
  await importGallery(to, file, { crypto: galleryCrypto, passphrase: 'correct horse' });
  const [mine, theirs] = [await from.contents(), await to.contents()];
  expect(theirs.people).toEqual(mine.people);
  // Pictures stay where they are.
  expect(theirs.faces).toEqual(mine.faces.map((face) => ({ ...face, hasCrop: false })));
});

test('a file read again adds what is new to it, and nobody twice', async () => {
  const gallery = await newGallery();
  await importGallery(gallery, await serverFile(), { crypto: galleryCrypto });
  await gallery.rename(ids.ada, 'Auntie');
  const more: GalleryRecord = { ...serverRecords[3] as Extract<GalleryRecord, { type: 'face' }>, id: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8b009' };
  const again = await importGallery(gallery, await serverFile(undefined, [...serverRecords.slice(0, 6), more]), { crypto: galleryCrypto });
  expect(again).toMatchObject({ people: 0, faces: 1, alreadyHere: { people: 2, faces: 3 } });
  expect(await gallery.people()).toMatchObject([{ name: 'Auntie', faces: 2 }, { name: 'Bob', faces: 1 }]);
});

test('people of another space are kept, marked, said so, and leave in a file of their own', async () => {
  const gallery = await newGallery();
  await gallery.addPerson({ name: 'Cyn', faces: [faceAt(0.3, { spaceId: 'mine', modelId: 'tiny' })] });
  expect(await importGallery(gallery, await serverFile(), { crypto: galleryCrypto, spaceId: 'mine' })).toMatchObject({ isForeign: true, spaceId: 'space', people: 2 });
  expect(await gallery.people('mine')).toMatchObject([{ name: 'Ada', faces: 1, foreignFaces: 1 }, { name: 'Bob', foreignFaces: 1 }, { name: 'Cyn', foreignFaces: 0 }]);
  const { people, faces, leftOut } = await exportGallery(gallery, { name: 'Mine', spaceId: 'mine', size: 4, crypto: galleryCrypto });
  expect({ people, faces, leftOut }).toEqual({ people: 1, faces: 1, leftOut: { people: 2, faces: 3, damaged: 0 } });
});

test('a broken file changes nothing, and the line is named', async () => {
  const gallery = await newGallery();
  await gallery.addPerson({ name: 'Cyn', faces: [faceAt(0.3)] });
  const before = await gallery.contents();
  const text = await (await serverFile()).text();
  const lines = text.trimEnd().split('\n');
  const broken: [string, string, object][] = [
    ['cut within the last line', text.slice(0, -20), { line: 9, reason: 'truncated' }],
    ['cut before the trailer', `${lines.slice(0, -1).join('\n')}\n`, { reason: 'truncated' }],
    ['a name changed', text.replace('"Ada"', '"Eve"'), { reason: 'checksum' }],
    ['no gallery', 'hello\n', { line: 1, reason: 'format' }],
    ['a face of nobody in the file', text.replace(`"person_id":"${ids.ada}"`, '"person_id":"0b54dc4c-1b3f-4c6a-8d53-0d8c36b8a00f"'), { line: 5 }],
    ['empty', '', { line: 1 }],
  ];
  for (const [, content, expected] of broken) {
    await expect(importGallery(gallery, new Blob([content]), { crypto: galleryCrypto })).rejects.toMatchObject({ name: 'GalleryError', ...expected });
  }
  await expect(importGallery(gallery, await serverFile(), { crypto: galleryCrypto, mostBytes: 100 })).rejects.toThrow(/expected at most 100/);
  // Whole, but its vectors cannot be of the space that this device knows.
  const header = { created_at: '2026-03-02T00:00:00.000Z', space_id: 'space', size: 2, models: [], counts: { persons: 0, faces: 1 } };
  const small: Uint8Array<ArrayBuffer>[] = [];
  const face = { ...serverRecords[5] as Extract<GalleryRecord, { type: 'face' }>, vector: vectorToBase64(Float32Array.of(1, 0)) };
  for await (const line of writeGallery(header, [serverRecords[0]!, serverRecords[1]!, face], { crypto: galleryCrypto })) small.push(new Uint8Array(line));
  await expect(importGallery(gallery, new Blob(small), { crypto: galleryCrypto })).rejects.toThrow(/a vector of 2 numbers, those of its space have 4/);
  expect(await gallery.contents()).toEqual(before);
});
