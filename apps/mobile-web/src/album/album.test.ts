import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import type { Manifest } from '@facenet/export';
import { createGallery, type DeviceStore, type Gallery, openDeviceStore } from '../gallery/index.ts';
import { newDatabaseName } from '../gallery/gallery.fixture.ts';
import type { Album } from './album.ts';
import { createAlbum } from './create-album.ts';
import type { AlbumPhoto, FoundInPhoto } from './read-photos.ts';

const measured = { val: 0.9, falseAccepts: 1, pairsSame: 100, pairsDifferent: 1000, source: 'made up' };
const manifest: Pick<Manifest, 'modelId' | 'spaceId' | 'thresholds'> = {
  modelId: 'tiny', spaceId: 'space',
  // Squared distances 0.12 and 0.47 are at 20° and 40°.
  thresholds: [[0.001, 0.12], [0.01, 0.47]].map(([far, threshold]) => ({ queryModelId: 'tiny', galleryModelId: 'tiny', far: far!, threshold: threshold!, ...measured })),
};

/** A photo says in its bytes at which degrees its faces lie, so that the test knows who is who. */
const photo = (name: string, ...degrees: number[]): AlbumPhoto => ({ name, file: new Blob([JSON.stringify({ name, degrees })]) });

async function facesOf(file: Blob): Promise<FoundInPhoto[]> {
  const text = await file.text();
  if (text.includes('broken')) throw new Error('the picture is damaged');
  const { degrees } = JSON.parse(text) as { degrees: number[] };
  return degrees.map((each): FoundInPhoto => ({
    vector: Float32Array.of(Math.cos(each * Math.PI / 180), Math.sin(each * Math.PI / 180)), quality: 0.5, box: null,
    thumbnail: new Blob([new Uint8Array([each])], { type: 'image/webp' }),
  }));
}

let name: string;
let store: DeviceStore;
let gallery: Gallery;
let album: Album;

async function open(): Promise<void> {
  store = await openDeviceStore({ name });
  gallery = createGallery(store);
  album = await createAlbum(store, gallery, { manifest, minFaces: 2, mostFaces: 40 });
}
beforeEach(async () => {
  name = newDatabaseName();
  await open();
});
afterEach(() => { album.dispose(); store.close(); });

/** Degrees of each group's faces, in order. */
const degreesOf = (faceId: string, of = album): number => {
  const [x, y] = of.view().faces.get(faceId)!.vector;
  return Math.round(Math.atan2(y!, x!) * 180 / Math.PI);
};
const groups = (): number[][] => album.view().groups.map(({ faceIds }) => faceIds.map((id) => degreesOf(id)).sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);
const single = (): number[] => album.view().single.map((id) => degreesOf(id)).sort((a, b) => a - b);
const groupAt = (degrees: number): string => album.view().groups.find(({ faceIds }) => faceIds.some((id) => degreesOf(id) === degrees))!.id;
const faceAt = (degrees: number): string => [...album.view().faces.keys()].find((id) => degreesOf(id) === degrees)!;

const threePeople = [photo('a', 0, 100), photo('b', 10, 110), photo('c', 20), photo('d', 170)];

test('photos become groups of people; a photo twice counts once, one that is broken is named', async () => {
  const progress: number[] = [];
  const read = await album.addPhotos([...threePeople, photo('a', 0, 100), photo('broken')], { facesOf, onProgress: ({ faces }) => progress.push(faces) });
  expect(read).toEqual({ photos: 4, faces: 6, alreadyHere: 1, failed: [{ name: 'broken', problem: 'the picture is damaged' }] });
  expect(progress).toEqual([2, 4, 5, 6, 6, 6]);
  expect(album.view()).toMatchObject({ isStale: true, photos: 4 });
  await album.group();
  expect(groups()).toEqual([[0, 10, 20], [100, 110]]);
  expect(single()).toEqual([170]);
  expect(album.view()).toMatchObject({ isStale: false, canUndo: false, isKept: false });
  // By Node's own SHA-256.
  expect(album.view().faces.get(faceAt(170))!.photoId).toBe(createHash('sha256').update(JSON.stringify({ name: 'd', degrees: [170] })).digest('hex'));
  // Nothing is in the gallery until its user wants it.
  expect(await gallery.counts()).toMatchObject({ people: 0, faces: 0 });
});

