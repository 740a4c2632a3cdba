import type { Database } from './database.ts';
import type { ApiKey, KeyStore } from './store.ts';
import { isId, newId } from './uuid.ts';

const columns = `id, name, scopes, collection_ids AS "collectionIds", created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"`;

// A write for every request would cost more than the request.
const noteUseEverySeconds = 60;

export class SqlKeys implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(key: Pick<ApiKey, 'name' | 'scopes' | 'collectionIds' | 'expiresAt'>, secretHash: Uint8Array): Promise<ApiKey> {
    const { rows: [row] } = await this.#database.query<ApiKey>(
      `INSERT INTO api_keys (id, name, scopes, collection_ids, expires_at, secret_hash, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, now()) RETURNING ${columns}`,
      [newId(), key.name, key.scopes, key.collectionIds, key.expiresAt, Buffer.from(secretHash)]);
    return row!;
  }

  async find(secretHash: Uint8Array): Promise<ApiKey | undefined> {
    const { rows: [row] } = await this.#database.query<ApiKey & { stale: boolean }>(
      `SELECT ${columns}, (last_used_at IS NULL OR last_used_at < now() - make_interval(secs => $2)) AS stale
       FROM api_keys WHERE secret_hash = $1 AND (expires_at IS NULL OR expires_at > now())`, [Buffer.from(secretHash), noteUseEverySeconds]);
    if (!row) return undefined;
    const { stale, ...key } = row;
    if (!stale) return key;
    const { rows: [used] } = await this.#database.query<ApiKey>(`UPDATE api_keys SET last_used_at = now() WHERE id = $1 RETURNING ${columns}`, [key.id]);
    return used;
  }

  async list(): Promise<readonly ApiKey[]> {
    const { rows } = await this.#database.query<ApiKey>(`SELECT ${columns} FROM api_keys ORDER BY id`);
    return rows;
  }

  async remove(id: string): Promise<boolean> {
    if (!isId(id)) return false;
    const { count } = await this.#database.query('DELETE FROM api_keys WHERE id = $1', [id]);
    return count > 0;
  }
}
