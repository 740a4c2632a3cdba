import 'fake-indexeddb/auto';
import type { CollectionBody, EnrolResponse, ModelBody, SearchResponse } from '@facenet/contract';
import { type DeviceStore, openDeviceStore } from '../gallery/index.ts';
import { newDatabaseName, openRaw, vectorAt } from '../gallery/gallery.fixture.ts';
import { type ContractServer, type Received, Refusal, startContractServer } from './contract-server.fixture.ts';
import { createEnrolmentQueue, type EnrolmentQueue } from './enrolment-queue.ts';
import { keepSending } from './keep-sending.ts';
import { createServerLink, type ServerLink } from './server-link.ts';

const ids = { friends: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8c001', other: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8c002', key: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8d001', ada: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8a001', face: '0b54dc4c-1b3f-4c6a-8d53-0d8c36b8b001' };
const secret = 'fn_0123456789';
const now = '2026-03-01T10:00:00.000Z';
const person = { id: ids.ada, name: 'Ada', external_id: null, metadata: {}, created_at: now };
const collection = (id: string, name: string, space_id: string): CollectionBody => ({ id, name, space_id, size: 4, keep_crops: false, metadata: {}, created_at: now });
const model = (name: string, space_id: string): ModelBody => ({ model_id: `id of ${name}`, name, space_id, size: 4, input_size: [3, 8, 8], licence: 'MIT', provider: 'cpu', fars: [0.001], default: true });
const found: SearchResponse = {
  verdict: 'match', reason: 'close_enough', person, matches: [], distance: 0.1, threshold: 0.5, ambiguous_below: 0.8, far: 0.001,
  gap: { required: 0.1, actual: null }, query_model_id: 'tiny', space_id: 'space', face: null,
};
const enrolled: EnrolResponse = { person, faces: [{ id: ids.face, person_id: ids.ada, photo_id: null, model_id: 'tiny', box: null, quality: 0.5, has_crop: false, metadata: {}, created_at: now }], rejected_images: [] };

const face = { vector: vectorAt(0.3), modelId: 'tiny', spaceId: 'space', quality: 0.5 };
let server: ContractServer;
let isCodeFresh: boolean;
let collections: CollectionBody[];
let models: ModelBody[];
let onEnrol: (received: Received<'enrol'>) => EnrolResponse;
let name: string;
let store: DeviceStore;
let link: ServerLink;
let queue: EnrolmentQueue;

async function openPage(): Promise<void> {
  store = await openDeviceStore({ name });
  link = createServerLink(store);
  queue = createEnrolmentQueue(store, link);
}

async function reload(): Promise<void> {
  store.close();
  await openPage();
}

const pairAndChoose = async (): Promise<void> => {
  await link.pair({ code: 'K7Q2', baseUrl: server.url });
  await link.choose({ id: ids.friends, name: 'Friends' });
};

beforeEach(async () => {
  isCodeFresh = true;
  collections = [collection(ids.other, 'Heavy', 'elsewhere'), collection(ids.friends, 'Friends', 'space')];
  models = [model('NN4', 'space')];
  onEnrol = () => enrolled;
  name = newDatabaseName();
  server = await startContractServer({
    exchangePairing: ({ body }) => {
      if (body.code !== 'K7Q2' || !isCodeFresh) throw new Refusal('not_found', { what: 'pairing code' });
      isCodeFresh = false;
      return { id: ids.key, name: 'Ada’s phone', scopes: ['read', 'enrol'], collection_ids: null, created_at: now, expires_at: null, last_used_at: null, secret };
    },
    models: () => ({ models, default_far: 0.001, pipeline: 'test' }),
    listCollections: () => ({ items: collections, next_cursor: null }),
    search: () => found,
    enrol: (received) => onEnrol(received),
  }, secret);
  await openPage();
});
afterEach(async () => {
  store.close();
  await server.close();
});

test('pairs once; the key outlives a reload and is readable nowhere', async () => {
  expect(await link.paired()).toBeUndefined();
  const paired = { baseUrl: server.url, key: { id: ids.key, name: 'Ada’s phone', scopes: ['read', 'enrol'], collectionIds: null, expiresAt: null }, collection: null };
  expect(await link.pair({ code: 'K7Q2', baseUrl: server.url })).toEqual(paired);
  await reload();
  expect(await link.paired()).toEqual(paired);
  const raw = await openRaw(name);
  const [row] = await raw.getAll('settings');
  raw.close();
  expect(Buffer.from(row!.data).includes(secret)).toBe(false);
  await expect(link.pair({ code: 'K7Q2', baseUrl: server.url })).rejects.toMatchObject({ name: 'ServerError', reason: 'code', message: expect.stringMatching(/used already, is too old/) as string });
  // The pairing before is as it was.
  expect(await link.paired()).toEqual(paired);
  await link.disconnect();
  expect(await link.paired()).toBeUndefined();
  await expect(link.reach('space')).rejects.toMatchObject({ reason: 'not-paired' });
});

