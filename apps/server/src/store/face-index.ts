import { buildMemory } from './build-memory.ts';
import { isSearchedInMemory, type CollectionShapes } from './collection-shapes.ts';
import { type Database, diskFull, sqlState } from './database.ts';
import { vectorCodec } from './vectors/vector-format.ts';

export interface IndexOptions {
  /** A collection with more faces is searched through an index; below, looking at every face is as fast and exact. */
  readonly exactBelow: number;
  /** For what goes wrong in the background; a search is then exact and slower. */
  readonly onError: (error: Error) => void;
}

const lookAgainMilliseconds = 10_000;

/**
 * One HNSW index for each large collection, and only over it: in an index over all, those of other collections would use
 * up a search's candidates, and its recall with them. It is built in the background once, and then kept by the database.
 */
export class FaceIndex {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;
  readonly #options: IndexOptions;
  /** Faces, as far as this process knows. */
  readonly #faces = new Map<string, number>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #looked = new Map<string, { readonly ready: boolean; readonly at: number }>();

  constructor(database: Database, shapes: CollectionShapes, options: IndexOptions) {
    this.#database = database;
    this.#shapes = shapes;
    this.#options = options;
  }

  onAdded(collectionId: string, count: number): void {
    const known = this.#faces.get(collectionId);
    if (known !== undefined) this.#faces.set(collectionId, known + count);
    if (known !== undefined && known + count < this.#options.exactBelow) return;
    if (this.#working.has(collectionId) || this.#looked.get(collectionId)?.ready) return;
    this.#inBackground(collectionId, () => this.#buildWhereDue(collectionId));
  }

  /** Whether a search may use it. Another process may have made it, so it is looked for now and then. */
  async isReady(collectionId: string): Promise<boolean> {
    const looked = this.#looked.get(collectionId);
    if (looked && (looked.ready || performance.now() - looked.at < lookAgainMilliseconds)) return looked.ready;
    const { count } = await this.#database.query(
      'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid', [nameOf(collectionId)]);
    this.#looked.set(collectionId, { ready: count > 0, at: performance.now() });
    return count > 0;
  }

  /** Ends when nothing is being built or dropped. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  /** Afterwards and by itself: within the removal, dropping and building could wait for each other. */
  onCollectionRemoved(collectionId: string): void {
    this.#faces.delete(collectionId);
    this.#inBackground(collectionId, () => this.#drop(collectionId));
  }

  /** Drops what a process that ended early left of removed collections. */
  async sweep(): Promise<void> {
    const { rows } = await this.#database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'i' AND starts_with(relname, '${prefix}')
       AND NOT EXISTS (SELECT 1 FROM collections WHERE relname = '${prefix}' || replace(id::text, '-', ''))`);
    for (const { name } of rows) await this.#exclusively(name, () => this.#dropByName(name));
  }

  async #buildWhereDue(collectionId: string): Promise<void> {
    const { rows: [row] } = await this.#database.query<{ faces: number }>(
      'SELECT count(*)::int AS faces FROM faces WHERE collection_id = $1', [collectionId]);
    this.#faces.set(collectionId, row!.faces);
    if (row!.faces >= this.#options.exactBelow) await this.#build(collectionId, row!.faces);
  }

  async #build(collectionId: string, faces: number): Promise<void> {
    const shape = await this.#shapes.find(collectionId);
    if (!shape || isSearchedInMemory(shape) || await this.isReady(collectionId)) return;
    const { column, type, operators } = vectorCodec(shape.format, undefined);
    const name = nameOf(collectionId);
    await this.#exclusively(name, async () => {
      const create = async (): Promise<void> => {
        // What a build that was cut short leaves.
        await this.#dropByName(name);
        await this.#database.query(
          `CREATE INDEX ${this.#concurrently} ${name} ON faces USING hnsw ((${column}::${type}(${shape.size})) ${operators!})
           WHERE collection_id = '${collectionId}'`);
      };
      await this.#database.query(`SET maintenance_work_mem = '${buildMemory(this.#database.kind, faces, shape)}MB'`);
      try {
        await create().catch(async (error: unknown) => {
          if (sqlState(error) !== diskFull) throw error;
          // Several workers share the graph through /dev/shm, which a container may have little of; one needs none.
          await this.#database.query('SET max_parallel_maintenance_workers = 0');
          await create();
        });
        await this.#database.query('ANALYZE faces');
      } finally {
        await this.#database.query('RESET maintenance_work_mem; RESET max_parallel_maintenance_workers');
      }
      const { count } = await this.#database.query('SELECT 1 FROM collections WHERE id = $1', [collectionId]);
      if (count === 0) await this.#dropByName(name);
    });
    this.#looked.delete(collectionId);
  }

  async #drop(collectionId: string): Promise<void> {
    const name = nameOf(collectionId);
    await this.#exclusively(name, () => this.#dropByName(name));
    this.#looked.delete(collectionId);
  }

  async #dropByName(name: string): Promise<void> {
    const { count } = await this.#database.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [name]);
    if (count > 0) await this.#database.query(`DROP INDEX ${this.#concurrently} IF EXISTS ${name}`);
  }

  get #embedded(): boolean {
    return this.#database.kind === 'embedded';
  }

  /** Writers go on meanwhile; the embedded one has none at the same time, and is faster without. */
  get #concurrently(): string {
    return this.#embedded ? '' : 'CONCURRENTLY';
  }

  /** Unless another process is at it. */
  async #exclusively(name: string, work: () => Promise<void>): Promise<void> {
    await this.#database.session(async () => {
      const { rows: [lock] } = await this.#database.query<{ taken: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [name]);
      if (!lock!.taken) return;
      try {
        await work();
      } finally {
        await this.#database.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    });
  }

  #inBackground(collectionId: string, work: () => Promise<void>): void {
    const task = (this.#working.get(collectionId) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => { this.#options.onError(error as Error); })
      .finally(() => { if (this.#working.get(collectionId) === task) this.#working.delete(collectionId); });
    this.#working.set(collectionId, task);
  }
}

const prefix = 'faces_near_';

function nameOf(collectionId: string): string {
  return `${prefix}${collectionId.replaceAll('-', '')}`;
}
