import { ApiError, createClient, eachItem, type HttpRequest, type HttpResponse } from './index.ts';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A server that answers in turn, and what it was asked. */
function scripted(...replies: (Reply | Error)[]) {
  const asked: { url: string; request: HttpRequest }[] = [];
  const slept: number[] = [];
  let ids = 0;
  const fetch = (url: string, request: HttpRequest): Promise<HttpResponse> => {
    asked.push({ url, request });
    const reply = replies.shift();
    if (reply === undefined || reply instanceof Error) return Promise.reject(reply ?? new Error('asked too often'));
    return Promise.resolve({ status: reply.status, headers: { get: (name) => reply.headers?.[name] ?? null }, json: () => Promise.resolve(reply.body) });
  };
  const appended: [string, unknown, string | undefined][] = [];
  const platform = {
    fetch, newId: () => `id-${ids++}`, sleep: (seconds: number) => Promise.resolve(void slept.push(seconds)),
    newForm: () => ({ append: (name: string, value: unknown, filename?: string) => void appended.push([name, value, filename]) }), newBlob: (bytes: Uint8Array) => ({ bytes }),
  };
  return { asked, slept, appended, client: createClient({ baseUrl: 'http://server/', apiKey: 'secret', platform }) };
}

const collection_id = '019a0000-0000-7000-8000-000000000000';
const person = { id: collection_id, name: 'Ada', external_id: null, metadata: {}, created_at: '2026-01-01T00:00:00.000Z' };
const busy = { status: 503, headers: { 'retry-after': '2' }, body: { error: { code: 'busy', message: 'busy', details: {} }, request_id: 'r' } };

test('writes path, query, key and JSON, and reads the answer', async () => {
  const { asked, client } = scripted({ status: 201, body: { ...person, newer: 'field' } });
  expect(await client.createPerson({ params: { collection_id }, body: { name: 'Ada' } })).toEqual(person);
  expect(asked).toEqual([{
    url: `http://server/v1/collections/${collection_id}/persons`,
    request: { method: 'POST', headers: { accept: 'application/json', authorization: 'Bearer secret', 'content-type': 'application/json', 'idempotency-key': 'id-0' }, body: '{"name":"Ada"}', signal: undefined },
  }]);
});

test('tries again after what Retry-After says, under the same idempotency key', async () => {
  const { asked, slept, client } = scripted(busy, new TypeError('connection lost'), { status: 201, body: person });
  await client.createPerson({ params: { collection_id }, body: { name: 'Ada' } });
  expect(slept).toEqual([2, 0.2]);
  expect(new Set(asked.map(({ request }) => request.headers['idempotency-key']))).toEqual(new Set(['id-0']));
});

test('asks about a write whose first try still runs until its answer is there, but not for ever', async () => {
  const running = { status: 409, headers: { 'retry-after': '1' }, body: { error: { code: 'idempotency_running', message: 'running', details: {} }, request_id: 'r' } };
  const soon = scripted(...new Array<Reply>(12).fill(running), { status: 201, body: person });
  expect(await soon.client.createPerson({ params: { collection_id }, body: { name: 'Ada' } })).toEqual(person);
  expect(soon.slept).toEqual(new Array(12).fill(1));
  // Thirty seconds, unless told otherwise.
  const never = scripted(...new Array<Reply>(40).fill(running));
  await expect(never.client.createPerson({ params: { collection_id }, body: { name: 'Ada' } })).rejects.toMatchObject({ code: 'idempotency_running' });
  expect(never.asked.length).toBe(31);
});

test('tries again what a proxy could bring to no server, unless it may have been done', async () => {
  const lost = { status: 502, body: '<html>' };
  const again = scripted(lost, { ...lost, status: 504 }, { status: 201, body: person });
  await again.client.createPerson({ params: { collection_id }, body: { name: 'Ada' } });
  expect(again.slept).toEqual([0.1, 0.2]);
  expect(new Set(again.asked.map(({ request }) => request.headers['idempotency-key']))).toEqual(new Set(['id-0']));
  const once = scripted(lost);
  await expect(once.client.createKey({ body: { name: 'k', scopes: ['read'] } })).rejects.toMatchObject({ status: 502 });
});

test('does not try again what was refused, cannot be repeated, or is too far away', async () => {
  const refusal = { status: 409, body: { error: { code: 'space_mismatch', message: 'two spaces', details: { given_space_id: 'b' } }, request_id: 'r-1' } };
  const refused = scripted(refusal);
  await expect(refused.client.getCollection({ params: { collection_id } })).rejects.toMatchObject({ name: 'ApiError', status: 409, code: 'space_mismatch', details: { given_space_id: 'b' }, requestId: 'r-1' });
  const lost = scripted(new TypeError('connection lost'));
  await expect(lost.client.createKey({ body: { name: 'k', scopes: ['read'] } })).rejects.toThrow('connection lost');
  const far = scripted({ ...busy, headers: { 'retry-after': '600' } });
  await expect(far.client.models()).rejects.toBeInstanceOf(ApiError);
  expect(far.slept).toEqual([]);
});

test('sends pictures as a form where they are bytes, and as JSON where they are base64', async () => {
  const answer = { status: 200, body: { image: { width: 1, height: 1, sha256: '' }, faces: [] } };
  const { asked, appended, client } = scripted(answer, answer);
  const bytes = Uint8Array.of(1, 2);
  await client.detect({ body: { image: bytes, crop: true } });
  expect(appended).toEqual([['image', { bytes }, 'image-0'], ['crop', 'true', undefined]]);
  expect(asked[0]!.request.headers['content-type']).toBeUndefined();
  await client.detect({ body: { image: 'AQI=' } });
  expect(asked[1]!.request.body).toBe('{"image":"AQI="}');
  await expect(client.embeddings({ body: { images: [bytes, 'AQI='] } })).rejects.toThrow('all be bytes');
});

test('goes through pages by their cursors', async () => {
  const page = (name: string, next_cursor: string | null) => ({ status: 200, body: { items: [{ ...person, name, faces: 1 }], next_cursor } });
  const { asked, client } = scripted(page('a', 'c 1'), page('b', null));
  const names: string[] = [];
  for await (const { name } of eachItem((query: { limit: number }) => client.listPersons({ params: { collection_id }, query }), { limit: 1 })) names.push(name);
  expect(names).toEqual(['a', 'b']);
  expect(asked.map(({ url }) => url.split('?')[1])).toEqual(['limit=1', 'limit=1&cursor=c%201']);
});

test('says so when an answer is not what the contract says', async () => {
  const { client } = scripted({ status: 200, body: '<html>' });
  await expect(client.health()).rejects.toMatchObject({ code: 'unexpected_answer' });
});
