import type { Database } from './database.ts';
import type { Pairing, PairingStore } from './pairing-store.ts';
import { isId, newId } from './uuid.ts';

const columns = `id, name, scopes, collection_ids AS "collectionIds", key_seconds AS "keySeconds", created_at AS "createdAt", expires_at AS "expiresAt"`;

export class SqlPairings implements PairingStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(pairing: Parameters<PairingStore['create']>[0], codeHash: Uint8Array): Promise<Pairing> {
    const { rows: [row] } = await this.#database.query<Pairing>(
      `INSERT INTO pairings (id, name, scopes, collection_ids, key_seconds, code_hash, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp() + make_interval(secs => $7)) RETURNING ${columns}`,
      [newId(), pairing.name, pairing.scopes, pairing.collectionIds, pairing.keySeconds, Buffer.from(codeHash), pairing.seconds]);
    return row!;
  }

  async take(codeHash: Uint8Array): Promise<Pairing | undefined> {
    const { rows: [row] } = await this.#database.query<Pairing>(
      `DELETE FROM pairings WHERE code_hash = $1 AND expires_at > clock_timestamp() RETURNING ${columns}`, [Buffer.from(codeHash)]);
    return row;
  }

  async list(): Promise<readonly Pairing[]> {
    const { rows } = await this.#database.query<Pairing>(`SELECT ${columns} FROM pairings WHERE expires_at > clock_timestamp() ORDER BY id`);
    return rows;
  }

  async remove(id: string): Promise<boolean> {
    if (!isId(id)) return false;
    const { count } = await this.#database.query('DELETE FROM pairings WHERE id = $1 AND expires_at > clock_timestamp()', [id]);
    return count > 0;
  }

  async expire(): Promise<number> {
    const { count } = await this.#database.query('DELETE FROM pairings WHERE expires_at <= clock_timestamp()');
    return count;
  }
}
