import { ServerError } from './server-error.ts';

/** What a link of a server's admin asks this page for. */
export interface PairingLink {
  /** Exchanged once for a key. */
  readonly code: string;
  /** Origin of the server, without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * Reads `#pair=CODE[&server=URL]` of the page's address; undefined where there is no pairing in it. Without `server` it is the
 * one that the page came from. A ServerError says what is wrong with the link. Take the fragment out of the address at once.
 */
export function readPairingLink(address: string | URL): PairingLink | undefined {
  const url = new URL(address);
  const given = new URLSearchParams(url.hash.replace(/^#/, ''));
  const code = given.get('pair');
  if (code === null) return undefined;
  if (code.trim() === '' || code.length > 100) throw new ServerError('code', 'the link has no code that a server would know; ask for another one');
  return { code: code.trim(), baseUrl: serverOrigin(given.get('server') ?? url.origin, url) };
}

/** The origin of what somebody typed or a link says; a page over HTTPS can ask no server without it. */
export function serverOrigin(server: string, page: string | URL): string {
  const url = parse(server);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new ServerError('address', `'${server}' is no address of a server; expected one such as https://faces.example`);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (new URL(page).protocol === 'https:' && url.protocol === 'http:' && !isLocal) {
    throw new ServerError('address', `${url.origin} is not over HTTPS, and browsers let this page ask no such server`);
  }
  return url.origin;
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
