import type { Database } from './database.ts';
import { pageOf } from './sql-parts.ts';
import type { AuditEntry, AuditStore, Page, PageRequest } from './store.ts';
import { newId } from './uuid.ts';

type Entry = AuditEntry & { readonly id: string };

const select = `SELECT id, at, request_id AS "requestId", key_id AS "keyId", action, collection_id AS "collectionId", details FROM audit_log`;

export class SqlAudit implements AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ requestId, keyId, action, collectionId, details }: Omit<AuditEntry, 'at'>): Promise<void> {
    await this.#database.query(
      'INSERT INTO audit_log (id, at, request_id, key_id, action, collection_id, details) VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6)',
      [newId(), requestId, keyId, action, collectionId, JSON.stringify(details)]);
  }

  list(page: PageRequest & { readonly collectionId?: string | undefined }): Promise<Page<Entry>> {
    const [where, values] = page.collectionId === undefined ? ['true', []] : ['collection_id = $1', [page.collectionId]];
    return pageOf<Entry, Entry>(this.#database, { select, where, values }, page, (entry) => entry);
  }
}
