import type { QualityGate } from '@facenet/contract';
import type { Pixels } from '@facenet/face';
import type { FaceFinder } from '@facenet/photo';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { GalleryStore } from '../store/store.ts';

/** What the use cases work with. */
export interface ServiceParts {
  readonly store: GalleryStore;
  readonly faces: FaceFinder;
  readonly models: ModelRegistry;
  readonly settings: ServiceSettings;
  /** Who does long work; without it jobs wait for another process. */
  readonly jobs?: { readonly wake: () => void } | undefined;
  /** Writes a crop as a picture without loss; without it no crops are kept. */
  readonly encodeCrop?: ((crop: Pixels) => Promise<Uint8Array>) | undefined;
}

export interface ServiceSettings {
  readonly version: string;
  /** Where a request names no false-accept rate. */
  readonly defaultFar: number;
  /** Where an enrolment names no gate. */
  readonly qualityGate: QualityGate;
  /** Of one picture's file. */
  readonly pictureBytes: number;
  /** The folder below which bundles may be loaded on request. */
  readonly modelRoot: string | null;
  /** How others reach the server, without a slash at the end; null: as a request was addressed. */
  readonly publicUrl: string | null;
  /** Pages elsewhere that may call from a browser, by their origins. */
  readonly corsOrigins: readonly string[];
}

/** Who asks, for the audit log and for what may be touched. */
export interface Call {
  readonly requestId: string;
  readonly keyId: string | null;
  /** Null: all. */
  readonly collectionIds: readonly string[] | null;
  /** As the request was addressed, such as `https://faces.lan:8443`. */
  readonly address: string;
  /** The caller went away. */
  readonly signal: AbortSignal;
}

/** The second half of a write: what was prepared without a transaction is kept in one. */
export type Commit<T> = (store: GalleryStore) => Promise<T>;
