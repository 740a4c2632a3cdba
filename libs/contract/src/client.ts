import type { BodyFor, Endpoint, ParamsFor, QueryFor, ResponseOf } from './endpoint.ts';
import { endpoints, type EndpointName, type Endpoints } from './endpoints.ts';
import { errorBody, type ErrorCode } from './errors.ts';
import { globalPlatform, type HttpRequest, type HttpResponse, type Platform } from './platform.ts';
import { encodeBody, type EncodedBody } from './request-body.ts';

export interface ClientOptions {
  /** Such as `https://faces.example`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** How often a refusal with Retry-After, a broken connection, or a proxy that found no server is tried again. */
  readonly retries?: number;
  /** A longer wait is not waited for. A write whose first try still runs is asked about for as long in all. */
  readonly longestWaitSeconds?: number;
  readonly platform?: Partial<Platform>;
}

/** What a server refused, by the code of the table of errors. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ErrorCode | 'unexpected_answer';
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;

  constructor(status: number, code: ApiError['code'], message: string, details: ApiError['details'], requestId: string | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

type Part<K extends string, T> = [T] extends [undefined] ? unknown : Record<never, T> extends T ? { readonly [P in K]?: T } : { readonly [P in K]: T };

export type CallArguments<E> = Part<'params', ParamsFor<E>> & Part<'query', QueryFor<E>> & Part<'body', BodyFor<E>> & {
  /** A write has one of its own otherwise, so that it can be tried again. */
  readonly idempotencyKey?: string;
  readonly signal?: unknown;
};

export type Client = {
  readonly [N in EndpointName]: Record<never, never> extends CallArguments<Endpoints[N]>
    ? (args?: CallArguments<Endpoints[N]>) => Promise<ResponseOf<Endpoints[N]>>
    : (args: CallArguments<Endpoints[N]>) => Promise<ResponseOf<Endpoints[N]>>;
};

interface AnyArguments {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, unknown>;
  readonly body?: Record<string, unknown>;
  readonly idempotencyKey?: string;
  readonly signal?: unknown;
}

/**
 * A function for every endpoint.
 *
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8080' });
 * const { verdict, person } = await client.search({ params: { collection_id }, body: { image: bytes } });
 */
export function createClient(options: ClientOptions): Client {
  const platform = { ...globalPlatform(), ...options.platform };
  const call = async (each: Endpoint, args: AnyArguments = {}): Promise<unknown> => {
    const url = options.baseUrl.replace(/\/+$/, '') + pathOf(each.path, args.params ?? {}) + queryOf(args.query ?? {});
    const headers: Record<string, string> = { accept: 'application/json' };
    if (options.apiKey !== undefined) headers.authorization = `Bearer ${options.apiKey}`;
    // The same key in every try: what was done but not heard of is not done twice.
    if (each.idempotent === true) headers['idempotency-key'] = args.idempotencyKey ?? platform.newId();
    const encoded: EncodedBody = args.body === undefined ? { body: undefined } : encodeBody(args.body, each.files ?? [], platform);
    if (encoded.contentType !== undefined) headers['content-type'] = encoded.contentType;
    const request = { method: each.method, headers, body: encoded.body, signal: args.signal };
    const isRepeatable = each.idempotent === true || each.method === 'GET' || each.scope === 'read';
    const response = await send(platform, url, request, { retries: options.retries ?? 4, longest: options.longestWaitSeconds ?? 30, isRepeatable });
    return readAnswer(each, response);
  };
  const functions = Object.entries(endpoints).map(([name, each]) => [name, (args?: AnyArguments) => call(each, args)] as const);
  return Object.fromEntries(functions) as unknown as Client;
}

/** Every item of a list, page after page. */
export async function* eachItem<T, Q extends object>(
  list: (query: Q & { cursor?: string }) => Promise<{ readonly items: readonly T[]; readonly next_cursor: string | null }>, query: Q,
): AsyncGenerator<T, void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await list(cursor === undefined ? query : { ...query, cursor });
    yield* page.items;
    cursor = page.next_cursor;
  }
}

async function send(platform: Platform, url: string, request: HttpRequest, rule: { retries: number; longest: number; isRepeatable: boolean }): Promise<HttpResponse> {
  let waited = 0;
  for (let attempt = 0; ;) {
    const last = attempt >= rule.retries;
    let seconds = 0.1 * 2 ** attempt;
    try {
      const response = await platform.fetch(url, request);
      const told = retryAfter(response);
      if (response.status === 409 && told !== null) {
        // The first try with this idempotency key still runs, perhaps in a server that has died: its lease must end first.
        waited += Math.max(told, 0.1);
        if (waited > rule.longest) return response;
        await platform.sleep(Math.max(told, 0.1));
        continue;
      }
      if (last || !isWorthAnotherTry(response.status, told, rule.isRepeatable)) return response;
      seconds = told ?? seconds;
      if (seconds > rule.longest) return response;
    } catch (error) {
      if (last || !rule.isRepeatable || isAborted(request.signal)) throw error;
    }
    attempt++;
    await platform.sleep(seconds);
  }
}

/** With Retry-After, 429 and 503 were refused before anything was done. Without, a proxy says that no server answered it. */
function isWorthAnotherTry(status: number, told: number | null, isRepeatable: boolean): boolean {
  return told !== null ? [429, 503].includes(status) : isRepeatable && [502, 503, 504].includes(status);
}

function retryAfter(response: HttpResponse): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function isAborted(signal: unknown): boolean {
  return typeof signal === 'object' && signal !== null && 'aborted' in signal && signal.aborted === true;
}

async function readAnswer(each: Endpoint, response: HttpResponse): Promise<unknown> {
  const requestId = response.headers.get('x-request-id');
  const body: unknown = await response.json().catch(() => undefined);
  const answer = each.response.safeParse(body);
  if (response.status < 300 && answer.success) return answer.data;
  const refusal = errorBody.safeParse(body);
  if (refusal.success) {
    const { code, message, details } = refusal.data.error;
    throw new ApiError(response.status, code as ErrorCode, message, details, refusal.data.request_id);
  }
  throw new ApiError(response.status, 'unexpected_answer', `${each.method} ${each.path}: the answer (status ${response.status}) is not what the contract says`, {}, requestId);
}

function pathOf(path: string, params: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
