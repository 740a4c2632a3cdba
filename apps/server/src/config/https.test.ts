import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { readTls, type Tls } from './read-tls.ts';

const script = new URL('../../../../deploy/https/make-certificates.sh', import.meta.url).pathname;
const tools = ['bash', 'openssl'].filter((tool) => spawnSync(tool, [tool === 'bash' ? '--version' : 'version']).status !== 0);
const describeWhere = tools.length === 0 ? describe : describe.skip;

describeWhere(`certificates for a local network${tools.length === 0 ? '' : ` (skipped: no ${tools.join(' and no ')} here)`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-https-'));
  const at = (name: string): string => path.join(folder, name);
  const make = (out: string, ...names: string[]): string => execFileSync('bash', [script, '--out', at(out), ...names], { encoding: 'utf8' });
  let base: TestApp;
  let secured: TestApp;
  let port: number;
  beforeAll(async () => {
    make('ours', 'faces.lan', '10.1.2.3');
    make('theirs');
    base = await openTestApp();
    secured = base.again({ open: false, tls: readTls(at('ours/server.crt'), at('ours/server.key')) as Tls });
    await secured.app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = secured.app.server.address() as AddressInfo);
  }, openingMs);
  afterAll(async () => {
    await secured.dispose();
    await base.dispose();
    rmSync(folder, { recursive: true });
  });

  /** As the one who typed `name` in a browser, which trusts `authority`; the name's address is this machine's. */
  const ask = (name: string, authority: string): Promise<string> => new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/v1/health', ca: readFileSync(at(authority)), agent: false, headers: { host: `${name}:${port}` }, servername: /^[\d.]+$/.test(name) ? '' : name, ...(name === '127.0.0.1' ? {} : { checkServerIdentity: (_, cert) => named(name, cert.raw) }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => resolve(text));
    }).on('error', reject);
  });
  const named = (name: string, der: Buffer): Error | undefined => {
    const cert = new X509Certificate(der);
    return (/^[\d.]+$/.test(name) ? cert.checkIP(name) : cert.checkHost(name)) === undefined ? new Error(`not of ${name}`) : undefined;
  };

  test('the server is who it says to those who trust the authority, by address and by name', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'faces.lan', '10.1.2.3']) expect(JSON.parse(await ask(name, 'ours/ca.crt'))).toMatchObject({ status: 'ok' });
    await expect(ask('other.lan', 'ours/ca.crt')).rejects.toThrow('not of other.lan');
    await expect(ask('127.0.0.1', 'theirs/ca.crt')).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('plain HTTP gets nothing', async () => {
    await expect(fetch(`http://127.0.0.1:${port}/v1/health`)).rejects.toThrow();
  });

  test('phones take the certificate: a name in it, for servers, at most 398 days', () => {
    const cert = new X509Certificate(readFileSync(at('ours/server.crt')));
    // support.apple.com/en-us/103769 and 102028: what iOS asks of a certificate.
    expect(cert.subjectAltName).toContain('DNS:faces.lan');
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    const days = (Date.parse(cert.validTo) - Date.parse(cert.validFrom)) / 86_400_000;
    expect(days).toBeGreaterThan(300);
    expect(days).toBeLessThan(398);
    expect(cert.ca).toBe(false);
  });

  test('keys are their owner’s alone', () => {
    for (const name of ['ours/ca.key', 'ours/server.key']) expect((statSync(at(name)).mode & 0o077).toString(8)).toBe('0');
  });

  test('made again, the authority stays and the server’s is another', () => {
    const [authority, server] = [readFileSync(at('ours/ca.crt'), 'utf8'), readFileSync(at('ours/server.crt'), 'utf8')];
    expect(make('ours', 'faces.lan')).toContain('kept the authority');
    expect(readFileSync(at('ours/ca.crt'), 'utf8')).toBe(authority);
    expect(readFileSync(at('ours/server.crt'), 'utf8')).not.toBe(server);
    expect(new X509Certificate(readFileSync(at('ours/server.crt'))).verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  test('the authority signs for no name elsewhere, and leaves what is there', () => {
    const before = readFileSync(at('ours/server.crt'), 'utf8');
    expect(() => make('ours', 'bank.example')).toThrow(/may not sign for these names \(permitted subtree violation\)/);
    expect(readFileSync(at('ours/server.crt'), 'utf8')).toBe(before);
    expect(() => make('ours', 'not a name')).toThrow(/expected a host name or an address/);
  });

  test('a wrong pair of files is refused with what is wrong', () => {
    writeFileSync(at('text'), 'no certificate');
    expect(readTls(at('text'), at('nowhere'))).toEqual({ problems: [
      `--tls-cert (FACENET_TLS_CERT): expected a certificate in PEM, got '${at('text')}'`,
      `--tls-key (FACENET_TLS_KEY): expected a private key in PEM without a passphrase, got '${at('nowhere')}' (ENOENT)`,
    ] });
    expect(readTls(at('ours/server.crt'), at('theirs/server.key'))).toEqual({ problems: [expect.stringContaining('expected the key of the certificate')] });
  });
});
