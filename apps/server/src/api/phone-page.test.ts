import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';

const around = mkdtempSync(path.join(tmpdir(), 'facenet-page-'));
const folder = path.join(around, 'page');
const files = {
  'index.html': '<!doctype html><script type="module" src="./assets/index-DiwrgTda.js"></script>',
  'assets/index-DiwrgTda.js': 'export {};',
  'assets/ort-B7x_-2Qe.mjs': 'export {};',
  'assets/ort-wasm-DfLpXaRn.wasm': '\0asm',
  'assets/worker.js': 'onmessage = () => {};',
  'models/nns2.onnx': 'weights',
  'manifest.webmanifest': '{}',
  '.env': 'secret of the page',
  '.well-known/note': 'secret of the page',
};
let base: TestApp;
let paged: TestApp;
let port: number;
beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  writeFileSync(path.join(around, 'secret.txt'), 'secret beside the page');
  mkdirSync(path.join(around, 'page-2'));
  writeFileSync(path.join(around, 'page-2', 'secret.txt'), 'secret beside the page');
  symlinkSync(path.join(around, 'secret.txt'), path.join(folder, 'link.txt'));
  symlinkSync(path.join(around, 'page-2'), path.join(folder, 'linked'));
  base = await openTestApp();
  paged = base.again({ phonePage: folder, corsOrigins: ['https://elsewhere.example'] });
  await paged.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = paged.app.server.address() as AddressInfo);
}, openingMs);
afterAll(async () => {
  await paged.dispose();
  await base.dispose();
  rmSync(around, { recursive: true });
});

/** As it is written, since every client tidies a path before it sends it. */
function askPlainly(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => { answer += text; }).on('end', () => resolve(answer)).on('error', reject);
  });
}

test('serves a page that browsers isolate, so that WASM may have threads', async () => {
  const { status, headers } = await fetch(`http://127.0.0.1:${port}/phone/`);
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
  // html.spec.whatwg.org: a page is cross-origin isolated with these two, and every part of it must allow it by the third.
  expect([headers.get('cross-origin-opener-policy'), headers.get('cross-origin-embedder-policy'), headers.get('cross-origin-resource-policy')]).toEqual(['same-origin', 'require-corp', 'same-origin']);
  expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval' blob:");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  for (const name of Object.keys(files).filter((each) => !each.startsWith('.'))) {
    const part = await fetch(`http://127.0.0.1:${port}/phone/${name}`);
    expect([name, part.status, part.headers.get('cross-origin-resource-policy'), part.headers.get('cross-origin-embedder-policy')]).toEqual([name, 200, 'same-origin', 'require-corp']);
  }
});

test('a path without the slash leads to the one that addresses in the page are relative to', async () => {
  const answer = await paged.app.inject({ url: '/phone' });
  expect([answer.statusCode, new URL(answer.headers.location!, 'https://faces.example/below/phone').href]).toEqual([308, 'https://faces.example/below/phone/']);
});

test.each([
  ['index.html', /^text\/html/], ['assets/index-DiwrgTda.js', /^(text|application)\/javascript/], ['assets/ort-B7x_-2Qe.mjs', /^(text|application)\/javascript/],
  // Browsers compile while they load only what is of this type.
  ['assets/ort-wasm-DfLpXaRn.wasm', /^application\/wasm$/], ['models/nns2.onnx', /^application\/octet-stream$/], ['manifest.webmanifest', /^application\/manifest\+json/],
])('%s has its type', async (name, type) => {
  const answer = await paged.app.inject({ url: `/phone/${name}` });
  expect([answer.statusCode, answer.body]).toEqual([200, files[name as keyof typeof files]]);
  expect(answer.headers['content-type']).toMatch(type);
});

test('a worker below may serve the whole page', async () => {
  expect((await paged.app.inject({ url: '/phone/assets/worker.js' })).headers['service-worker-allowed']).toBe('/phone/');
});

test('keeps what is named by its content, and asks about the rest', async () => {
  const cache = async (name: string) => (await paged.app.inject({ url: `/phone/${name}` })).headers['cache-control'];
  for (const name of ['assets/index-DiwrgTda.js', 'assets/ort-B7x_-2Qe.mjs', 'assets/ort-wasm-DfLpXaRn.wasm']) expect([name, await cache(name)]).toEqual([name, 'public, max-age=31536000, immutable']);
  for (const name of ['', 'index.html', 'assets/worker.js', 'models/nns2.onnx']) expect([name, await cache(name)]).toEqual([name, 'no-cache']);
});

