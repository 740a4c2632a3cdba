// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call */
import { Writable } from 'node:stream';
import Fastify from 'fastify';
import { hashSecret } from '../services/keys.ts';
import { formOf, openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

let open: TestApp;
let locked: TestApp;
const rootSecret = 'a-secret-from-the-environment';
const root = { authorization: `Bearer ${rootSecret}` };
beforeAll(async () => {
  open = await openTestApp();
  locked = open.again({ open: false, adminKeyHash: hashSecret(rootSecret) });
}, openingMs);
afterAll(async () => {
  await locked.dispose();
  await open.dispose();
});

const picture = (person: number): string => paint({ person }).toString('base64');
let names = 0;
async function newCollection(): Promise<string> {
  return (await open.call('POST', '/v1/collections', { name: `access ${names++}` })).body.id as string;
}
async function newKey(body: object): Promise<{ authorization: string }> {
  const made = await locked.call('POST', '/v1/keys', { name: 'test', ...body }, root);
  expect(made.status).toBe(201);
  return { authorization: `Bearer ${made.body.secret}` };
}
const codeOf = async (answer: Promise<{ status: number; body: { error?: { code: string } } }>): Promise<unknown[]> => [(await answer).status, (await answer).body.error?.code];

describe('keys', () => {
  test('nothing but health and readiness answers without one', async () => {
    expect((await locked.call('GET', '/v1/health')).status).toBe(200);
    expect((await locked.call('GET', '/v1/ready')).body).toMatchObject({ status: 'ready', model_id: 'heavy' });
    for (const [method, url] of [['GET', '/v1/models'], ['POST', '/v1/detect'], ['GET', '/metrics'], ['GET', '/v1/keys'], ['DELETE', '/v1/collections/x']] as const) {
      const answer = await locked.call(method, url);
      expect([url, answer.status, answer.body.error?.code, answer.headers['www-authenticate']]).toEqual([url, 401, 'unauthorized', 'Bearer']);
    }
    expect(await codeOf(locked.call('GET', '/v1/models', undefined, { authorization: 'Bearer wrong' }))).toEqual([401, 'unauthorized']);
  });

  test('a scope opens its routes and no others', async () => {
    const id = await newCollection();
    const read = await newKey({ scopes: ['read'] });
    const enrol = await newKey({ scopes: ['enrol'] });
    expect((await locked.call('GET', `/v1/collections/${id}`, undefined, read)).status).toBe(200);
    expect(await codeOf(locked.call('POST', `/v1/collections/${id}/persons`, { name: 'x' }, read))).toEqual([403, 'forbidden']);
    expect((await locked.call('POST', `/v1/collections/${id}/persons`, { name: 'x' }, enrol)).status).toBe(201);
    expect(await codeOf(locked.call('GET', `/v1/collections/${id}`, undefined, enrol))).toEqual([403, 'forbidden']);
    expect(await codeOf(locked.call('DELETE', `/v1/collections/${id}`, undefined, enrol))).toEqual([403, 'forbidden']);
  });

  test('a key for one collection touches, sees and gives away nothing else', async () => {
    const [mine, other] = [await newCollection(), await newCollection()];
    const key = await newKey({ scopes: ['admin'], collection_ids: [mine] });
    expect((await locked.call('GET', `/v1/collections/${mine}`, undefined, key)).status).toBe(200);
    expect(await codeOf(locked.call('GET', `/v1/collections/${other}`, undefined, key))).toEqual([403, 'forbidden']);
    expect((await locked.call('GET', '/v1/collections', undefined, key)).body.items.map((each: { id: string }) => each.id)).toEqual([mine]);
    expect(await codeOf(locked.call('POST', '/v1/keys', { name: 'more', scopes: ['admin'] }, key))).toEqual([403, 'forbidden']);
    expect(await codeOf(locked.call('POST', '/v1/collections', { name: 'more' }, key))).toEqual([403, 'forbidden']);
    expect(await codeOf(locked.call('GET', '/v1/audit', undefined, key))).toEqual([403, 'forbidden']);
  });

  test('shows a secret once, keeps none, and a revoked key is refused', async () => {
    const made = await locked.call('POST', '/v1/keys', { name: 'short', scopes: ['read', 'read'], expires_in_seconds: 3600 }, root);
    const listed = await locked.call('GET', '/v1/keys', undefined, root);
    expect(JSON.stringify(listed.body)).not.toContain(made.body.secret);
    expect(listed.body.keys).toContainEqual(expect.objectContaining({ id: made.body.id, scopes: ['read'] }));
    const key = { authorization: `Bearer ${made.body.secret}` };
    expect((await locked.call('GET', '/v1/models', undefined, key)).status).toBe(200);
    expect((await locked.call('DELETE', `/v1/keys/${made.body.id}`, undefined, root)).body).toEqual({ keys: 1 });
    expect((await locked.call('GET', '/v1/models', undefined, key)).status).toBe(401);
  });
});

test('without keys, pages of other origins and rebound names are refused', async () => {
  const ask = (headers: Record<string, string>) => open.call('GET', '/v1/models', undefined, headers);
  expect((await ask({ host: '127.0.0.1:8080' })).status).toBe(200);
  expect((await ask({ host: 'localhost:8080', origin: 'http://localhost:8080' })).status).toBe(200);
  expect((await ask({ host: 'localhost:8080', origin: 'https://evil.example' })).status).toBe(403);
  expect((await ask({ host: 'evil.example:8080', origin: 'http://evil.example:8080' })).status).toBe(403);
});

test('limits requests per key, counts wrong keys by address, and says when to come back', async () => {
  const limited = locked.again({ rateLimit: { requests: 3, seconds: 60 } });
  const key = await newKey({ scopes: ['read'] });
  for (let i = 0; i < 3; i++) expect((await limited.call('GET', '/v1/models', undefined, key)).status).toBe(200);
  const refused = await limited.call('GET', '/v1/models', undefined, key);
  expect([refused.status, refused.body.error.code, Number(refused.headers['retry-after']) > 0]).toEqual([429, 'rate_limited', true]);
  const guesses = [];
  for (let i = 0; i < 4; i++) guesses.push((await limited.call('GET', '/v1/models', undefined, { authorization: `Bearer guess-${i}` })).status);
  expect(guesses).toEqual([401, 401, 401, 429]);
  expect((await limited.call('GET', '/v1/health')).status).toBe(200);
  await limited.dispose();
});

test('answers pages on the allow-list alone, with security headers', async () => {
  const paged = locked.again({ corsOrigins: ['https://phone.example'] });
  const preflight = await paged.app.inject({ method: 'OPTIONS', url: '/v1/models', headers: { origin: 'https://phone.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } });
  expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, 'https://phone.example']);
  const other = await paged.app.inject({ url: '/v1/health', headers: { origin: 'https://evil.example' } });
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
  expect(other.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none';frame-ancestors 'none'" });
  await paged.dispose();
});

describe('an idempotency key', () => {
  const headers = { 'idempotency-key': 'k-1' };
  test('gives the first answer again, in JSON as in a form', async () => {
    const url = `/v1/collections/${await newCollection()}/faces`;
    const body = { image: picture(1), name: 'Ada' };
    const [first, second] = [await open.call('POST', url, body, headers), await open.call('POST', url, body, headers)];
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(second.body).toEqual(first.body);
    expect((await open.call('GET', url)).body.items).toHaveLength(1);
    expect(await codeOf(open.call('POST', url, { ...body, name: 'Eve' }, headers))).toEqual([409, 'idempotency_mismatch']);
    const form = formOf({ image: paint({ person: 2 }), name: 'Grace' });
    const again = async () => (await open.app.inject({ method: 'POST', url, payload: form.payload, headers: { ...form.headers, 'idempotency-key': 'k-2' } })).json<unknown>();
    expect(await again()).toEqual(await again());
  });

  test('is busy while the first request runs, and free again after it failed', async () => {
    const url = `/v1/collections/${await newCollection()}/persons`;
    const answers = await Promise.all([1, 2, 3].map(() => open.call('POST', url, { name: 'Ada' }, { 'idempotency-key': 'k-3' })));
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).map(({ body, headers }) => [body.error.code, headers['retry-after']])).toEqual(
      new Array(3 - done.length).fill(['idempotency_running', '1']));
    const faces = url.replace('persons', 'faces');
    const body = { image: picture(1), person_id: done[0]!.body.id };
    open.models.isBusy = true;
    const busy = await open.call('POST', faces, body, { 'idempotency-key': 'k-4' });
    open.models.isBusy = false;
    expect([busy.status, busy.body.error.code, busy.headers['retry-after']]).toEqual([503, 'busy', '3']);
    expect((await open.call('POST', faces, body, { 'idempotency-key': 'k-4' })).status).toBe(201);
  });
});

test('every refusal is an envelope with the request id', async () => {
  const cases = [
    ['GET', '/nowhere', undefined, {}, 404, 'not_found'],
    ['PATCH', '/v1/models', { a: 1 }, {}, 404, 'not_found'],
    ['GET', '/v1/%zz', undefined, {}, 400, 'invalid_request'],
    ['POST', '/v1/detect', '{"image":', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['POST', '/v1/detect', '', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['POST', '/v1/detect', '{"__proto__":{}}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['POST', '/v1/detect', undefined, {}, 400, 'invalid_request'],
    ['POST', '/v1/detect', 'x', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['POST', '/v1/detect', { image: picture(1), colour: 'red' }, {}, 400, 'invalid_request'],
    ['POST', '/v1/detect', { image: 7 }, {}, 400, 'invalid_request'],
    ['POST', '/v1/detect', { image: Buffer.from('GIF89').toString('base64') }, {}, 415, 'unsupported_image'],
    ['POST', '/v1/detect', { image: Buffer.from('PICTURE {').toString('base64') }, {}, 422, 'damaged_image'],
    ['POST', '/v1/collections', { name: 'a\u0000b' }, {}, 400, 'invalid_request'],
    ['POST', '/v1/collections', { name: 'n', metadata: { a: '\ud800' } }, {}, 400, 'invalid_request'],
    ['POST', '/v1/collections', { name: 'n', space_id: 'nowhere' }, {}, 400, 'invalid_request'],
    ['POST', '/v1/collections', 'a=b', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'unsupported_media_type'],
    ['PUT', '/v1/models/default', { model_id: 'nobody' }, {}, 404, 'not_found'],
  ] as const;
  for (const [method, url, body, headers, status, code] of cases) {
    const answer = await open.call(method, url, body, headers);
    expect([url, answer.status, answer.body.error?.code, answer.body.request_id]).toEqual([url, status, code, answer.headers['x-request-id']]);
  }
  expect((await open.call('GET', '/nowhere', undefined, { 'x-request-id': 'mine-1' })).headers['x-request-id']).toBe('mine-1');
  expect((await open.call('GET', '/nowhere', undefined, { 'x-request-id': 'not mine <1>' })).headers['x-request-id']).not.toContain('<');
});

test('a broken, truncated or overlong form is the sender’s mistake', async () => {
  const small = open.again({ pictureBytes: 200, requestBytes: 2000 });
  const { payload, headers } = formOf({ image: paint({ person: 1 }) });
  const send = async (body: Buffer, changed: Record<string, string> = {}) => {
    const answer = await small.app.inject({ method: 'POST', url: '/v1/detect', payload: body, headers: { ...headers, ...changed } });
    return [answer.statusCode, answer.json<{ error?: { code: string } }>().error?.code];
  };
  expect(await send(payload)).toEqual([200, undefined]);
  expect(await send(payload.subarray(0, payload.length - 30))).toEqual([400, 'invalid_request']);
  expect(await send(payload.subarray(0, 90))).toEqual([400, 'invalid_request']);
  expect(await send(Buffer.alloc(0))).toEqual([400, 'invalid_request']);
  expect(await send(payload, { 'content-type': 'multipart/form-data' })).toEqual([400, 'invalid_request']);
  expect(await send(formOf({ image: Buffer.alloc(300) }).payload)).toEqual([413, 'payload_too_large']);
  expect(await send(formOf({ crop: 'true', image: Buffer.alloc(100), boxes: 'x'.repeat(2000) }).payload)).toEqual([413, 'payload_too_large']);
  expect(await send(formOf({ image: paint(), other: '1' }).payload)).toEqual([400, 'invalid_request']);
  expect(await send(formOf({ image: paint(), crop: 'maybe' }).payload)).toEqual([400, 'invalid_request']);
  const json = await small.call('POST', '/v1/detect', { image: 'A'.repeat(3000) });
  expect([json.status, json.body.error.code]).toEqual([413, 'payload_too_large']);
  await small.dispose();
});

test('a mistake of ours shows and logs no name, path, stack or vector', async () => {
  const lines: string[] = [];
  const log = Fastify({ logger: { level: 'trace', stream: new Writable({ write: (line: Buffer, _, done) => { lines.push(line.toString()); done(); } }) } }).log;
  const broken = open.again({}, { log, faces: { version: '1', find: () => Promise.reject(new TypeError('Ada at /home/ada/photo.png')), dispose: () => Promise.resolve() } });
  const answer = await broken.call('POST', '/v1/detect', { image: picture(1) });
  expect([answer.status, answer.body.error]).toEqual([500, { code: 'internal', message: 'the server made a mistake; its log has the request id', details: {} }]);
  await broken.call('GET', `/v1/collections/${await newCollection()}/persons?name=Ada`);
  expect(lines.join('')).toContain(answer.body.request_id);
  expect(lines.join('')).toContain('"error":"TypeError"');
  expect(lines.join('')).not.toMatch(/Ada|\/home|photo\.png|\.ts:\d/);
  await broken.dispose();
});
