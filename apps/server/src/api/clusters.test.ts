// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call */
import type { JobRunner } from '../jobs/job-runner.ts';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { ended, startRunner } from '../testing/jobs.fixture.ts';
import { paint, type PaintedFace } from '../testing/pictures.fixture.ts';

let served: TestApp;
let runner: JobRunner;
let dispose: () => Promise<void>;
beforeAll(async () => {
  const plain = await openTestApp();
  runner = startRunner(plain);
  served = plain.again({}, { jobs: runner });
  dispose = async () => {
    await served.dispose();
    await runner.dispose();
    await plain.dispose();
  };
}, openingMs);
afterAll(() => dispose());

let names = 0;
/** A gallery with faces of nobody yet, a picture each. */
async function galleryOf(...pictures: (readonly PaintedFace[])[]): Promise<string> {
  const { body } = await served.call('POST', '/v1/collections', { name: `clusters ${names++}` });
  const gallery = `/v1/collections/${body.id}`;
  if (pictures.length > 0) await enrol(gallery, undefined, ...pictures);
  return gallery;
}
async function enrol(gallery: string, name: string | undefined, ...pictures: (readonly PaintedFace[])[]): Promise<string[]> {
  const images = pictures.map((faces) => paint(...faces).toString('base64'));
  const { status, body } = await served.call('POST', `${gallery}/faces`, { images, ...(name === undefined ? {} : { name }) });
  expect(status).toBe(201);
  return body.faces.map((each: { id: string }) => each.id);
}
const looks = (person: number, ...variations: number[]): PaintedFace[][] => variations.map((variation) => [{ person, variation }]);

async function run(gallery: string, body: object = {}) {
  const started = await served.call('POST', `${gallery}/clusters`, body);
  expect(started).toMatchObject({ status: 202, body: { kind: 'clusters', error: null } });
  return ended(served, started.body.id);
}
async function clustersOf(gallery: string): Promise<{ id: string; size: number; face_ids: string[]; cover_face_id: string }[]> {
  const { items } = (await served.call('GET', `${gallery}/clusters`)).body;
  return items.sort((a: { size: number }, b: { size: number }) => b.size - a.size);
}
const sizes = (clusters: readonly { id: string; size: number }[]) => clusters.map(({ id, size }) => [id, size]);

test('groups faces of nobody, keeps ids from run to run, and pages', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.02, 0.04), [{ person: 1, variation: 0.06, quality: 0.97 }], ...looks(2, 0, 0.02, 0.04), ...looks(3, 0));
  expect(await run(gallery)).toMatchObject({ state: 'done', done: 8, total: 8, progress: 1, details: { far: 0.001, min_faces: 3, clusters: 2, single_faces: 1 } });
  const first = await clustersOf(gallery);
  expect(first.map(({ size, face_ids }) => [size, face_ids.length])).toEqual([[4, 4], [3, 3]]);
  const cover = await served.call('GET', `${gallery}/faces/${first[0]!.cover_face_id}`);
  expect(cover.body).toMatchObject({ quality: 0.97 });
  await enrol(gallery, undefined, ...looks(1, 0.03));
  await run(gallery);
  expect(sizes(await clustersOf(gallery))).toEqual([[first[0]!.id, 5], [first[1]!.id, 3]]);
  const page = (await served.call('GET', `${gallery}/clusters?limit=1`)).body;
  const rest = (await served.call('GET', `${gallery}/clusters?limit=1&cursor=${page.next_cursor}`)).body;
  expect([page.items[0].id, rest.items[0].id]).toEqual([first[0]!.id, first[1]!.id].sort());
  expect(rest.next_cursor).toBeNull();
});

test('what was merged or split stays so in the next run, until it is undone', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.02, 0.04, 0.06), ...looks(2, 0, 0.02, 0.04));
  await run(gallery);
  const [large, small] = await clustersOf(gallery);
  const merged = await served.call('POST', `${gallery}/clusters/merge`, { cluster_ids: [small!.id, large!.id] });
  expect(merged).toMatchObject({ status: 200, body: { clusters: [{ id: large!.id, size: 7 }] } });
  await run(gallery);
  expect(sizes(await clustersOf(gallery))).toEqual([[large!.id, 7]]);
  expect((await served.call('POST', `${gallery}/clusters/undo`)).body).toMatchObject({ undone: 'merge', clusters: expect.arrayContaining([expect.objectContaining({ id: small!.id, size: 3 })]) });
  await run(gallery);
  expect(sizes(await clustersOf(gallery))).toEqual([[large!.id, 4], [small!.id, 3]]);

  const part = large!.face_ids.slice(0, 1).concat(large!.face_ids.slice(2, 3));
  const split = await served.call('POST', `${gallery}/clusters/split`, { cluster_id: large!.id, face_ids: part });
  expect(split.body.clusters.map(({ size }: { size: number }) => size)).toEqual([2, 2]);
  await run(gallery);
  expect((await clustersOf(gallery)).map(({ size }) => size)).toEqual([3, 2, 2]);
  await served.call('POST', `${gallery}/clusters/undo`);
  await run(gallery);
  expect((await clustersOf(gallery)).map(({ size }) => size)).toEqual([4, 3]);
  expect(await served.call('POST', `${gallery}/clusters/undo`)).toMatchObject({ status: 409, body: { error: { code: 'impossible_edit' } } });
});

