import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { helpText } from './help.ts';
import { type Option, options } from './options.ts';
import { ConfigurationError, readOptions } from './read-options.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'facenet-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(args: readonly string[], environment: Record<string, string> = {}): readonly string[] {
  try {
    readOptions(args, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('a flag comes before the environment', () => {
  expect(readOptions(['--model', 'a', '--port=9000'], { FACENET_PORT: '1', FACENET_HOST: '::1' })).toMatchObject({ models: ['a'], port: 9000, host: '::1', phonePage: undefined, tlsCert: undefined });
  expect(readOptions(['--model', 'a'], { FACENET_PUBLIC_URL: 'https://faces.lan:8443/' }).publicUrl).toBe('https://faces.lan:8443');
  writeFileSync(path.join(folder, 'index.html'), '');
  expect(readOptions(['--model', 'a'], { FACENET_PHONE_PAGE: folder }).phonePage).toBe(folder);
});

test('says all that is wrong at once, files too, and repeats no secret', () => {
  const args = ['--port', 'x', '--tls-cert', '/nowhere/server.crt', '--phone-page', '/nowhere', '--public-url', 'faces.lan', '--surprise'];
  expect(problemsOf(args, { FACENET_ADMIN_KEY: 'short', FACENET_HOST: '0.0.0.0', FACENET_VECTORS: 'float8' })).toEqual([
    '--surprise: unknown; facenet serve --help lists what there is',
    "--port: expected a whole number from 0 to 65535, got 'x'",
    "--public-url: expected an address such as https://faces.lan:8443, got 'faces.lan'",
    "FACENET_VECTORS: expected float32, float16, int8, encrypted, got 'float8'",
    'FACENET_ADMIN_KEY: expected 24 characters or more, such as those of: openssl rand -base64 32',
    '--model (FACENET_MODEL): expected the folder of a bundle, as facenet export writes it',
    'FACENET_ADMIN_KEY: needed where others can reach the address (0.0.0.0), such as: FACENET_ADMIN_KEY=$(openssl rand -base64 32)',
    '--tls-key (FACENET_TLS_KEY): expected both a certificate and its key, or neither',
    "--phone-page (FACENET_PHONE_PAGE): expected a folder with an index.html, as a build of the page writes it, got '/nowhere'",
  ]);
});

test.each(['ftp://faces.lan', 'https://faces.lan/?a', 'https://ada:secret@faces.lan', 'https://faces.lan/#x'])('%s is no public address', (url) => {
  expect(problemsOf(['--model', 'a', '--public-url', url])).toHaveLength(1);
});

test('help and docs/server.md have every setting, and the page no other', () => {
  const page = readFileSync(new URL('../../../../docs/server.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| (?:`--([\w-]+)`|–) \| `([A-Z_]+)` \| /gm)].map(([, flag, variable]) => [flag, variable]);
  const actual = Object.values(options).map(({ flag, variable }: Option<unknown>) => [flag, variable]);
  expect(documented).toEqual(actual);
  for (const { flag, variable, help } of Object.values(options) as Option<unknown>[]) {
    for (const word of [flag === undefined ? variable : `--${flag} `, variable, help]) expect(helpText()).toContain(word);
  }
});