test('two faces of one photo are two people, however alike', async () => {
  await album.addPhotos([photo('a', 0, 5), photo('b', 1), photo('c', 6)], { facesOf });
  await album.group();
  expect(groups().some((each) => each.includes(0) && each.includes(5))).toBe(false);
  expect(() => { album.merge([groupAt(0), groupAt(5)]); }).toThrow(/are of one photo, so their clusters cannot be merged|expected at least 2/);
});

test('what was said survives grouping, and ids stay', async () => {
  await album.addPhotos(threePeople, { facesOf });
  await album.group();
  const [first, second] = [groupAt(0), groupAt(100)];
  album.split(first, [faceAt(20)]);
  expect(groups()).toEqual([[0, 10], [20], [100, 110]]);
  await album.addPhotos([photo('e', 105), photo('f', 60), photo('g', 65)], { facesOf });
  await album.group();
  expect(groups()).toEqual([[0, 10], [60, 65], [100, 105, 110]]);
  expect([groupAt(0), groupAt(100)]).toEqual([first, second]);
  album.merge([first, groupAt(60)]);
  await album.group();
  expect(groups()).toEqual([[0, 10, 60, 65], [100, 105, 110]]);
  await album.undo();
  await album.undo();
  await album.group();
  expect(groups()).toEqual([[0, 10, 20], [60, 65], [100, 105, 110]]);
  await expect(album.undo()).rejects.toThrow(/no edit to take back/);
});

test('asks about what is near, and remembers the answer', async () => {
  await album.addPhotos([photo('a', 0), photo('b', 5), photo('c', 35), photo('d', 40), photo('e', 100), photo('f', 105)], { facesOf });
  await album.group();
  expect(groups()).toEqual([[0, 5], [35, 40], [100, 105]]);
  const asked = await album.suggestions();
  // 5° and 35° are 30° apart: 2 − 2·cos 30° is between the thresholds.
  expect(asked).toEqual([expect.objectContaining({ decision: 'ambiguous', distance: expect.closeTo(2 - Math.sqrt(3), 5) as number })]);
  await album.answer(asked[0]!, false);
  expect(await album.suggestions()).toEqual([]);
  await album.undo();
  await album.answer((await album.suggestions())[0]!, true);
  expect(groups()).toEqual([[0, 5, 35, 40], [100, 105]]);
});

test('a name makes a person with pictures, later groups can be given to it, and undo takes both back', async () => {
  await album.addPhotos([photo('a', 0), photo('b', 5), photo('c', 35), photo('d', 40)], { facesOf });
  await album.group();
  const ada = await album.name(groupAt(0), { name: ' Ada ' });
  expect(await gallery.people('space')).toMatchObject([{ id: ada.id, name: 'Ada', faces: 2 }]);
  const [face] = await gallery.faces(ada.id);
  expect([...new Uint8Array(await (await gallery.crop(face!.id))!.arrayBuffer())]).toHaveLength(1);
  expect(groups()).toEqual([[35, 40]]);
  const [asked] = await album.suggestions();
  expect([asked!.a, asked!.b]).toContain(ada.id);
  await album.answer(asked!, true);
  expect(await gallery.people()).toMatchObject([{ name: 'Ada', faces: 4 }]);
  expect(album.view().faces.size).toBe(0);
  await album.undo();
  expect(groups()).toEqual([[35, 40]]);
  expect(await gallery.people()).toMatchObject([{ name: 'Ada', faces: 2 }]);
  await album.undo();
  expect(groups()).toEqual([[0, 5], [35, 40]]);
  expect(await gallery.counts()).toMatchObject({ people: 0, faces: 0 });
});

test('a group is not given to somebody who stands beside it in a photo', async () => {
  await album.addPhotos([photo('a', 0, 100), photo('b', 5), photo('c', 105)], { facesOf });
  await album.group();
  const ada = await album.name(groupAt(0), { name: 'Ada' });
  await expect(album.name(groupAt(100), { personId: ada.id })).rejects.toThrow(/are of one photo/);
  await expect(album.name(groupAt(100), { name: '' })).rejects.toThrow(/the name is empty/);
  expect(groups()).toEqual([[100, 105]]);
  expect(await gallery.people()).toMatchObject([{ faces: 2 }]);
});

test('a photo that is read while a name is written is not lost', async () => {
  await album.addPhotos([photo('a', 0), photo('b', 5)], { facesOf });
  await album.group();
  const naming = album.name(groupAt(0), { name: 'Ada' });
  await Promise.all([naming, album.addPhotos([photo('c', 90), photo('d', 95)], { facesOf })]);
  expect([...album.view().faces.keys()].map((id) => degreesOf(id)).sort((a, b) => a - b)).toEqual([90, 95]);
});

