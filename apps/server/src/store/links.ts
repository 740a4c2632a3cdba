import type { CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import { translated } from './sql-parts.ts';
import { StoreMissing, type Link, type LinkStore } from './store.ts';
import { isId } from './uuid.ts';

type Pair = Pick<Link, 'a' | 'b'>;

/** A pair is kept in one order, whichever way round it was given. */
export class SqlLinks implements LinkStore {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;

  constructor(database: Database, shapes: CollectionShapes) {
    this.#database = database;
    this.#shapes = shapes;
  }

  async set(collectionId: string, links: readonly Link[]): Promise<readonly Link[]> {
    await this.#shapes.get(collectionId);
    if (links.some(({ a, b }) => !isId(a) || !isId(b))) throw new StoreMissing('face');
    if (links.some(({ a, b }) => a === b)) throw new RangeError('a face cannot be linked with itself');
    // What is said last about a pair counts; one statement cannot change a row twice.
    const last = [...new Map(links.map((link) => [orderedPair(link).join(), link])).values()];
    const pairs = last.map(orderedPair);
    return translated(this.#database.transaction(async () => {
      const before = await this.#of(collectionId, pairs, true);
      await this.#database.query(
        `INSERT INTO links (collection_id, a, b, kind) SELECT $1, a, b, kind FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS given (a, b, kind)
         ON CONFLICT (collection_id, a, b) DO UPDATE SET kind = excluded.kind`,
        [collectionId, pairs.map(([a]) => a), pairs.map(([, b]) => b), last.map(({ kind }) => kind)]);
      return before;
    }));
  }

  async unset(collectionId: string, pairs: readonly Pair[]): Promise<readonly Link[]> {
    const ordered = pairs.filter(({ a, b }) => isId(a) && isId(b)).map(orderedPair);
    if (!isId(collectionId)) return [];
    const { rows } = await this.#database.query<Link>(
      `DELETE FROM links USING unnest($2::uuid[], $3::uuid[]) AS given (a, b)
       WHERE collection_id = $1 AND links.a = given.a AND links.b = given.b RETURNING links.a, links.b, links.kind`,
      [collectionId, ordered.map(([a]) => a), ordered.map(([, b]) => b)]);
    return rows;
  }

  async list(collectionId: string): Promise<readonly Link[]> {
    if (!isId(collectionId)) return [];
    const { rows } = await this.#database.query<Link>('SELECT a, b, kind FROM links WHERE collection_id = $1 ORDER BY a, b', [collectionId]);
    return rows;
  }

  async #of(collectionId: string, pairs: readonly (readonly [string, string])[], lock: boolean): Promise<readonly Link[]> {
    const { rows } = await this.#database.query<Link>(
      `SELECT links.a, links.b, links.kind FROM links JOIN unnest($2::uuid[], $3::uuid[]) AS given (a, b) ON links.a = given.a AND links.b = given.b
       WHERE collection_id = $1${lock ? ' FOR UPDATE OF links' : ''}`,
      [collectionId, pairs.map(([a]) => a), pairs.map(([, b]) => b)]);
    return rows;
  }
}

function orderedPair({ a, b }: Pair): readonly [string, string] {
  return a < b ? [a, b] : [b, a];
}
