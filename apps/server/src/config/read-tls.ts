import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** PEM texts, as Node's https takes them. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** A certificate, or a chain with the server's own first, and its key; or all that is wrong with the two files. */
export function readTls(certFile: string, keyFile: string): Tls | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const cert = read('--tls-cert (FACENET_TLS_CERT)', certFile, (text) => new X509Certificate(text), 'a certificate in PEM', problems);
  const key = read('--tls-key (FACENET_TLS_KEY)', keyFile, (text) => createPrivateKey(text), 'a private key in PEM without a passphrase', problems);
  if (cert === undefined || key === undefined) return { problems };
  if (!cert.parsed.checkPrivateKey(key.parsed)) return { problems: [`--tls-key (FACENET_TLS_KEY): expected the key of the certificate '${certFile}', got another one, '${keyFile}'`] };
  const until = new Date(cert.parsed.validTo);
  if (until.getTime() < Date.now()) return { problems: [`--tls-cert (FACENET_TLS_CERT): expected a certificate that is valid, got one until ${until.toISOString()}, '${certFile}'`] };
  return { cert: cert.text, key: key.text };
}

function read<T>(place: string, file: string, parse: (text: string) => T, expected: string, problems: string[]): { readonly text: string; readonly parsed: T } | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, parsed: parse(text) };
  } catch (error) {
    // What OpenSSL says of a file that is none of its kind helps nobody.
    const { code, syscall } = error as NodeJS.ErrnoException;
    problems.push(`${place}: expected ${expected}, got '${file}'${syscall === undefined ? '' : ` (${code!})`}`);
    return undefined;
  }
}
