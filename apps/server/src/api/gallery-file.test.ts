// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formOf, openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

let served: TestApp;
const spoolFolder = mkdtempSync(path.join(tmpdir(), 'facenet-spool-'));
beforeAll(async () => { served = await openTestApp({ spoolFolder }); }, openingMs);
afterAll(async () => {
  await served.dispose();
  rmSync(spoolFolder, { recursive: true });
});

let names = 0;
/** Ada with two faces, somebody with one and a link between. */
async function newGallery(): Promise<string> {
  const { body: { id } } = await served.call('POST', '/v1/collections', { name: `gallery ${names++}`, metadata: { of: 'friends' } });
  const enrol = async (body: object): Promise<string[]> => (await served.call('POST', `/v1/collections/${id}/faces`, body)).body.faces.map((each: { id: string }) => each.id);
  const [ada] = await enrol({ images: [0, 0.1].map((variation) => paint({ person: 1, variation }).toString('base64')), external_id: 'a-1', name: 'Ada', metadata: { team: 'blue' } });
  const [other] = await enrol({ image: paint({ person: 2 }).toString('base64') });
  await served.store.links.set(id, [{ kind: 'cannot', a: ada!, b: other! }]);
  return id as string;
}
async function exported(id: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await served.app.inject({ url: `/v1/collections/${id}/export`, headers });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  return answer.body;
}
async function imported(file: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const form = formOf({ file: Buffer.from(file), ...fields });
  const answer = await served.app.inject({ method: 'POST', url: '/v1/collections/import', payload: form.payload, headers: { ...form.headers, ...headers } });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
}
async function contents(id: string) {
  const persons = (await served.call('GET', `/v1/collections/${id}/persons`)).body.items;
  const faces = (await served.call('GET', `/v1/collections/${id}/faces`)).body.items;
  return { persons, faces, vectors: await served.store.faces.vectors(id, faces.map((each: { id: string }) => each.id)), links: await served.store.links.list(id) };
}
const collections = async (): Promise<string[]> => (await served.call('GET', '/v1/collections?limit=100')).body.items.map((each: { name: string }) => each.name);

test('writes every person and face with what it came from, and the digest of all lines', async () => {
  const id = await newGallery();
  const lines = (await exported(id)).split('\n');
  expect(lines.pop()).toBe('');
  const [header, collection, ...rest] = lines.map((line) => JSON.parse(line));
  expect(header).toMatchObject({ format: 'facenet-gallery', version: 1, space_id: 'space-one', size: 16, models: [{ model_id: 'heavy', faces: 3 }], counts: { persons: 1, faces: 3 }, encryption: null });
  expect(collection).toMatchObject({ type: 'collection', id, metadata: { of: 'friends' } });
  expect(rest.map(({ type }) => type)).toEqual(['person', 'face', 'face', 'face', 'link', 'trailer']);
  const { faces, vectors } = await contents(id);
  for (const [i, face] of rest.slice(1, 4).entries()) {
    const bytes = Uint8Array.from(Buffer.from(face.vector as string, 'base64'));
    expect(new Float32Array(bytes.buffer)).toEqual(vectors[i]);
    const { id: faceId, person_id, model_id, photo_id, box, quality, metadata, created_at } = faces[i];
    expect(face).toMatchObject({ id: faceId, person_id, model_id, photo_id, box, quality, metadata, created_at });
  }
  expect(rest.at(-1).sha256).toBe(createHash('sha256').update(lines.slice(0, -1).map((line) => `${line}\n`).join('')).digest('hex'));
});

test('a gallery that was removed comes back as it was, with its ids', async () => {
  const id = await newGallery();
  const before = await contents(id);
  const file = await exported(id);
  await served.call('DELETE', `/v1/collections/${id}`);
  expect(await imported(file)).toMatchObject({ status: 201, body: { collection: { id }, imported: { persons: 1, faces: 3, links: 1 }, new_ids: { persons: 0, faces: 0 } } });
  expect(await contents(id)).toEqual(before);
});

