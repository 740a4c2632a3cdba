/** The few shapes of the web platform that the client needs; this library is compiled without any platform's types. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

export interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: unknown;
}

export type Fetch = (url: string, request: HttpRequest) => Promise<HttpResponse>;

export interface Form {
  append(name: string, value: unknown, filename?: string): void;
}

export interface Platform {
  readonly fetch: Fetch;
  readonly newForm: () => Form;
  readonly newBlob: (bytes: Uint8Array) => unknown;
  readonly newId: () => string;
  readonly sleep: (seconds: number) => Promise<void>;
}

interface Globals {
  readonly fetch: Fetch;
  readonly FormData: new () => Form;
  readonly Blob: new (parts: readonly unknown[]) => unknown;
  readonly crypto: { randomUUID?(): string; getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly setTimeout: (run: () => void, ms: number) => unknown;
}

/** What browsers and Node have in common. */
export function globalPlatform(): Platform {
  const globals = globalThis as unknown as Globals;
  return {
    fetch: (url, request) => globals.fetch(url, request),
    newForm: () => new globals.FormData(),
    newBlob: (bytes) => new globals.Blob([bytes]),
    // A page that was not loaded over HTTPS has no randomUUID.
    newId: () => globals.crypto.randomUUID?.() ?? [...globals.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    sleep: (seconds) => new Promise((resolve) => void globals.setTimeout(resolve, 1000 * seconds)),
  };
}
