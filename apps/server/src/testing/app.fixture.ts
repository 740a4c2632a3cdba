import { rm } from 'node:fs/promises';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { type AppSettings, createApp, defaultSettings } from '../app.ts';
import type { AppParts } from '../api/app-parts.ts';
import { openStore } from '../store/open-store.ts';
import type { GalleryStore } from '../store/store.ts';
import { newDataFolder } from '../store/testing/new-data-folder.ts';
import { createFakeModels, type FakeRegistry } from './models.fixture.ts';
import { createPaintedFinder } from './pictures.fixture.ts';

export interface TestApp {
  readonly app: FastifyInstance;
  readonly store: GalleryStore;
  readonly models: FakeRegistry;
  /** JSON in, JSON out. */
  call(method: NonNullable<InjectOptions['method']>, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Another application over the same store. */
  again(settings: Partial<AppSettings>, parts?: Partial<AppParts>): TestApp;
  dispose(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  // What an answer holds is what a test is about.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Record<string, string | string[] | number | undefined>;
}

/** The embedded store is a whole PostgreSQL: on a machine busy with training its start alone may take minutes. */
export const openingMs = 400_000;

/** The application over a real embedded store, a painted finder and fake models. */
export async function openTestApp(settings: Partial<AppSettings> = {}): Promise<TestApp> {
  const folder = await newDataFolder('facenet-app-');
  const store = await openStore({ dataFolder: folder });
  const first = build(store, settings);
  return {
    ...first,
    dispose: async () => {
      await first.dispose();
      await store.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function build(store: GalleryStore, settings: Partial<AppSettings>, parts: Partial<AppParts> = {}): TestApp {
  const models = createFakeModels();
  const app = createApp({
    store, models, faces: createPaintedFinder(), encodeCrop: ({ data }) => Promise.resolve(Uint8Array.from([0x89, ...data])),
    settings: { ...defaultSettings, open: true, rateLimit: null, processMetrics: false, ...settings }, ...parts,
  });
  return {
    app, store, models,
    call: async (method, url, body, headers = {}) => {
      const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body as object }) });
      return { status: answer.statusCode, body: parseJson(answer.body), headers: answer.headers };
    },
    again: (changed, others) => build(store, { ...settings, ...changed }, others),
    dispose: () => app.close(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A form as a browser sends it. */
export function formOf(fields: Record<string, string | Buffer | readonly Buffer[]>): { payload: Buffer; headers: Record<string, string> } {
  const boundary = '----facenet-test';
  const parts = Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string'
    ? [Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)]
    : [value].flat().map((bytes, i) => Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}-${i}.png"\r\ncontent-type: image/png\r\n\r\n`), bytes, Buffer.from('\r\n'),
    ]))));
  return { payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
