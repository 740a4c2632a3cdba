import type { Cluster, Link } from '@facenet/clusters';
import type { PairingStore } from './pairing-store.ts';

export type { Cluster, Link };

/** What the server keeps. PGlite and PostgreSQL implement it with the same SQL; one suite checks both. */
export interface GalleryStore {
  readonly collections: CollectionStore;
  readonly persons: PersonStore;
  readonly faces: FaceStore;
  readonly links: LinkStore;
  readonly clusterings: ClusteringStore;
  readonly jobs: JobStore;
  readonly keys: KeyStore;
  readonly pairings: PairingStore;
  readonly audit: AuditStore;
  readonly replies: ReplyStore;
  /** Runs `work` so that all of its writes are kept, or none. Nested calls join the outer one. */
  transaction<T>(work: (store: GalleryStore) => Promise<T>): Promise<T>;
  /** Throws unless the store can be written to now. */
  ping(): Promise<void>;
  /** What a person who runs it should know: kind, version, rows, bytes, and a warning when a limit is near. */
  status(): Promise<StoreStatus>;
  dispose(): Promise<void>;
}

export interface StoreStatus {
  readonly kind: 'embedded' | 'postgres';
  readonly version: string;
  readonly vectorExtension: string;
  readonly faces: number;
  readonly bytes: number | null;
  readonly warning: string | null;
}

/** A page of a list in the order of ids; `next` is what to ask for it with, null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

export type Metadata = Readonly<Record<string, unknown>>;

export interface Collection {
  readonly id: string;
  /** Unique. */
  readonly name: string;
  readonly spaceId: string;
  /** Numbers of a vector. */
  readonly size: number;
  /** Whether aligned crops are kept, so that a better model can embed them again. */
  readonly keepCrops: boolean;
  readonly metadata: Metadata;
  readonly createdAt: Date;
}

export interface CollectionCounts {
  readonly persons: number;
  readonly faces: number;
  readonly unnamedFaces: number;
  /** Faces by the model that made their vectors. */
  readonly models: readonly { readonly modelId: string; readonly faces: number }[];
}

/** How many rows of each kind a deletion removed. */
export interface Removed {
  readonly collections: number;
  readonly persons: number;
  readonly faces: number;
  readonly crops: number;
}

/** Of a row that was elsewhere before. An id is kept where it is free; one that is taken here is replaced by a new one. */
export interface Given {
  readonly id?: string | undefined;
  readonly createdAt?: Date | undefined;
}

export interface CollectionStore {
  /** A StoreConflict where the name is taken. */
  create(collection: Omit<Collection, 'id' | 'createdAt'> & Given): Promise<Collection>;
  get(id: string): Promise<Collection | undefined>;
  list(page: PageRequest): Promise<Page<Collection>>;
  counts(id: string): Promise<CollectionCounts>;
  update(id: string, change: Partial<Pick<Collection, 'name' | 'keepCrops' | 'metadata'>>): Promise<Collection | undefined>;
  remove(id: string): Promise<Removed>;
}

export interface Person {
  readonly id: string;
  readonly collectionId: string;
  readonly name: string;
  /** The caller's own id; unique within a collection where there is one. */
  readonly externalId: string | null;
  readonly metadata: Metadata;
  readonly createdAt: Date;
}

export interface PersonStore {
  create(person: Omit<Person, 'id' | 'createdAt'> & Given): Promise<Person>;
  get(collectionId: string, id: string): Promise<Person | undefined>;
  findByExternalId(collectionId: string, externalId: string): Promise<Person | undefined>;
  findByName(collectionId: string, name: string): Promise<readonly Person[]>;
  list(collectionId: string, page: PageRequest & { readonly name?: string | undefined }): Promise<Page<Person & { readonly faces: number }>>;
  update(collectionId: string, id: string, change: Partial<Pick<Person, 'name' | 'externalId' | 'metadata'>>): Promise<Person | undefined>;
  /** With all faces. */
  remove(collectionId: string, id: string): Promise<Removed>;
}

