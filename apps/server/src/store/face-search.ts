import { checkSize, isSearchedInMemory, type CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import type { FaceIndex } from './face-index.ts';
import type { MemorySearch } from './memory-search.ts';
import type { Neighbour, SearchRequest } from './store.ts';
import { vectorCodec } from './vectors/vector-format.ts';
import { vectorText } from './vectors/pgvector-binary.ts';

interface Row {
  readonly faceId: string;
  readonly personId: string | null;
  readonly modelId: string;
  readonly distance: number;
}

/** Nearest faces: of small collections by looking at all of them, of large ones through their index. */
export class FaceSearch {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;
  readonly #index: FaceIndex;
  readonly #memory: MemorySearch;

  constructor(database: Database, shapes: CollectionShapes, index: FaceIndex, memory: MemorySearch) {
    this.#database = database;
    this.#shapes = shapes;
    this.#index = index;
    this.#memory = memory;
  }

  async search(request: SearchRequest): Promise<readonly Neighbour[]> {
    const shape = await this.#shapes.find(request.collectionId);
    if (!shape || request.limit < 1) return [];
    checkSize(request.vector, shape.size);
    if (isSearchedInMemory(shape)) return this.#memory.search(request, shape);
    if (!await this.#index.isReady(request.collectionId)) return this.exact(request);

    const { column, type } = vectorCodec(shape.format, undefined);
    const sized = `${type}(${shape.size})`;
    const found = await this.#nearest(request, `${column}::${sized} <-> $1::${sized}`);
    // Filters can use up all that an index looks at; then only looking at every face is sure.
    return found.length < request.limit ? this.exact(request) : found;
  }

  /** Without the index, even where there is one. */
  async exact(request: SearchRequest): Promise<readonly Neighbour[]> {
    const { format } = await this.#shapes.get(request.collectionId);
    const { column, type } = vectorCodec(format, undefined);
    // Not the expression of the index, so it cannot be used.
    return this.#nearest(request, `${column} <-> $1::${type}`);
  }

  async #nearest({ collectionId, vector, limit, named }: SearchRequest, distance: string): Promise<readonly Neighbour[]> {
    // The id is written out, since only then can the index of one collection be chosen. It is one that was found.
    const { rows } = await this.#database.query<Row>(
      `SELECT id AS "faceId", person_id AS "personId", model_id AS "modelId", ${distance} AS distance FROM faces
       WHERE collection_id = '${collectionId}'${named ? ' AND person_id IS NOT NULL' : ''} ORDER BY ${distance} LIMIT $2`,
      [vectorText(vector), limit]);
    // pgvector gives the distance, not its square.
    return rows.map((row) => ({ ...row, distance: row.distance ** 2 }));
  }
}