test('two faces of one photo are never one person', async () => {
  const both = (variation: number): PaintedFace[] => [{ person: 5, variation }, { person: 6, variation }];
  const gallery = await galleryOf(both(0), both(0.02), both(0.04));
  await run(gallery);
  const cluster_ids = (await clustersOf(gallery)).map(({ id }) => id);
  expect(cluster_ids).toHaveLength(2);
  const refused = await served.call('POST', `${gallery}/clusters/merge`, { cluster_ids });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'impossible_edit']);
  expect(refused.body.error.message).toContain('of one photo');
  expect((await served.call('POST', `${gallery}/clusters/merge`, { cluster_ids: [cluster_ids[0], '00000000-0000-7000-8000-000000000000'] })).status).toBe(404);
  // Nor when one of the two has a name.
  expect((await served.call('POST', `${gallery}/clusters/${cluster_ids[0]}/name`, { name: 'Ada' })).body).toMatchObject({ person: { name: 'Ada' }, faces: 3 });
  expect((await served.call('POST', `${gallery}/clusters/${cluster_ids[1]}/name`, { name: 'Ada' })).body.error.code).toBe('impossible_edit');
});

test('a cluster gets a name, and loses it by undo', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.02, 0.04));
  await run(gallery);
  const [cluster] = await clustersOf(gallery);
  const search = async () => (await served.call('POST', `${gallery}/search`, { image: paint({ person: 1 }).toString('base64') })).body;
  await served.call('POST', `${gallery}/clusters/${cluster!.id}/name`, { name: 'Grace' });
  expect(await search()).toMatchObject({ verdict: 'match', person: { name: 'Grace' } });
  expect(await clustersOf(gallery)).toEqual([]);
  expect((await run(gallery)).details).toMatchObject({ clusters: 0 });
  expect((await served.call('POST', `${gallery}/clusters/undo`)).body).toMatchObject({ undone: 'name', clusters: [{ id: cluster!.id, size: 3 }] });
  expect(await search()).toMatchObject({ verdict: 'unknown', reason: 'nobody_enrolled' });
  expect((await served.call('GET', `${gallery}/persons`)).body.items).toEqual([]);
});

test('faces that were named otherwise leave their cluster', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.02, 0.04));
  await run(gallery);
  const { face_ids } = (await clustersOf(gallery))[0]!;
  const { body: { id: person_id } } = await served.call('POST', `${gallery}/persons`, { name: 'Ada' });
  await served.call('POST', `${gallery}/faces/assign`, { face_ids: face_ids.slice(1), person_id });
  expect((await clustersOf(gallery)).map((each) => each.face_ids)).toEqual([face_ids.slice(0, 1)]);
});

test('asks whether a cluster and a person are the same, and remembers the answer', async () => {
  const gallery = await galleryOf(...looks(1, 0.45, 0.46, 0.47));
  await enrol(gallery, 'Ada', ...looks(1, 0, 0.02));
  await run(gallery);
  const suggestions = async () => (await served.call('GET', `${gallery}/suggestions`)).body.suggestions;
  const [asked, ...others] = await suggestions();
  expect(others).toEqual([]);
  // Variations of 115 and 5 in 255 of a right angle: 2 − 2 cos(0.678) = 0.441, between 0.4 and 0.6.
  expect(asked).toMatchObject({ decision: 'ambiguous', distance: expect.closeTo(2 - 2 * Math.cos((110 / 255) * (Math.PI / 2)), 5) });
  expect([asked.a.kind, asked.b.kind].sort()).toEqual(['cluster', 'person']);
  const answer = (said: string) => served.call('POST', `${gallery}/suggestions/answer`, { face_a: asked.face_a, face_b: asked.face_b, answer: said });
  expect((await answer('different')).status).toBe(200);
  expect(await suggestions()).toEqual([]);
  expect((await answer('same')).body.error.code).toBe('impossible_edit');
  expect((await served.call('POST', `${gallery}/clusters/undo`)).body).toMatchObject({ undone: 'different' });
  expect(await suggestions()).toHaveLength(1);
  expect((await answer('same')).body).toMatchObject({ answer: 'same', person: { name: 'Ada' }, clusters: [] });
  expect((await served.call('GET', `${gallery}/persons`)).body.items).toMatchObject([{ name: 'Ada', faces: 5 }]);
  expect((await answer('same')).body.error.code).toBe('impossible_edit');
});

test('joins two clusters that are said to be the same', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.01, 0.02, 0.03), ...looks(1, 0.46, 0.47, 0.48));
  await run(gallery);
  expect((await clustersOf(gallery)).map(({ size }) => size)).toEqual([4, 3]);
  const [{ face_a, face_b }] = (await served.call('GET', `${gallery}/suggestions`)).body.suggestions;
  expect((await served.call('POST', `${gallery}/suggestions/answer`, { face_a, face_b, answer: 'same' })).body).toMatchObject({ person: null, clusters: [{ size: 7 }] });
  await run(gallery);
  expect((await clustersOf(gallery)).map(({ size }) => size)).toEqual([7]);
});

test('says which links contradict each other, and refuses a rate without a threshold', async () => {
  const gallery = await galleryOf(...looks(1, 0, 0.02, 0.04));
  const collectionId = gallery.split('/').at(-1)!;
  const [a, b, c] = (await served.call('GET', `${gallery}/faces`)).body.items.map(({ id }: { id: string }) => id);
  await served.store.links.set(collectionId, [{ kind: 'must', a, b }, { kind: 'must', a: b, b: c }, { kind: 'cannot', a, b: c }]);
  const failed = await run(gallery);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'links_contradict', details: { cannot: { a, b: c } } } });
  expect(failed.error.details.must).toHaveLength(2);
  expect(await served.call('POST', `${gallery}/clusters`, { far: 0.5 })).toMatchObject({ status: 422, body: { error: { code: 'no_threshold' } } });
});