test('is in memory alone until it is kept; then groups, links and undo outlive the page', async () => {
  await album.addPhotos(threePeople, { facesOf });
  await album.group();
  album.split(groupAt(0), [faceAt(20)]);
  const bob = await album.name(groupAt(100), { name: 'Bob' });
  await album.keep();
  expect(album.view().isKept).toBe(true);
  const before = { groups: groups(), single: single(), ids: album.view().groups.map(({ id }) => id) };
  store.close();
  await open();
  expect({ groups: groups(), single: single() }).toEqual({ groups: before.groups.filter(({ length }) => length > 1), single: [20, 170] });
  expect(before.ids).toContain(groupAt(0));
  expect(new Uint8Array(await (await album.thumbnail(faceAt(20)))!.arrayBuffer())[0]).toBe(20);
  expect((await album.addPhotos(threePeople, { facesOf })).alreadyHere).toBe(4);
  await album.group();
  expect(groups()).toEqual([[0, 10]]);
  // The name, then the split.
  await album.undo();
  expect(await gallery.people()).toEqual([]);
  expect(groups()).toEqual([[0, 10], [100, 110]]);
  await album.undo();
  await album.group();
  expect(groups()).toEqual([[0, 10, 20], [100, 110]]);
  expect(new Uint8Array(await (await album.thumbnail(faceAt(110)))!.arrayBuffer())[0]).toBe(110);
  expect((await gallery.contents()).people.map(({ id }) => id)).not.toContain(bob.id);
  await album.clear();
  expect(await gallery.counts()).toMatchObject({ faces: 0 });
  store.close();
  await open();
  expect(album.view()).toMatchObject({ photos: 0, groups: [], single: [] });
});

test('follows the gallery: who is deleted or named elsewhere leaves the groups', async () => {
  await album.addPhotos([photo('a', 0), photo('b', 5), photo('c', 10), photo('d', 100), photo('e', 105)], { facesOf });
  await album.group();
  await album.keep();
  const changed = (): Promise<unknown> => new Promise((resolve) => { const stop = album.subscribe((view) => { stop(); resolve(view); }); });
  const deleted = changed();
  await gallery.deleteFaces([faceAt(5)]);
  await deleted;
  expect(groups()).toEqual([[0, 10], [100, 105]]);
  const named = changed();
  const ada = await gallery.addPerson({ name: 'Ada', faces: [] });
  await gallery.assign([faceAt(100), faceAt(105)], ada.id);
  await named;
  expect(groups()).toEqual([[0, 10]]);
  expect(album.view()).toMatchObject({ isKept: true, photos: 5 });
  // What is left can be named and kept as before.
  await album.name(groupAt(0), { personId: ada.id });
  await album.keep();
  expect(await gallery.people()).toMatchObject([{ name: 'Ada', faces: 4 }]);
});

test('can be left at any time: photos that were read stay, groups are as before', async () => {
  const ended = new AbortController();
  const reading = album.addPhotos(threePeople, { facesOf, signal: ended.signal, onProgress: ({ photos }) => { if (photos === 2) ended.abort(new Error('enough')); } });
  await expect(reading).rejects.toThrow('enough');
  expect(album.view()).toMatchObject({ photos: 2, isStale: true });
  await expect(album.group({ signal: ended.signal })).rejects.toThrow('enough');
  expect(album.view().groups).toEqual([]);
  await album.group();
  expect(groups()).toEqual([[0, 10], [100, 110]]);
});

test('refuses more faces than a phone groups, and keeps those that fit', async () => {
  const many = Array.from({ length: 50 }, (_, i) => photo(String(i), i));
  await expect(album.addPhotos(many, { facesOf })).rejects.toMatchObject({ name: 'AlbumFullError', message: expect.stringMatching(/has 40 faces, and at most 40/) as string });
  expect(album.view().faces.size).toBe(40);
});

test('tells its listeners of each change, and needs a threshold', async () => {
  const seen: number[] = [];
  const stop = album.subscribe(({ faces }) => seen.push(faces.size));
  await album.addPhotos([photo('a', 0), photo('b', 5)], { facesOf });
  stop();
  await album.group();
  expect(seen).toEqual([1, 2]);
  await expect(createAlbum(store, gallery, { manifest: { ...manifest, thresholds: [] } })).rejects.toThrow(/no threshold for a false-accept rate of 0\.001/);
});
