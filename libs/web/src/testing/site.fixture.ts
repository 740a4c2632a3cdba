import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** Threads need these. */
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin' };
/** The least that the package needs, and pictures for tests; the phone's page is served with a little more. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json', '.png': 'image/png',
};

/** How the server treats what is below `/models/`. */
export interface Weather {
  /** It answers 503. */
  isDown: boolean;
  /** It closes the connection after so many bytes of a file, and is down from then on. */
  breaksAfter: number;
  takesRanges: boolean;
}

const fair: Weather = { isDown: false, breaksAfter: Infinity, takesRanges: true };

export interface Site {
  readonly url: string;
  readonly weather: Weather;
  /** Of what is below `/models/`: method-less, as `path range`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A folder for each first part of the path, as the phone's page would be served. */
export async function openSite(folders: Readonly<Record<string, string>>, { isolated }: { readonly isolated: boolean }): Promise<Site> {
  const weather: Weather = { ...fair };
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url!, 'http://site');
    for (const [name, value] of Object.entries({ ...(isolated ? isolation : {}), 'content-security-policy': policy })) response.setHeader(name, value);
    if (pathname === '/') { response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>test</title>'); return; }
    const [, first = '', ...rest] = pathname.split('/');
    const file = path.join(folders[first] ?? '/nowhere', ...rest);
    const isModel = first === 'models';
    if (isModel) asked.push([pathname, request.headers.range].filter(Boolean).join(' '));
    if (isModel && weather.isDown) { response.writeHead(503).end(); return; }
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) { response.writeHead(404).end(); return; }
    sendFile(file, found.size, request, response, isModel ? weather : { ...fair });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, weather, asked,
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
}

function sendFile(file: string, size: number, { headers: { range } }: IncomingMessage, response: ServerResponse, weather: Weather): void {
  const { breaksAfter, takesRanges } = weather;
  const from = takesRanges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
  const type = { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'content-length': size - from };
  response.writeHead(from > 0 ? 206 : 200, { ...type, ...(from > 0 && { 'content-range': `bytes ${from}-${size - 1}/${size}` }) });
  if (size - from <= breaksAfter) { createReadStream(file, { start: from }).pipe(response); return; }
  weather.isDown = true;
  // What was written must be on its way before the line is cut.
  createReadStream(file, { start: from, end: from + breaksAfter - 1 }).on('data', (chunk) => response.write(chunk)).on('end', () => { setTimeout(() => response.destroy(), 300); });
}
