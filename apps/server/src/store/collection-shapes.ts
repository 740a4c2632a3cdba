import type { Database } from './database.ts';
import { StoreMissing } from './store.ts';
import type { VectorFormat } from './vectors/vector-format.ts';
import { isId } from './uuid.ts';

/** What of a collection never changes, so that it is asked for once. */
export interface CollectionShape {
  readonly size: number;
  readonly format: VectorFormat;
}

export class CollectionShapes {
  readonly #database: Database;
  readonly #known = new Map<string, CollectionShape>();

  constructor(database: Database) {
    this.#database = database;
  }

  async find(collectionId: string): Promise<CollectionShape | undefined> {
    const known = this.#known.get(collectionId);
    if (known || !isId(collectionId)) return known;
    const { rows: [shape] } = await this.#database.query<CollectionShape>(
      'SELECT size, vector_format AS format FROM collections WHERE id = $1', [collectionId]);
    if (shape) this.#known.set(collectionId, shape);
    return shape;
  }

  async get(collectionId: string): Promise<CollectionShape> {
    const shape = await this.find(collectionId);
    if (!shape) throw new StoreMissing('collection');
    return shape;
  }

  forget(collectionId: string): void {
    this.#known.delete(collectionId);
  }
}

export function checkSize(vector: Float32Array, size: number): void {
  if (vector.length !== size) throw new RangeError(`internal: a vector of ${vector.length} numbers for a collection of ${size}`);
}

/** Searched in memory: the database sees bytes only. */
export function isSearchedInMemory({ format }: CollectionShape): boolean {
  return format === 'int8' || format === 'encrypted';
}
