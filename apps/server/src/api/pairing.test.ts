// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument */
import { Writable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { createClient } from '@facenet/contract';
import Fastify from 'fastify';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { hashSecret } from '../services/keys.ts';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';

const rootSecret = 'a-secret-from-the-environment';
const root = { authorization: `Bearer ${rootSecret}` };
let base: TestApp;
let locked: TestApp;
beforeAll(async () => {
  base = await openTestApp();
  locked = base.again({ open: false, adminKeyHash: hashSecret(rootSecret), publicUrl: 'https://faces.lan:8443', corsOrigins: ['https://phone.example'] });
}, openingMs);
afterAll(async () => {
  await locked.dispose();
  await base.dispose();
});

const phone = { name: 'phone of Ada', scopes: ['read', 'read'] };
const pair = (change: object = {}, headers: Record<string, string> = root, on = locked) => on.call('POST', '/v1/pairings', { ...phone, ...change }, headers);
const exchange = (code: string, on = locked) => on.call('POST', '/v1/pairings/exchange', { code });

test('a phone gets a key for a code, once, and the key may do what was said', async () => {
  const made = await pair({ key_expires_in_seconds: 3600 });
  expect(made).toMatchObject({ status: 201, body: { name: 'phone of Ada', scopes: ['read'], collection_ids: null, key_expires_in_seconds: 3600 } });
  expect(made.body.code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect((await locked.call('GET', '/v1/pairings', undefined, root)).body.pairings.map((each: { id: string }) => each.id)).toContain(made.body.id);
  // Typed by hand: small letters, other gaps, letters for digits.
  const key = await exchange(` ${made.body.code.toLowerCase().replaceAll('-', ' ').replaceAll('1', 'l').replaceAll('0', 'o')}`);
  expect(key).toMatchObject({ status: 201, body: { name: 'phone of Ada', scopes: ['read'], last_used_at: null } });
  expect(Date.parse(key.body.expires_at) - Date.now()).toBeGreaterThan(3_500_000);
  const own = { authorization: `Bearer ${key.body.secret}` };
  expect((await locked.call('GET', '/v1/models', undefined, own)).status).toBe(200);
  expect((await locked.call('POST', '/v1/collections', { name: 'x' }, own)).body.error.code).toBe('forbidden');
  const again = await exchange(made.body.code);
  expect([again.status, again.body.error]).toEqual([404, { code: 'not_found', message: 'no such pairing code', details: { what: 'pairing code' } }]);
  expect((await locked.call('GET', '/v1/pairings', undefined, root)).body.pairings).toEqual([]);
  expect((await locked.call('GET', '/v1/keys', undefined, root)).body.keys.map((each: { id: string }) => each.id)).toContain(key.body.id);
});

test('the link has the code in its fragment, and the picture is the link', async () => {
  const { body: { url, code, qr_svg } } = await pair();
  expect(url).toBe(`https://faces.lan:8443/phone/#pair=${code}`);
  // Read by another implementation, as a phone reads it.
  const { data, info } = await sharp(Buffer.from(qr_svg as string)).resize(400).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(jsQR.default(Uint8ClampedArray.from(data), info.width, info.height)?.data).toBe(url);
  expect(qr_svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
});

test('a link may open a page elsewhere that may call, and says there which server it is of', async () => {
  const { body: { url, code } } = await pair({ page: 'https://phone.example/app/?from=qr' });
  expect(url).toBe(`https://phone.example/app/?from=qr#pair=${code}&server=${encodeURIComponent('https://faces.lan:8443')}`);
  expect((await pair({ page: 'https://faces.lan:8443/own/' })).body.url).toMatch(/^https:\/\/faces\.lan:8443\/own\/#pair=[\w-]+$/);
  expect((await pair({ page: 'https://evil.example/' })).body.error).toMatchObject({ code: 'invalid_request', details: { issues: [{ path: 'page', message: 'must be of https://faces.lan:8443 or https://phone.example' }] } });
  expect((await pair({ page: 'javascript:alert(1)' })).status).toBe(400);
});

test('without a public address the link leads where the request did', async () => {
  const plain = base.again({ open: false, adminKeyHash: hashSecret(rootSecret), trustProxy: true });
  expect((await pair({}, { ...root, host: '192.168.1.5:8443' }, plain)).body.url).toMatch(/^http:\/\/192\.168\.1\.5:8443\/phone\/#pair=/);
  expect((await pair({}, { ...root, host: 'faces.lan', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.168.1.9' }, plain)).body.url).toMatch(/^https:\/\/faces\.lan\/phone\/#pair=/);
  expect((await pair({}, { ...root, host: 'a<b' }, plain)).body.error).toMatchObject({ code: 'invalid_request', details: { issues: [{ path: 'headers.host' }] } });
  await plain.dispose();
});

test('a code lasts ten minutes at most, gives no admin, and only a whole admin makes one', async () => {
  expect([(await pair({ expires_in_seconds: 601 })).status, (await pair({ scopes: ['admin'] })).status, (await pair({ scopes: [] })).status]).toEqual([400, 400, 400]);
  const { body } = await pair();
  expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBeCloseTo(300_000, -2);
  expect((await pair({}, {})).status).toBe(401);
  expect((await pair({ collection_ids: ['019a0000-0000-7000-8000-000000000000'] })).body.error.details).toEqual({ what: 'collection' });
  const { body: { id } } = await locked.call('POST', '/v1/collections', { name: 'of one' }, root);
  const { body: { secret } } = await locked.call('POST', '/v1/keys', { name: 'part', scopes: ['admin'], collection_ids: [id] }, root);
  const part = { authorization: `Bearer ${secret}` };
  for (const answer of [await pair({}, part), await locked.call('GET', '/v1/pairings', undefined, part), await locked.call('DELETE', `/v1/pairings/${body.id}`, undefined, part)]) expect(answer.body.error.code).toBe('forbidden');
  const own = await pair({ collection_ids: [id] });
  expect((await exchange(own.body.code)).body).toMatchObject({ collection_ids: [id] });
});

test('a cancelled or expired code is as one that never was', async () => {
  const { body } = await pair();
  expect((await locked.call('DELETE', `/v1/pairings/${body.id}`, undefined, root)).body).toEqual({ pairings: 1 });
  expect((await locked.call('DELETE', `/v1/pairings/${body.id}`, undefined, root)).status).toBe(404);
  const over = await pair({ expires_in_seconds: 1 });
  await new Promise((resolve) => { setTimeout(resolve, 1_100); });
  const answers = [await exchange(body.code), await exchange(over.body.code), await exchange('0000-0000-0000-0000')];
  expect(new Set(answers.map(({ status, body: { error } }) => JSON.stringify([status, error])))).toEqual(new Set([JSON.stringify([404, { code: 'not_found', message: 'no such pairing code', details: { what: 'pairing code' } }])]));
});

test('limits tries by address, without any other limit and with a key too', async () => {
  const limited = locked.again({ rateLimit: null });
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await limited.call('POST', '/v1/pairings/exchange', { code: `guess ${i}` }, i % 2 === 0 ? root : {})).status);
  expect(statuses).toEqual([...new Array<number>(10).fill(404), 429, 429]);
  const refused = await exchange('guess', limited);
  expect([refused.body.error.code, Number(refused.headers['retry-after']) > 0]).toEqual(['rate_limited', true]);
  expect((await limited.call('GET', '/v1/health')).status).toBe(200);
  await limited.dispose();
});

test('the audit log says who was paired; neither it nor the log has a code or a name', async () => {
  const lines: string[] = [];
  const log = Fastify({ logger: { level: 'trace', stream: new Writable({ write: (line: Buffer, _, done) => { lines.push(line.toString()); done(); } }) } }).log;
  const logged = base.again({ open: false, adminKeyHash: hashSecret(rootSecret) }, { log });
  const made = await pair({}, root, logged);
  const key = await exchange(made.body.code, logged);
  const entries = (await locked.call('GET', '/v1/audit?limit=100', undefined, root)).body.items.filter((each: { details: { pairing_id?: string } }) => each.details.pairing_id === made.body.id);
  expect(entries).toMatchObject([
    { action: 'pairing.create', details: { pairing_id: made.body.id, scopes: ['read'] } },
    { action: 'pairing.exchange', key_id: null, details: { pairing_id: made.body.id, key_id: key.body.id, scopes: ['read'] } },
  ]);
  const told = lines.join('') + JSON.stringify(entries);
  expect(lines.join('')).toContain('/v1/pairings/exchange');
  for (const secret of [made.body.code, plain(made.body.code), key.body.secret, 'Ada']) expect(told).not.toContain(secret);
  await logged.dispose();
});

test('the typed client pairs a phone over a socket', async () => {
  await locked.app.listen({ host: '127.0.0.1', port: 0 });
  const baseUrl = `http://127.0.0.1:${(locked.app.server.address() as AddressInfo).port}`;
  const { code } = await createClient({ baseUrl, apiKey: rootSecret }).createPairing({ body: { name: 'client', scopes: ['read'] } });
  const { secret } = await createClient({ baseUrl }).exchangePairing({ body: { code } });
  expect((await createClient({ baseUrl, apiKey: secret }).models()).models.length).toBeGreaterThan(0);
});

const plain = (code: string): string => code.replaceAll('-', '');
