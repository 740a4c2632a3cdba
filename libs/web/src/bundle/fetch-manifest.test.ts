import { encodeManifest, type Manifest } from '@facenet/export';
import { MemoryStore } from '../store/memory-store.ts';
import { tinyBundle } from '../testing/tiny-bundle.fixture.ts';
import type { Fetch } from './fetch.ts';
import { fetchManifest } from './fetch-manifest.ts';

const address = 'https://faces.example/models/tiny/';
let manifest: Manifest;
let text: string;
beforeAll(async () => {
  ({ manifest } = await tinyBundle());
  text = encodeManifest(manifest);
});

const never = new AbortController().signal;
const answering = (body: string, status = 200): Fetch => (url) => {
  expect(url).toBe(`${address}model.json`);
  return Promise.resolve(new Response(body, { status }));
};
const offline: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));

async function visited(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await fetchManifest(address, store, answering(text), never);
  return store;
}

test('takes what the network has, also when there is an older copy', async () => {
  const store = await visited();
  const newer = encodeManifest({ ...manifest, name: 'newer' });
  expect((await fetchManifest(address, store, answering(newer), never)).manifest.name).toBe('newer');
  expect((await fetchManifest(address, store, offline, never)).manifest.name).toBe('newer');
});

test.each([
  ['there is no network', offline],
  ['the server is in trouble', answering('', 502)],
  ['a network asks for a login instead', answering('<!doctype html>')],
])('takes the copy of the last visit where %s', async (_what, fetch) => {
  expect((await fetchManifest(address, await visited(), fetch, never)).manifest).toEqual(manifest);
});

test.each([
  ['nothing is out there', offline, 'model_not_reachable', /model\.json: out of reach \(Failed to fetch\)/],
  ['the server has none', answering('', 404), 'model_not_reachable', /the server answers 404; expected a bundle's folder/],
  ['it is none', answering('{}'), 'model_broken', /model\.json/],
] as const)('says that %s', async (_what, fetch, code, message) => {
  await expect(fetchManifest(address, new MemoryStore(), fetch, never)).rejects.toMatchObject({ name: 'ModelError', code, message: expect.stringMatching(message) as string });
});

test('a model that its server took away is not taken from the copy', async () => {
  await expect(fetchManifest(address, await visited(), answering('', 404), never)).rejects.toMatchObject({ code: 'model_not_reachable' });
});
