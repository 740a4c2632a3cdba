import { gunzipSync } from 'node:zlib';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';

let served: TestApp;
beforeAll(async () => { served = await openTestApp({ open: false }); }, openingMs);
afterAll(() => served.dispose());

const get = (url: string, headers: Record<string, string> = {}) => served.app.inject({ method: 'GET', url, headers });

test('leads from the root to the console, and from an address with a slash to the one that its files are relative to', async () => {
  expect(await get('/')).toMatchObject({ statusCode: 302, headers: { location: 'console' } });
  expect(await get('/console/')).toMatchObject({ statusCode: 308, headers: { location: '../console' } });
});

test('serves the page and all that it names without a key, and nothing else', async () => {
  const page = await get('/console');
  expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  const named = [...page.body.matchAll(/(?:src|href)="(console\/[^"]+)"/g)].map(([, name]) => name!);
  expect(named.sort()).toEqual(['console/console.css', 'console/console.js', 'console/icon.svg']);
  for (const name of named) expect(await get(`/${name}`)).toMatchObject({ statusCode: 200 });
  for (const name of ['main.ts', '..%2fpackage.json', 'package.json', '..%2f..%2fsrc%2fmain.ts']) expect((await get(`/console/${name}`)).statusCode).toBe(404);
});

test('allows nothing from elsewhere, no script or style in the page, and no code from text', async () => {
  const { headers, body } = await get('/console');
  const policy = Object.fromEntries(String(headers['content-security-policy']).split(';').map((part): [string, string] => {
    const [name, ...sources] = part.trim().split(' ');
    return [name!, sources.join(' ')];
  }));
  expect(policy).toEqual({
    'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self' blob:", 'connect-src': "'self'", 'base-uri': "'none'",
    'form-action': "'none'", 'frame-ancestors': "'none'", 'require-trusted-types-for': "'script'", 'trusted-types': "'none'",
  });
  expect(headers['permissions-policy']).toContain('camera=(self)');
  expect(body).not.toMatch(/<style|style=|<script[^>]*>[^<]|\son\w+=|https?:/);
});

test('repeats nothing that the browser has, and sends the rest small', async () => {
  const plain = await get('/console/console.js');
  const etag = String(plain.headers['etag']);
  expect(await get('/console/console.js', { 'if-none-match': `W/${etag}` })).toMatchObject({ statusCode: 304, body: '' });
  const small = await get('/console/console.js', { 'accept-encoding': 'br, gzip' });
  expect(small.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(small.rawPayload).equals(plain.rawPayload)).toBe(true);
});

test('says the thresholds of pairs of models with the counts behind them', async () => {
  const open = served.again({ open: true });
  const answer = await open.call('GET', '/v1/models/thresholds');
  expect(answer.status).toBe(200);
  // Those of the made-up registry.
  expect(answer.body).toEqual({
    pairs: [['heavy', 'heavy', 0.4], ['tiny', 'heavy', 0.5], ['tiny', 'tiny', 0.6]].map(([query, gallery, threshold]) => ({
      query_model_id: query, gallery_model_id: gallery, query_name: `${query} network`, gallery_name: `${gallery} network`,
      thresholds: [{ far: 1e-3, threshold, val: 0.5, false_accepts: 1, pairs_same: 10, pairs_different: 1000, source: 'made up' }],
    })),
  });
  await open.dispose();
});