/** Where a face is in its photo, in pixels. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Face {
  readonly id: string;
  readonly collectionId: string;
  /** Null for a face that nobody has named. */
  readonly personId: string | null;
  /** Faces with one photoId are of different people. */
  readonly photoId: string | null;
  readonly modelId: string;
  readonly box: FaceBox | null;
  /** 0 to 1, null where it came as a vector. */
  readonly quality: number | null;
  readonly hasCrop: boolean;
  readonly metadata: Metadata;
  readonly createdAt: Date;
}

export interface NewFace extends Omit<Face, 'id' | 'createdAt' | 'hasCrop'>, Given {
  readonly vector: Float32Array;
  /** An encoded picture. */
  readonly crop?: Uint8Array | undefined;
}

export interface Neighbour {
  readonly faceId: string;
  readonly personId: string | null;
  readonly modelId: string;
  /** Squared, 0 to 4. */
  readonly distance: number;
}

export interface SearchRequest {
  readonly collectionId: string;
  readonly vector: Float32Array;
  /** At most so many neighbours, the nearest first. */
  readonly limit: number;
  /** Only named faces, or all. */
  readonly named: boolean;
}

export interface FaceStore {
  /** All or none, in the order given. */
  add(faces: readonly NewFace[]): Promise<readonly Face[]>;
  get(collectionId: string, id: string): Promise<Face | undefined>;
  list(collectionId: string, page: PageRequest & { readonly personId?: string | null | undefined; readonly ids?: readonly string[] | undefined }): Promise<Page<Face>>;
  /** Vectors in the order of `ids`; undefined for a face that is not there. */
  vectors(collectionId: string, ids: readonly string[]): Promise<readonly (Float32Array | undefined)[]>;
  crop(collectionId: string, id: string): Promise<Uint8Array | undefined>;
  /** Every face with its vector, page by page: for clustering, export and migration. */
  scan(collectionId: string, options: ScanOptions): AsyncIterable<readonly (Face & { readonly vector: Float32Array })[]>;
  search(request: SearchRequest): Promise<readonly Neighbour[]>;
  /** Says whose they are, or that they are nobody's; gives how many changed. */
  assign(collectionId: string, ids: readonly string[], personId: string | null): Promise<number>;
  /** The vector by another model of the space in place of the old one. */
  replaceVector(collectionId: string, id: string, modelId: string, vector: Float32Array): Promise<boolean>;
  remove(collectionId: string, ids: readonly string[]): Promise<Removed>;
}

export interface ScanOptions {
  readonly pageSize: number;
  readonly after?: string | undefined;
  /** Only those of this model. */
  readonly modelId?: string | undefined;
  readonly unnamed?: boolean | undefined;
}

export interface LinkStore {
  /** Sets or replaces what is said about each pair; gives what was said before, for undo. */
  set(collectionId: string, links: readonly Link[]): Promise<readonly Link[]>;
  unset(collectionId: string, pairs: readonly Pick<Link, 'a' | 'b'>[]): Promise<readonly Link[]>;
  list(collectionId: string): Promise<readonly Link[]>;
}

export interface ClusteringStore {
  /** Of the last run, and what was changed since; without faces that have a name by now. */
  list(collectionId: string): Promise<readonly Cluster[]>;
  /** All clusters of a collection at once. */
  replace(collectionId: string, clusters: readonly Cluster[]): Promise<void>;
  /** Others who change the clusters wait until the transaction ends: a lock without one is none. */
  lock(collectionId: string): Promise<void>;
  /** An edit with what undoes it, newest last. */
  pushEdit(collectionId: string, edit: unknown): Promise<string>;
  popEdit(collectionId: string): Promise<unknown>;
}

