import type { CollectionShape } from './collection-shapes.ts';
import type { Database } from './database.ts';
import { MemoryIndex } from './memory-index.ts';
import type { Neighbour, SearchRequest } from './store.ts';
import type { Cipher } from './vectors/cipher.ts';
import { vectorCodec } from './vectors/vector-format.ts';

interface Versions {
  readonly version: string;
  readonly removalVersion: string;
}

interface Loaded {
  readonly index: MemoryIndex;
  readonly versions: Versions;
}

const rowsPerPage = 5_000;

/** Search of what the database cannot: a collection's vectors in memory, read again where they changed. */
export class MemorySearch {
  readonly #database: Database;
  readonly #cipher: Cipher | undefined;
  readonly #loaded = new Map<string, Promise<Loaded>>();

  constructor(database: Database, cipher: Cipher | undefined) {
    this.#database = database;
    this.#cipher = cipher;
  }

  async search({ collectionId, vector, limit, named }: SearchRequest, shape: CollectionShape): Promise<readonly Neighbour[]> {
    const { index } = await this.#current(collectionId, shape);
    return index.nearestGently(vector, limit, named);
  }

  async #current(collectionId: string, shape: CollectionShape): Promise<Loaded> {
    const now = await this.#versions(collectionId);
    // What is not yet kept may be taken back, so it must not stay in what others search.
    if (now && this.#database.inTransaction) return this.#read(collectionId, shape, now, undefined);
    const before = this.#loaded.get(collectionId);
    // One reader at a time; those that come meanwhile wait for it, and look again.
    const next = (before ?? Promise.resolve(undefined)).catch(() => undefined).then(async (loaded): Promise<Loaded> => {
      if (!now) return { index: new MemoryIndex(shape.size), versions: { version: '0', removalVersion: '0' } };
      if (loaded && BigInt(loaded.versions.version) >= BigInt(now.version)) return loaded;
      const kept = loaded && BigInt(now.removalVersion) <= BigInt(loaded.versions.version) ? loaded : undefined;
      return this.#read(collectionId, shape, now, kept);
    });
    this.#loaded.set(collectionId, next);
    if (!now) void next.finally(() => this.#loaded.delete(collectionId));
    return next;
  }

  async #versions(collectionId: string): Promise<Versions | undefined> {
    const { rows: [row] } = await this.#database.query<Versions>(
      'SELECT version::text AS version, removal_version::text AS "removalVersion" FROM collections WHERE id = $1', [collectionId]);
    return row;
  }

  async #read(collectionId: string, shape: CollectionShape, versions: Versions, kept: Loaded | undefined): Promise<Loaded> {
    const index = kept?.index ?? new MemoryIndex(shape.size);
    const codec = vectorCodec(shape.format, this.#cipher);
    const since = kept?.versions.version ?? '-1';
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const { rows } = await this.#database.query<{ id: string; person_id: string | null; model_id: string; packed: Uint8Array }>(
        'SELECT id, person_id, model_id, packed FROM faces WHERE collection_id = $1 AND id > $2 AND version > $3 ORDER BY id LIMIT $4',
        [collectionId, after, since, rowsPerPage]);
      for (const { id, person_id: personId, model_id: modelId, packed } of rows) {
        index.put({ faceId: id, personId, modelId }, codec.decode(packed, { collectionId, faceId: id }));
      }
      if (rows.length < rowsPerPage) return { index, versions };
      after = rows.at(-1)!.id;
    }
  }
}
