/** One setting: a flag, an environment variable, and how its text is read. */
export interface Option<T> {
  /** Undefined for a secret, which does not belong on a command line. */
  readonly flag?: string;
  readonly variable: string;
  readonly value: string;
  readonly help: string;
  readonly read: (text: string) => T;
  readonly fallback: T;
}

/** A text that is not what an option takes; the message says what it does take. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const option = <T>(each: Option<T>): Option<T> => each;

function refuse(expected: string): never {
  throw new OptionError(`expected ${expected}`);
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '');
const whole = (least: number, most: number) => (text: string): number => (
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : refuse(`a whole number from ${least} to ${most}`)
);
const number = (least: number, most: number) => (text: string): number => (
  text.trim() !== '' && Number(text) >= least && Number(text) <= most ? Number(text) : refuse(`a number from ${least} to ${most}`)
);
const oneOf = <T extends string>(...choices: readonly T[]) => (text: string): T => (
  choices.find((choice) => choice === text) ?? refuse(choices.join(', '))
);
const yes = (text: string): boolean => oneOf('true', 'false')(text) === 'true';

/** Everything that `facenet serve` can be told. */
export const options = {
  models: option({ flag: 'model', variable: 'FACENET_MODEL', value: '<bundle,…>', help: 'folders of exported models; the first is the default', read: list, fallback: [] as string[] }),
  modelRoot: option({ flag: 'model-root', variable: 'FACENET_MODEL_ROOT', value: '<folder>', help: 'whose folders may be loaded by POST /v1/models (default: none)', read: String, fallback: undefined as string | undefined }),
  data: option({ flag: 'data', variable: 'FACENET_DATA_DIR', value: '<folder>', help: 'where the embedded store keeps the gallery (default: facenet-data)', read: String, fallback: undefined as string | undefined }),
  databaseUrl: option({ flag: 'database-url', variable: 'DATABASE_URL', value: '<url>', help: 'a PostgreSQL with pgvector instead', read: postgresUrl, fallback: undefined as string | undefined }),
  host: option({ flag: 'host', variable: 'FACENET_HOST', value: '<address>', help: 'to listen on (default: 127.0.0.1)', read: String, fallback: '127.0.0.1' }),
  port: option({ flag: 'port', variable: 'FACENET_PORT', value: '<n>', help: 'to listen on; 0 takes a free one (default: 8080)', read: whole(0, 65535), fallback: 8080 }),
  tlsCert: option({ flag: 'tls-cert', variable: 'FACENET_TLS_CERT', value: '<file>', help: 'HTTPS with this certificate (PEM); needs --tls-key', read: String, fallback: undefined as string | undefined }),
  tlsKey: option({ flag: 'tls-key', variable: 'FACENET_TLS_KEY', value: '<file>', help: "the certificate's private key (PEM)", read: String, fallback: undefined as string | undefined }),
  publicUrl: option({ flag: 'public-url', variable: 'FACENET_PUBLIC_URL', value: '<url>', help: 'how others reach this server, for pairing links (default: as the request was addressed)', read: publicUrl, fallback: undefined as string | undefined }),
  phonePage: option({ flag: 'phone-page', variable: 'FACENET_PHONE_PAGE', value: '<folder>', help: 'a built page that is served under /phone/ (default: none)', read: String, fallback: undefined as string | undefined }),
  provider: option({ flag: 'provider', variable: 'FACENET_PROVIDER', value: '<name>', help: 'what computes: auto, cpu, webgpu, cuda (default: cpu)', read: oneOf('auto', 'cpu', 'webgpu', 'cuda'), fallback: 'cpu' as const }),
  cores: option({ flag: 'cores', variable: 'FACENET_CORES', value: '<n>', help: 'for each model (default: all)', read: whole(1, 1024), fallback: undefined as number | undefined }),
  sessions: option({ flag: 'sessions', variable: 'FACENET_SESSIONS', value: '<n>', help: 'that share the cores, each with batches of its own', read: whole(1, 64), fallback: undefined as number | undefined }),
  maxBatch: option({ flag: 'max-batch', variable: 'FACENET_MAX_BATCH', value: '<n>', help: 'crops of one run of the network (default: 8)', read: whole(1, 256), fallback: undefined as number | undefined }),
  maxWait: option({ flag: 'max-wait-ms', variable: 'FACENET_MAX_WAIT_MS', value: '<n>', help: 'that a crop waits for others (default: 0)', read: number(0, 1000), fallback: undefined as number | undefined }),
  queue: option({ flag: 'queue', variable: 'FACENET_QUEUE', value: '<n>', help: 'crops that may wait; more are answered 503 (default: 256)', read: whole(1, 100_000), fallback: undefined as number | undefined }),
  detectorThreads: option({ flag: 'detector-threads', variable: 'FACENET_DETECTOR_THREADS', value: '<n>', help: 'that look for faces (default: 1)', read: whole(1, 64), fallback: 1 }),
  far: option({ flag: 'far', variable: 'FACENET_FAR', value: '<rate>', help: 'false accept rate where a request names none (default: 0.001)', read: number(1e-9, 0.5), fallback: 1e-3 }),
  qualityGate: option({ flag: 'quality-gate', variable: 'FACENET_QUALITY_GATE', value: '<gate>', help: 'of enrolments that name none: off, standard, strict (default: standard)', read: oneOf('off', 'standard', 'strict'), fallback: 'standard' as const }),
  vectors: option({ flag: 'vectors', variable: 'FACENET_VECTORS', value: '<format>', help: 'of new collections: float32, float16, int8, encrypted (default: float32, encrypted with a key)', read: oneOf('float32', 'float16', 'int8', 'encrypted'), fallback: undefined as 'float32' | 'float16' | 'int8' | 'encrypted' | undefined }),
  vectorKey: option({ variable: 'FACENET_VECTOR_KEY', value: '<base64>', help: '32 bytes that vectors and crops are encrypted with at rest', read: vectorKey, fallback: undefined as Uint8Array | undefined }),
  candidates: option({ flag: 'search-candidates', variable: 'FACENET_SEARCH_CANDIDATES', value: '<n>', help: 'that a search in a large collection looks at (default: 200)', read: whole(10, 1000), fallback: 200 }),
  adminKey: option({ variable: 'FACENET_ADMIN_KEY', value: '<secret>', help: 'a key that may do everything; needed unless the address is loopback', read: adminKey, fallback: undefined as string | undefined }),
  uploadMegabytes: option({ flag: 'max-upload-mb', variable: 'FACENET_MAX_UPLOAD_MB', value: '<n>', help: 'of one picture (default: 20)', read: number(0.01, 1000), fallback: 20 }),
  megapixels: option({ flag: 'max-megapixels', variable: 'FACENET_MAX_MEGAPIXELS', value: '<n>', help: 'of one picture (default: 50)', read: number(0.01, 1000), fallback: 50 }),
  rateLimit: option({ flag: 'rate-limit', variable: 'FACENET_RATE_LIMIT', value: '<n>', help: 'requests a minute of a key or address, 0 for no limit (default: 6000)', read: whole(0, 10_000_000), fallback: 6000 }),
  corsOrigins: option({ flag: 'cors', variable: 'FACENET_CORS', value: '<origin,…>', help: 'pages elsewhere that may call', read: (text) => list(text).map(origin), fallback: [] as string[] }),
  hosts: option({ flag: 'allow-host', variable: 'FACENET_ALLOW_HOST', value: '<name,…>', help: 'names besides those of loopback that an open server answers to', read: list, fallback: [] as string[] }),
  trustProxy: option({ flag: 'trust-proxy', variable: 'FACENET_TRUST_PROXY', value: 'true', help: 'believe X-Forwarded-For: only behind a proxy that sets it', read: yes, fallback: false }),
  publicMetrics: option({ flag: 'public-metrics', variable: 'FACENET_PUBLIC_METRICS', value: 'true', help: '/metrics without a key', read: yes, fallback: false }),
  compreface: option({ flag: 'compreface', variable: 'FACENET_COMPREFACE', value: '<collection>', help: "CompreFace's routes, on this collection", read: uuid, fallback: undefined as string | undefined }),
  immich: option({ flag: 'immich', variable: 'FACENET_IMMICH', value: 'true', help: "immich's machine-learning routes, without a key", read: yes, fallback: false }),
  logLevel: option({ flag: 'log-level', variable: 'FACENET_LOG_LEVEL', value: '<level>', help: 'debug, info, warn, error, silent (default: info)', read: oneOf('debug', 'info', 'warn', 'error', 'silent'), fallback: 'info' as const }),
} as const;

export type Options = { readonly [K in keyof typeof options]: ReturnType<(typeof options)[K]['read']> | (typeof options)[K]['fallback'] };

function postgresUrl(text: string): string {
  const url = (URL.canParse(text) ? new URL(text) : null);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) ? text : refuse('postgres://user:password@host/database');
}

function origin(text: string): string {
  const url = (URL.canParse(text) ? new URL(text) : null);
  return url?.origin === text ? text : refuse('origins such as https://faces.example');
}

/** Without a slash at the end; it may have a path, where a proxy puts the server below one. */
function publicUrl(text: string): string {
  const url = (URL.canParse(text) ? new URL(text) : null);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isPlain ? url.href.replace(/\/+$/, '') : refuse('an address such as https://faces.lan:8443');
}

function vectorKey(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes : refuse('32 bytes in base64, such as those of: openssl rand -base64 32');
}

function adminKey(text: string): string {
  return text.length >= 24 ? text : refuse('24 characters or more, such as those of: openssl rand -base64 32');
}

function uuid(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : refuse('the id of a collection');
}