test('knows where this phone’s vectors mean something', async () => {
  await link.pair({ code: 'K7Q2', baseUrl: server.url });
  expect(await link.reach('space')).toEqual({ state: 'ready', collections: [{ id: ids.friends, name: 'Friends' }], mayEnrol: true });
  collections = [collections[0]!];
  expect(await link.reach('space')).toMatchObject({ state: 'no-collection', sentence: expect.stringMatching(/has no collection of such faces/) as string });
  models = [model('ResNet', 'elsewhere')];
  expect(await link.reach('space')).toMatchObject({ state: 'other-space', sentence: expect.stringMatching(/another model \(ResNet\).*People on this device are found as before/) as string });
});

test('searches and enrols by numbers alone: no picture, nothing else of a person', async () => {
  await link.pair({ code: 'K7Q2', baseUrl: server.url });
  await expect(link.search(face)).rejects.toMatchObject({ reason: 'no-collection' });
  await link.choose({ id: ids.friends, name: 'Friends' });
  expect(await link.search(face, { far: 0.001, limit: 3 })).toMatchObject({ verdict: 'match', person: { name: 'Ada' } });
  expect(await link.enrol({ name: 'Ada' }, [face], 'key-1')).toMatchObject({ person: { id: ids.ada } });
  const [search, enrol] = server.received.slice(-2);
  // Little-endian float32 in base64, by Node's own Buffer.
  const vector = Buffer.from(vectorAt(0.3).buffer).toString('base64');
  expect(JSON.parse(search!.raw)).toEqual({ embedding: { space_id: 'space', model_id: 'tiny', vector }, far: 0.001, limit: 3 });
  expect(JSON.parse(enrol!.raw)).toEqual({ embeddings: [{ space_id: 'space', model_id: 'tiny', vector, quality: 0.5 }], name: 'Ada' });
  expect([search, enrol]).toMatchObject([{ key: secret, contentType: 'application/json', params: { collection_id: ids.friends } }, { key: secret, contentType: 'application/json', idempotencyKey: 'key-1' }]);
});

test.each([
  [new Refusal('unauthorized'), 'key', /does not know this phone’s key any more; pair with it again/],
  [new Refusal('forbidden', { scope: 'enrol' }), 'key', /may not do that: the key lacks the scope enrol/],
  [new Refusal('space_mismatch', { expected_space_id: 'a', given_space_id: 'b' }), 'space', /another kind of model/],
  [new Refusal('quality_too_low', { gate: 'strict', failed: [{ measure: 'size', value: 0.1, least: 0.5 }], reasons: [] }), 'refused', /size 0\.10 < 0\.5/],
])('says in words why it was refused: %s', async (refusal, reason, message) => {
  await pairAndChoose();
  onEnrol = () => { throw refusal; };
  await expect(link.enrol({ name: 'Ada' }, [face], 'key')).rejects.toMatchObject({ name: 'ServerError', reason, message: expect.stringMatching(message) as string });
});

test('a server that is away, and one that is something else, are told apart from refusals', async () => {
  await pairAndChoose();
  await server.close();
  await expect(link.search(face)).rejects.toMatchObject({ reason: 'unreachable', message: expect.stringMatching(/does not answer/) as string });
  await server.reopen();
  const ended = new AbortController();
  ended.abort(new Error('the user left'));
  await expect(link.search(face, {}, { signal: ended.signal })).rejects.toThrow('the user left');
});

test('what is enrolled without a network waits, outlives a reload, and is sent once', async () => {
  await pairAndChoose();
  await server.close();
  await queue.add({ name: 'Ada' }, [face, face]);
  expect(await queue.send()).toBe(1);
  expect((await queue.list()).enrolments).toMatchObject([{ state: 'waiting', tries: 1, faces: 2, whose: { name: 'Ada' }, collection: 'Friends', problem: expect.stringMatching(/does not answer/) as string }]);
  await reload();
  await server.reopen();
  expect(await queue.send()).toBe(0);
  const { enrolments } = await queue.list();
  expect(enrolments).toMatchObject([{ state: 'sent', problem: null, personId: ids.ada, tries: 2 }]);
  const sent = server.received.filter((each) => each.name === 'enrol');
  expect(sent).toHaveLength(1);
  expect((JSON.parse(sent[0]!.raw) as { embeddings: unknown[] }).embeddings).toHaveLength(2);
  expect(await queue.send()).toBe(0);
  expect(server.received.filter((each) => each.name === 'enrol')).toHaveLength(1);
  await queue.remove(enrolments.map(({ id }) => id));
  expect((await queue.list()).enrolments).toEqual([]);
});