test('beside the original it gets ids of its own, and is the same otherwise', async () => {
  const id = await newGallery();
  const file = await exported(id);
  expect((await imported(file)).body.error.code).toBe('conflict');
  const copy = await imported(file, { name: `copy ${names++}` });
  expect(copy).toMatchObject({ status: 201, body: { new_ids: { persons: 1, faces: 3 } } });
  expect(copy.body.collection.id).not.toBe(id);
  const [one, other] = [await contents(id), await contents(copy.body.collection.id)];
  const sorted = (vectors: readonly (Float32Array | undefined)[]) => vectors.map((each) => [...each!].join()).sort();
  expect(sorted(other.vectors)).toEqual(sorted(one.vectors));
  expect(other.persons).toMatchObject([{ name: 'Ada', external_id: 'a-1', faces: 2, created_at: one.persons[0].created_at }]);
  expect(other.links).toHaveLength(1);
  const ids = other.faces.map((each: { id: string }) => each.id);
  expect(ids).toEqual(expect.arrayContaining([other.links[0]!.a, other.links[0]!.b]));
  const found = await served.call('POST', `/v1/collections/${copy.body.collection.id}/search`, { image: paint({ person: 1 }).toString('base64') });
  expect(found.body).toMatchObject({ verdict: 'match', person: { name: 'Ada' } });
});

test('takes all of a file or nothing, and names the line', async () => {
  const file = await exported(await newGallery());
  const before = await collections();
  const lines = file.split('\n');
  const changed = (number: number, change: (line: string) => string): string => lines.map((line, i) => (i === number - 1 ? change(line) : line)).join('\n');
  const cases = [
    // 1 as its first number: its length is √2 then.
    [changed(6, (line) => line.replace(/"vector":"....../, '"vector":"AACAPw')), { line: 6, problem: 'vector: its length is 1.414 instead of 1' }],
    [changed(3, (line) => line.replace('Ada', 'Eve')), { line: 8, reason: 'checksum' }],
    [lines.slice(0, 7).join('\n') + '\n', { line: 8, reason: 'truncated' }],
    ['nonsense', { line: 1, reason: 'format' }],
  ] as const;
  for (const [text, details] of cases) expect(await imported(text, { name: 'never' })).toMatchObject({ status: 422, body: { error: { code: 'invalid_gallery', details } } });
  const foreign = await imported(changed(1, (line) => line.replace('space-one', 'space-nine')), { name: 'never' });
  expect(foreign).toMatchObject({ status: 409, body: { error: { code: 'space_mismatch', details: { expected_space_id: 'space-one', given_space_id: 'space-nine' } } } });
  expect(await collections()).toEqual(before);
  // What was uploaded goes once its answer is out; the test's time is what it may take.
  while (readdirSync(spoolFolder).length > 0) await new Promise((resolve) => { setTimeout(resolve, 10); });
});

test('an encrypted file needs its passphrase', async () => {
  const id = await newGallery();
  const passphrase = 'correct horse battery';
  const file = await exported(id, { 'x-gallery-passphrase': passphrase });
  expect(file).not.toMatch(/Ada|friends|a-1/);
  expect(await imported(file, { name: 'never' })).toMatchObject({ status: 422, body: { error: { details: { line: 1, reason: 'passphrase' } } } });
  expect(await imported(file, { name: 'never', passphrase: 'wrong' })).toMatchObject({ status: 422, body: { error: { details: { line: 2, reason: 'passphrase' } } } });
  expect(await imported(file, { name: `opened ${names++}`, passphrase })).toMatchObject({ status: 201, body: { imported: { faces: 3 } } });
  expect((await served.call('GET', `/v1/collections/${id}/export`, undefined, { 'x-gallery-passphrase': 'short' })).status).toBe(400);
}, 240_000);

test('comes as base64 too, is done once under one key, and is limited', async () => {
  const file = await exported(await newGallery());
  const body = { file: Buffer.from(file).toString('base64'), name: `json ${names++}` };
  expect((await served.call('POST', '/v1/collections/import', body)).status).toBe(201);
  const key = { 'idempotency-key': 'import-1' };
  const name = `once ${names++}`;
  const [first, second] = [await imported(file, { name }, key), await imported(file, { name }, key)];
  expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
  expect(second.body).toEqual(first.body);
  const small = served.again({ galleryBytes: 500 });
  const answer = await small.app.inject({ method: 'POST', url: '/v1/collections/import', ...formOf({ file: Buffer.from(file) }) });
  expect([answer.statusCode, answer.json().error.code]).toEqual([413, 'payload_too_large']);
  await small.dispose();
});