/** Long work that survives the process. */
export interface Job {
  readonly id: string;
  readonly collectionId: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly done: number;
  readonly total: number;
  /** Where to go on. */
  readonly cursor: string | null;
  readonly details: Metadata;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface JobStore {
  create(job: Pick<Job, 'collectionId' | 'kind' | 'total' | 'details'>): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** The oldest that nobody has: a new one, one whose process ended, or whose owner stopped renewing its claim. */
  claim(kind: string, owner: string, leaseSeconds: number): Promise<Job | undefined>;
  /** Renews the claim; undefined where another has it now. A cancelled job stays so, which tells its owner to stop. */
  update(id: string, owner: string, change: Partial<Pick<Job, 'state' | 'done' | 'total' | 'cursor' | 'details'>>): Promise<Job | undefined>;
  /** Asks the owner to stop. */
  cancel(id: string): Promise<Job | undefined>;
}

export type Scope = 'read' | 'enrol' | 'admin';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Where set, the only collections it may touch. */
  readonly collectionIds: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface KeyStore {
  create(key: Pick<ApiKey, 'name' | 'scopes' | 'collectionIds' | 'expiresAt'>, secretHash: Uint8Array): Promise<ApiKey>;
  /** The key whose secret has this hash, unless it expired. */
  find(secretHash: Uint8Array): Promise<ApiKey | undefined>;
  list(): Promise<readonly ApiKey[]>;
  remove(id: string): Promise<boolean>;
}

export interface AuditEntry {
  readonly at: Date;
  readonly requestId: string;
  readonly keyId: string | null;
  /** Such as `faces.enrol`, `faces.search`, `person.delete`. */
  readonly action: string;
  readonly collectionId: string | null;
  /** Ids and counts; never names, vectors or pictures. */
  readonly details: Metadata;
}

export interface AuditStore {
  add(entry: Omit<AuditEntry, 'at'>): Promise<void>;
  list(page: PageRequest & { readonly collectionId?: string | undefined }): Promise<Page<AuditEntry & { readonly id: string }>>;
}

/** A reply that is given again to a request repeated under the same idempotency key. */
export interface Reply {
  readonly requestDigest: string;
  readonly status: number;
  readonly body: string;
}

/** A key while its first request runs. */
export interface Claim {
  readonly key: string;
  /** Differs from one holder of a key to the next. */
  readonly since: string;
}

export interface ReplyStore {
  /** Takes the key for a request that starts, until the lease ends; gives what is known where it is taken. */
  begin(key: string, requestDigest: string, leaseSeconds: number): Promise<Claim | 'running' | Reply>;
  /** Prolongs the lease from now on; not where another one has taken the key over meanwhile. */
  renew(claim: Claim, leaseSeconds: number): Promise<void>;
  /** False where another one has taken the key over: then nothing of what was done for it may be kept. */
  finish(claim: Claim, reply: Omit<Reply, 'requestDigest'>): Promise<boolean>;
  /** Gives the key back after a failure. */
  release(claim: Claim): Promise<void>;
  /** Forgets those older than that; gives how many. */
  expire(olderThanSeconds: number): Promise<number>;
}

/** Something is taken that must be unique. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
  readonly what: 'collection.name' | 'person.externalId' | 'id';

  constructor(what: StoreConflict['what']) {
    super(`${what} is taken`);
    this.what = what;
  }
}

/** The database does not answer, or went away before a transaction was to be kept: nothing of what was asked is done. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';

  constructor(cause: unknown) {
    super('the database does not answer', { cause });
  }
}

/** It went away while it kept a transaction: that may be done or not. */
export class StoreOutcomeUnknown extends StoreUnavailable {
  override readonly name = 'StoreOutcomeUnknown';
}

/** Something that is referred to is not there, or no longer. */
export class StoreMissing extends Error {
  override readonly name = 'StoreMissing';
  readonly what: 'collection' | 'person' | 'face';

  constructor(what: StoreMissing['what']) {
    super(`there is no such ${what}`);
    this.what = what;
  }
}
