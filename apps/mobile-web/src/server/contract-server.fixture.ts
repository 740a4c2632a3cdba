import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BodyOf, endpoints, type EndpointName, type Endpoints, type ErrorCode, errors, messageOf, type ParamsOf, type ResponseOf } from '@facenet/contract';
import type { z } from 'zod';

export interface Received<N extends EndpointName = EndpointName> {
  readonly name: N;
  readonly params: ParamsOf<Endpoints[N]>;
  readonly body: BodyOf<Endpoints[N]>;
  readonly key: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** As it came over the wire. */
  readonly raw: string;
  readonly contentType: string | undefined;
}

type Handlers = { readonly [N in EndpointName]?: (received: Received<N>) => ResponseOf<Endpoints[N]> };

/** An answer of the table of errors, thrown by a handler. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, details: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

export interface ContractServer {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
  /** On the same port as before. */
  reopen(): Promise<void>;
}

/** A server over HTTP that takes exactly what the contract says and whose answers are checked by it, too. */
export async function startContractServer(handlers: Handlers, secret: string): Promise<ContractServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    }, () => response.destroy());
  });
  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
    const raw = await textOf(request);
    try {
      const { name, each, params } = match(request);
      const key = request.headers.authorization?.replace(/^Bearer /, '');
      if (each.scope !== 'public' && key !== secret) throw new Refusal('unauthorized');
      const one = {
        name, params: parse(each.params, params), body: parse(each.body, raw === '' ? undefined : JSON.parse(raw)),
        key, idempotencyKey: request.headers['idempotency-key']?.toString(), raw, contentType: request.headers['content-type'],
      } as Received;
      received.push(one);
      const handler = handlers[name] as ((received: Received) => unknown) | undefined;
      if (handler === undefined) throw new Error(`no handler of ${name}`);
      return { status: each.status, body: each.response.parse(handler(one)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, details } = error;
      return { status: errors[code].status, body: { error: { code, message: messageOf(code, details as never), details }, request_id: 'test' } };
    }
  }
  const listen = (port: number): Promise<void> => new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`, received,
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
    reopen: () => listen(port),
  };
}

function match(request: IncomingMessage): { readonly name: EndpointName; readonly each: (typeof endpoints)[EndpointName]; readonly params: Record<string, string> } {
  const { pathname } = new URL(request.url!, 'http://x');
  for (const [name, each] of Object.entries(endpoints)) {
    const found = new RegExp(`^${each.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(pathname);
    if (found !== null && each.method === request.method) return { name: name as EndpointName, each, params: { ...found.groups } };
  }
  throw new Refusal('not_found', { what: 'route' });
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const { data, error } = schema.safeParse(value);
  if (error !== undefined) throw new Refusal('invalid_request', { issues: error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) });
  return data;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