test('an answer that was lost is asked for again under the same key', async () => {
  await pairAndChoose();
  let answers = 0;
  onEnrol = () => {
    // Done, but nobody hears of it.
    if (++answers <= 2) throw new Error('the connection breaks');
    return enrolled;
  };
  await queue.add({ name: 'Ada' }, [face]);
  expect(await queue.send()).toBe(1);
  await reload();
  expect(await queue.send()).toBe(0);
  const keys = server.received.filter((each) => each.name === 'enrol').map(({ idempotencyKey }) => idempotencyKey);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('one that is refused says why and holds nobody up; tried again it is a new request', async () => {
  await pairAndChoose();
  onEnrol = ({ body }) => {
    if (body.name === 'Twins') throw new Refusal('conflict', { what: 'two people are called Twins' });
    return enrolled;
  };
  const twins = await queue.add({ name: 'Twins' }, [face]);
  await new Promise((resolve) => { setTimeout(resolve, 2); });
  await queue.add({ name: 'Ada' }, [face]);
  expect(await queue.send()).toBe(0);
  expect((await queue.list()).enrolments.map(({ state, problem }) => [state, problem])).toEqual([['refused', 'two people are called Twins'], ['sent', null]]);
  onEnrol = () => enrolled;
  await queue.retry(twins.id);
  expect(await queue.send()).toBe(0);
  expect((await queue.list()).enrolments.map(({ state }) => state)).toEqual(['sent', 'sent']);
  const keys = server.received.flatMap((each) => (each.name === 'enrol' ? [each.idempotencyKey] : []));
  expect(new Set(keys).size).toBe(3);
});

test('with a key that was revoked all of it waits until the phone is paired again', async () => {
  await pairAndChoose();
  onEnrol = () => { throw new Refusal('unauthorized'); };
  await queue.add({ name: 'Ada' }, [face]);
  await queue.add({ name: 'Bob' }, [face]);
  expect(await queue.send()).toBe(2);
  expect(server.received.filter((each) => each.name === 'enrol')).toHaveLength(1);
  onEnrol = () => enrolled;
  isCodeFresh = true;
  await link.pair({ code: 'K7Q2', baseUrl: server.url });
  // Nobody chose yet where it may go.
  expect(await queue.send()).toBe(2);
  expect((await queue.list()).enrolments[0]!.problem).toMatch(/it is for the collection “Friends”/);
  await link.choose({ id: ids.friends, name: 'Friends' });
  expect(await queue.send()).toBe(0);
});

test('nothing personal of what waits is readable, and one that was changed is reported', async () => {
  await pairAndChoose();
  const sent = await queue.add({ name: 'Ada' }, new Array<typeof face>(50).fill(face));
  const raw = await openRaw(name);
  const whole = (await raw.get('enrolments', sent.id))!.data.byteLength;
  await queue.send();
  // The numbers of 50 faces are gone once they are sent: each has more than 100 characters.
  expect((await raw.get('enrolments', sent.id))!.data.byteLength).toBeLessThan(whole - 5000);
  await queue.remove([sent.id]);

  const { id } = await queue.add({ name: 'Grace Hopper' }, [face]);
  const row = (await raw.get('enrolments', id))!;
  expect(Buffer.from(row.data).includes('Grace')).toBe(false);
  await raw.put('enrolments', { ...row, createdAt: row.createdAt - 1 });
  raw.close();
  expect(await queue.list()).toEqual({ enrolments: [], damaged: [{ kind: 'enrolment', id }] });
  expect(await queue.send()).toBe(0);
});

test('sends as soon as the network is back, and tries again while a server is away', async () => {
  const network = new EventTarget();
  let isOnline = false;
  let left = 2;
  let calls = 0;
  let heard = (): void => undefined;
  const next = (): Promise<void> => new Promise((resolve) => { heard = resolve; });
  const sending = keepSending({ send: () => { calls++; left--; heard(); return Promise.resolve(left); } }, { network, isOnline: () => isOnline, firstWaitMs: 1, longestWaitMs: 4 });
  expect(calls).toBe(0);
  isOnline = true;
  const first = next();
  network.dispatchEvent(new Event('online'));
  await first;
  await next();
  expect(left).toBe(0);
  // Nothing waits, so nothing is tried until there is something new.
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  expect(calls).toBe(2);
  sending.stop();
  sending.nudge();
  network.dispatchEvent(new Event('online'));
  expect(calls).toBe(2);
});
