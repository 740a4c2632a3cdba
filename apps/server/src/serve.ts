import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { decodePhoto, encodePhoto, PhotoFaceFinder } from '@facenet/photo';
import { pino } from 'pino';
import { createApp, defaultSettings } from './app.ts';
import type { Options } from './config/options.ts';
import { ConfigurationError, isLoopback } from './config/read-options.ts';
import { readTls, type Tls } from './config/read-tls.ts';
import { openEmbedder } from './inference/open-embedder.ts';
import { PreparePool } from './inference/prepare-pool.ts';
import { clusterWork } from './jobs/cluster-work.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { migrateWork } from './jobs/migrate-work.ts';
import { fitForPhotos } from './models/fit-for-photos.ts';
import { Models } from './models/models.ts';
import { describeFailure } from './services/job-failure.ts';
import { hashSecret } from './services/keys.ts';
import { openStore, type StorePlace } from './store/open-store.ts';

export interface RunningServer {
  readonly url: string;
  /** Ends when what was asked for is answered. */
  stop(): Promise<void>;
}

export interface ServeEnvironment {
  readonly version: string;
  /** Hears, a line each, what was loaded and what a person who runs it should know. */
  readonly say: (line: string) => void;
}

interface Disposable {
  dispose(): Promise<void>;
}

/** Opens everything that the options name, or nothing: what was opened before a failure is closed again. */
export async function serve(options: Options, { version, say }: ServeEnvironment): Promise<RunningServer> {
  const opened: Disposable[] = [];
  const own = <T extends Disposable>(each: T): T => {
    opened.push(each);
    return each;
  };
  const dispose = async (): Promise<void> => {
    for (const each of opened.reverse()) await each.dispose();
  };
  try {
    const place: StorePlace = options.databaseUrl !== undefined && options.data === undefined ? { databaseUrl: options.databaseUrl } : { dataFolder: options.data ?? 'facenet-data' };
    const tls = tlsOf(options);
    const log = pino({ level: options.logLevel }, pino.destination(2));
    const store = own(await openStore(place, {
      vectors: options.vectors ?? (options.vectorKey === undefined ? 'float32' : 'encrypted'),
      encryptionKey: options.vectorKey,
      candidates: options.candidates,
      onError: (error) => { log.error({ reason: error.name }, 'the store failed beside a request'); },
    }));
    const preparer = own(new PreparePool());
    const models = own(await Models.open(options.models, {
      open: async (folder) => fitForPhotos(folder, await openEmbedder(folder, preparer, {
        provider: options.provider,
        ...definedOf({ cores: options.cores, sessions: options.sessions, maxBatch: options.maxBatch, maxWaitMs: options.maxWait, capacity: options.queue }),
      }), say),
      onLoaded: ({ name, modelId, spaceId, provider }, why) => { say(`model ${name} (${modelId.slice(0, 12)}, space ${spaceId.slice(0, 24)}) on ${provider}: ${why}`); },
    }));
    const limits = { maxBytes: options.uploadMegabytes * 2 ** 20, maxPixels: options.megapixels * 1e6 };
    const faces = own(new PhotoFaceFinder({ threads: options.detectorThreads, limits }));
    const jobs = own(new JobRunner({
      store, owner: randomUUID(), describeFailure,
      works: [clusterWork({ store, models }), migrateWork({ store, models, decodeCrop: (crop) => decodePhoto(crop) })],
      onError: (error) => { log.error({ reason: error instanceof Error ? error.name : typeof error }, 'a job failed'); },
    }));
    const app = createApp({
      store, faces, models, log, jobs, encodeCrop: encodePhoto,
      settings: {
        ...defaultSettings, version,
        defaultFar: options.far,
        // A root that is not there is said at the start, not with the first request.
        modelRoot: options.modelRoot === undefined ? null : await realpath(options.modelRoot),
        qualityGate: options.qualityGate,
        pictureBytes: limits.maxBytes,
        requestBytes: Math.max(defaultSettings.requestBytes, 2 * limits.maxBytes),
        open: isLoopback(options.host) && options.adminKey === undefined,
        hosts: options.hosts,
        adminKeyHash: options.adminKey === undefined ? null : hashSecret(options.adminKey),
        rateLimit: options.rateLimit === 0 ? null : { requests: options.rateLimit, seconds: 60 },
        corsOrigins: options.corsOrigins,
        trustProxy: options.trustProxy,
        publicMetrics: options.publicMetrics,
        compreface: options.compreface === undefined ? null : { collectionId: options.compreface },
        immich: options.immich,
        phonePage: options.phonePage ?? null,
        tls,
        publicUrl: options.publicUrl ?? null,
      },
    });
    own({ dispose: () => app.close() });
    const { warning } = await store.status();
    if (warning !== null) say(warning);
    if (options.phonePage !== undefined && tls === null && !isLoopback(options.host) && !options.trustProxy) say('a phone gives a camera to HTTPS pages alone: --tls-cert and --tls-key, or a proxy (docs/https.md)');
    jobs.start();
    await app.listen({ host: options.host, port: options.port });
    const { port } = app.server.address() as AddressInfo;
    return { url: `${tls === null ? 'http' : 'https'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`, stop: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function tlsOf({ tlsCert, tlsKey }: Options): Tls | null {
  if (tlsCert === undefined || tlsKey === undefined) return null;
  const tls = readTls(tlsCert, tlsKey);
  if ('problems' in tls) throw new ConfigurationError(tls.problems);
  return tls;
}

function definedOf<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