test('knows a changed file of the same length and time, after a restart too', async () => {
  const file = path.join(folder, 'models/nns2.onnx');
  const then = new Date('1985-10-26T08:15:00Z');
  utimesSync(file, then, then);
  const etag = (await paged.app.inject({ url: '/phone/models/nns2.onnx' })).headers.etag as string;
  const known = await paged.app.inject({ url: '/phone/models/nns2.onnx', headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([known.statusCode, known.body, known.headers.etag]).toEqual([304, '', etag]);
  writeFileSync(file, 'WEIGHTS');
  utimesSync(file, then, then);
  const restarted = base.again({ phonePage: folder });
  const changed = await restarted.app.inject({ url: '/phone/models/nns2.onnx', headers: { 'if-none-match': etag } });
  expect([changed.statusCode, changed.body]).toEqual([200, 'WEIGHTS']);
  await restarted.dispose();
  writeFileSync(file, files['models/nns2.onnx']);
});

test('serves a page that was built again while it runs', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>again');
  expect((await paged.app.inject({ url: '/phone/' })).body).toBe('<!doctype html>again');
  writeFileSync(path.join(folder, 'index.html'), files['index.html']);
});

test('answers HEAD without a body', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/phone/models/nns2.onnx`, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '7', '']);
});

describe('a download that goes on', () => {
  const ask = async (headers: Record<string, string>) => {
    const { statusCode, headers: { 'content-range': range, 'content-length': length, etag }, body } = await paged.app.inject({ url: '/phone/models/nns2.onnx', headers });
    return { statusCode, range, length, etag, body };
  };

  // RFC 9110, 14.2: of the seven bytes of "weights", from the third on.
  test('gets the rest of the file', async () => {
    expect(await ask({ range: 'bytes=2-' })).toMatchObject({ statusCode: 206, range: 'bytes 2-6/7', length: '5', body: 'ights' });
    expect(await ask({ range: 'bytes=2-3' })).toMatchObject({ statusCode: 206, range: 'bytes 2-3/7', length: '2', body: 'ig' });
    expect((await paged.app.inject({ url: '/phone/models/nns2.onnx' })).headers['accept-ranges']).toBe('bytes');
  });

  test('gets it only of the same file where it says which', async () => {
    const { etag } = await ask({});
    expect(await ask({ range: 'bytes=2-', 'if-range': etag! })).toMatchObject({ statusCode: 206, body: 'ights' });
    expect(await ask({ range: 'bytes=2-', 'if-range': '"another"' })).toMatchObject({ statusCode: 200, body: 'weights' });
  });

  test('is told that there is no more', async () => {
    expect(await ask({ range: 'bytes=7-' })).toMatchObject({ statusCode: 416, range: 'bytes */7' });
  });
});

test.each([
  '/phone/../secret.txt', '/phone/..%2fsecret.txt', '/phone/%2e%2e/secret.txt', '/phone/%2e%2e%2fsecret.txt', '/phone/%252e%252e%252fsecret.txt', '/phone/..%5csecret.txt',
  '/phone/../page-2/secret.txt', '/phone//../secret.txt', '/phone/assets/../../secret.txt', '/phone/assets/..%2f..%2fsecret.txt', '/phone/index.html%00.txt', '/phone/%2fetc/passwd', '/phone//etc/passwd',
  '/phone/link.txt', '/phone/linked/secret.txt', '/phone/.env', '/phone/.well-known/note', '/phone/assets', '/phone/assets/', '/phone/models/', '/phone/nothing', '/phone/%zz',
])('%s is nothing', async (target) => {
  const answer = await askPlainly(target);
  expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(answer).not.toMatch(/secret (of|beside) the page|root:|nns2\.onnx|worker\.js/);
});

test('is not there unless asked for', async () => {
  expect((await base.app.inject({ url: '/phone/' })).statusCode).toBe(404);
});

test('an isolated page elsewhere that is on the allow-list may call the API', async () => {
  const ask = (origin: string) => fetch(`http://127.0.0.1:${port}/v1/health`, { headers: { origin } });
  const allowed = await ask('https://elsewhere.example');
  expect([allowed.status, allowed.headers.get('access-control-allow-origin'), allowed.headers.get('cross-origin-resource-policy')]).toEqual([200, 'https://elsewhere.example', 'cross-origin']);
  const other = await ask('https://evil.example');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});
