import type { FastifyBaseLogger } from 'fastify';
import type { Tls } from '../config/read-tls.ts';
import type { ServiceParts, ServiceSettings } from '../services/parts.ts';

/** All that the application is made of; who calls `createApp` disposes of them after `app.close()`. */
export interface AppParts extends ServiceParts {
  readonly settings: AppSettings;
  /** None: nothing is logged. */
  readonly log?: FastifyBaseLogger | undefined;
}

export interface AppSettings extends ServiceSettings {
  /** No key is asked for. Only for a loopback address. */
  readonly open: boolean;
  /** With `open`: host names besides those of loopback that a request may be for. */
  readonly hosts: readonly string[];
  /** Digest of a key from the environment that may do everything: the first key is made with it. */
  readonly adminKeyHash: Uint8Array | null;
  /** Where large uploads lie while they are read; the system's folder for such files unless told. */
  readonly spoolFolder?: string | undefined;
  /** Of a whole request. */
  readonly requestBytes: number;
  /** Of an exported gallery. */
  readonly galleryBytes: number;
  /** Per key, or per address where there is none. Each process counts for itself. */
  readonly rateLimit: { readonly requests: number; readonly seconds: number } | null;
  /** Believe X-Forwarded-For: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** `/metrics` without a key. */
  readonly publicMetrics: boolean;
  /** Count memory, event loop and garbage collection too. */
  readonly processMetrics: boolean;
  /** The CompreFace routes. A key for one collection serves that one; any other caller the one named here. */
  readonly compreface: { readonly collectionId: string | null } | null;
  /** A folder with a built page, served under `/phone/`. */
  readonly phonePage: string | null;
  /** HTTPS; plain HTTP without. */
  readonly tls: Tls | null;
  /** immich's machine-learning routes. They ask for no key, since immich has none to send, and touch no gallery. */
  readonly immich: boolean;
}

export const defaultSettings: AppSettings = {
  version: '0.1.0',
  defaultFar: 1e-3,
  qualityGate: 'standard',
  pictureBytes: 20 * 2 ** 20,
  open: false,
  hosts: [],
  adminKeyHash: null,
  modelRoot: null,
  publicUrl: null,
  requestBytes: 100 * 2 ** 20,
  galleryBytes: 4 * 2 ** 30,
  rateLimit: { requests: 6000, seconds: 60 },
  corsOrigins: [],
  trustProxy: false,
  publicMetrics: false,
  processMetrics: true,
  compreface: null,
  phonePage: null,
  tls: null,
  immich: false,
};
