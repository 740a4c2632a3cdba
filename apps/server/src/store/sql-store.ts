import { SqlAudit } from './audit.ts';
import { SqlClusterings } from './clusterings.ts';
import { CollectionShapes } from './collection-shapes.ts';
import { SqlCollections } from './collections.ts';
import type { Database } from './database.ts';
import { checkEncryptionKey } from './encryption-key.ts';
import { FaceIndex } from './face-index.ts';
import { FaceSearch } from './face-search.ts';
import { SqlFaces } from './faces.ts';
import { Housekeeping } from './housekeeping.ts';
import { SqlJobs } from './jobs.ts';
import { SqlKeys } from './keys.ts';
import { SqlLinks } from './links.ts';
import { MemorySearch } from './memory-search.ts';
import { migrate } from './migrations/migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { SqlPairings } from './pairings.ts';
import { SqlPersons } from './persons.ts';
import { SqlReplies } from './replies.ts';
import type { GalleryStore, Removed, SearchRequest, Neighbour } from './store.ts';
import { ping, readStatus } from './store-status.ts';
import { createCipher } from './vectors/cipher.ts';
import type { VectorFormat } from './vectors/vector-format.ts';

export interface SqlStoreOptions {
  /** How new collections keep their vectors; those that exist keep theirs. */
  readonly vectors: VectorFormat;
  /** 32 bytes; needed for encrypted collections. */
  readonly encryptionKey: Uint8Array | undefined;
  readonly exactBelow: number;
  readonly onError: (error: Error) => void;
}

/** A store over SQL has two more questions than its interface, for tests and measurements. */
export interface SqlStore extends GalleryStore {
  searchExactly(request: SearchRequest): Promise<readonly Neighbour[]>;
  /** Ends when no index is being built. */
  settled(): Promise<void>;
}

/** Brings the tables up to date and gives the store over them; it owns the database from then on. */
export async function createSqlStore(database: Database, options: SqlStoreOptions): Promise<SqlStore> {
  const cipher = options.encryptionKey && createCipher(options.encryptionKey);
  if (options.vectors === 'encrypted' && !cipher) throw new Error('encrypted vectors need an encryption key');
  await migrate(database, migrations);
  if (cipher) await checkEncryptionKey(database, cipher);

  const shapes = new CollectionShapes(database);
  const index = new FaceIndex(database, shapes, options);
  const search = new FaceSearch(database, shapes, index, new MemorySearch(database, cipher));
  const housekeeping = new Housekeeping(database);
  const jobs = new SqlJobs(database, shapes);
  const replies = new SqlReplies(database);
  if (database.kind === 'embedded') {
    await jobs.releaseAll();
    await replies.releaseAll();
  }
  await index.sweep();

  const store: SqlStore = {
    collections: noting(new SqlCollections(database, shapes, index, options.vectors), housekeeping),
    persons: noting(new SqlPersons(database, shapes), housekeeping),
    faces: noting(new SqlFaces({ database, shapes, index, search, cipher }), housekeeping),
    links: new SqlLinks(database, shapes),
    clusterings: new SqlClusterings(database, shapes),
    jobs,
    keys: new SqlKeys(database),
    pairings: new SqlPairings(database),
    audit: new SqlAudit(database),
    replies,
    transaction: (work) => database.transaction(() => work(store)),
    ping: () => ping(database),
    status: () => readStatus(database),
    searchExactly: (request) => search.exact(request),
    settled: () => index.settled(),
    async dispose() {
      await index.settled();
      await housekeeping.run();
      await database.dispose();
    },
  };
  return store;
}

/** Tells the housekeeping of every deletion. */
function noting<T extends { remove(...ids: never[]): Promise<Removed> }>(part: T, housekeeping: Housekeeping): T {
  const remove = part.remove.bind(part) as (...ids: unknown[]) => Promise<Removed>;
  part.remove = async (...ids: unknown[]) => {
    const removed = await remove(...ids);
    housekeeping.onRemoved();
    return removed;
  };
  return part;
}
