import { createHash, randomBytes } from 'node:crypto';
import type { Manifest } from '@facenet/export';
import { MemoryStore } from '../store/memory-store.ts';
import type { Fetch } from './fetch.ts';
import { fetchModel, type ModelFetch, partBytes } from './fetch-model.ts';

const address = 'https://faces.example/models/tiny/';
// Three whole ranges and a rest.
const file = new Uint8Array(randomBytes(3 * partBytes + 1000));
const digest = createHash('sha256').update(file).digest('hex');
const manifest = { name: 'tiny', modelId: 'ab'.repeat(32), onnx: { file: 'model.onnx', sha256: digest, bytes: file.length } } as Manifest;

interface Server {
  readonly body?: Uint8Array;
  /** Bytes of an answer after which the connection breaks, one after the other. */
  readonly breaks?: number[];
  readonly takesRanges?: boolean;
  readonly status?: number;
}

/** A server at the other end of `fetch`, and what it was asked for. */
function serve({ body = file, breaks = [], takesRanges = true, status }: Server = {}): { readonly fetch: Fetch; readonly asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = [];
  const fetch: Fetch = (url, { headers }) => {
    expect(url).toBe(`${address}model.onnx`);
    const range = (headers as Record<string, string>)['range'];
    asked.push(range);
    if (status !== undefined) return Promise.resolve(new Response('no', { status }));
    const from = takesRanges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    const answer = body.subarray(from, from + (breaks.shift() ?? Infinity));
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < answer.length; at += 100_000) controller.enqueue(answer.slice(at, at + 100_000));
        if (from + answer.length < body.length) controller.error(new TypeError('network error'));
        else controller.close();
      },
    }, { highWaterMark: Infinity });
    return Promise.resolve(from === 0 ? new Response(stream) : new Response(stream, { status: 206, headers: { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } }));
  };
  return { fetch, asked };
}

interface Asked extends Partial<ModelFetch> { readonly fetch: Fetch }
const get = (options: Asked): Promise<Uint8Array<ArrayBuffer>> => (
  fetchModel({ address, manifest, store: new MemoryStore(), signal: new AbortController().signal, onBytes: () => undefined, ...options })
);
const same = (bytes: Uint8Array): boolean => Buffer.compare(bytes, file) === 0;

// A stream that errors drops what was not read yet, so breaks are given in what is surely read: nothing, or a whole number of reads.
test('downloads with progress in bytes, and keeps what it got', async () => {
  const store = new MemoryStore();
  const { fetch, asked } = serve();
  const seen: [number, boolean][] = [];
  expect(same(await get({ store, fetch, onBytes: (loaded, fromCache) => { seen.push([loaded, fromCache]); } }))).toBe(true);
  expect(asked).toEqual([undefined]);
  expect(seen.at(-1)).toEqual([file.length, false]);
  expect(seen.map(([loaded]) => loaded)).toEqual(seen.map(([loaded]) => loaded).toSorted((a, b) => a - b));
  expect(await store.models()).toMatchObject([{ digest, bytes: file.length, name: 'tiny', modelId: manifest.modelId, address }]);
  // Its ranges take no room beside the whole.
  expect(await store.part(digest, 0)).toBeUndefined();
});

test('finds it in the store, without asking anyone', async () => {
  const store = new MemoryStore();
  await get({ store, fetch: serve().fetch });
  const offline = serve({ status: 503 });
  const seen: unknown[] = [];
  expect(same(await get({ store, ...offline, onBytes: (...each) => { seen.push(each); } }))).toBe(true);
  expect([offline.asked, seen]).toEqual([[], [[file.length, true]]]);
});

test('drops a copy in the store that is broken, and downloads it anew', async () => {
  const store = new MemoryStore();
  const broken = file.slice();
  broken[7]! ^= 1;
  await store.putModel({ digest, bytes: file.length, name: '', modelId: '', address, storedAt: '' }, broken);
  const { fetch, asked } = serve();
  expect(same(await get({ store, fetch }))).toBe(true);
  expect(asked).toEqual([undefined]);
  expect(Buffer.compare((await store.model(digest))!, file)).toBe(0);
});

async function storeWithParts(count: number, of = file): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (let part = 0; part < count; part++) await store.putPart(digest, part * partBytes, of.slice(part * partBytes, (part + 1) * partBytes));
  return store;
}

test('goes on after the ranges that an earlier download finished', async () => {
  const { fetch, asked } = serve();
  const seen: [number, boolean][] = [];
  expect(same(await get({ store: await storeWithParts(2), fetch, onBytes: (...each) => { seen.push(each); } }))).toBe(true);
  expect(asked).toEqual([`bytes=${2 * partBytes}-`]);
  expect(seen[0]).toEqual([2 * partBytes, true]);
});

test('begins again where the server knows no ranges', async () => {
  const { fetch, asked } = serve({ takesRanges: false });
  expect(same(await get({ store: await storeWithParts(2), fetch }))).toBe(true);
  expect(asked).toEqual([`bytes=${2 * partBytes}-`]);
});

test('begins again where the ranges are of another file', async () => {
  const { fetch, asked } = serve();
  expect(same(await get({ store: await storeWithParts(1, new Uint8Array(file.length)), fetch }))).toBe(true);
  expect(asked).toEqual([`bytes=${partBytes}-`, undefined]);
});

test('keeps finished ranges of a download that breaks off for good, and goes on there the next time', async () => {
  const store = new MemoryStore();
  let reads = 0;
  // A body that gives a range and a half, then fails: read by read, as a network does.
  const broken: Fetch = () => Promise.resolve(new Response(new ReadableStream({
    pull(controller) {
      if (reads++ === 0) controller.enqueue(file.slice(0, 1.5 * partBytes));
      else controller.error(new TypeError('network error'));
    },
  }, { highWaterMark: 0 })));
  let calls = 0;
  const fetch: Fetch = (url, init) => (calls++ === 0 ? broken(url, init) : Promise.reject(new TypeError('Failed to fetch')));
  await expect(get({ store, fetch })).rejects.toMatchObject({ name: 'ModelError', code: 'model_not_reachable', message: expect.stringMatching(/broke off at 786432 of 1573864 bytes \(Failed to fetch\)/) as string });
  const server = serve();
  expect(same(await get({ store, fetch: server.fetch }))).toBe(true);
  expect(server.asked).toEqual([`bytes=${partBytes}-`]);
});

test('refuses a file that is not the one of the manifest, and keeps nothing of it', async () => {
  const store = new MemoryStore();
  const body = file.slice();
  body[0]! ^= 1;
  await expect(get({ store, fetch: serve({ body }).fetch })).rejects.toMatchObject({ code: 'model_broken', message: expect.stringContaining(`model.json says ${digest}`) as string });
  expect([await store.models(), await store.part(digest, 0)]).toEqual([[], undefined]);
});

test('refuses a file that is longer than the manifest says, before all of it came', async () => {
  await expect(get({ fetch: serve({ body: new Uint8Array(2 * file.length) }).fetch })).rejects.toMatchObject({ code: 'model_broken' });
});

test('says what the server answers', async () => {
  await expect(get({ fetch: serve({ status: 404 }).fetch })).rejects.toMatchObject({ code: 'model_not_reachable', message: `${address}model.onnx: the server answers 404` });
});

test('stops when it is told to, with the reason that was given', async () => {
  const controller = new AbortController();
  const { fetch } = serve();
  const reason = new Error('enough');
  await expect(get({ fetch, signal: controller.signal, onBytes: () => { controller.abort(reason); } })).rejects.toBe(reason);
});
