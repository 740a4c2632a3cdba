import type { Database } from './database.ts';
import type { Reply, ReplyStore } from './store.ts';

interface Row {
  readonly requestDigest: string;
  readonly status: number | null;
  readonly body: string | null;
}

export class SqlReplies implements ReplyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(key: string, requestDigest: string, leaseSeconds: number): Promise<'started' | 'running' | Reply> {
    // Where its holder is gone without an answer, the key is taken over.
    const { count } = await this.#database.query(
      `INSERT INTO replies (key, request_digest, lease_until, created_at)
       VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3), clock_timestamp())
       ON CONFLICT (key) DO UPDATE SET request_digest = excluded.request_digest, lease_until = excluded.lease_until, created_at = excluded.created_at
         WHERE replies.status IS NULL AND replies.lease_until < clock_timestamp()`, [key, requestDigest, leaseSeconds]);
    if (count > 0) return 'started';
    const { rows: [row] } = await this.#database.query<Row>(
      'SELECT request_digest AS "requestDigest", status, body FROM replies WHERE key = $1', [key]);
    // Given back between the two questions: ask again.
    if (!row) return this.begin(key, requestDigest, leaseSeconds);
    const { status, body } = row;
    return status === null || body === null ? 'running' : { requestDigest: row.requestDigest, status, body };
  }

  async finish(key: string, { status, body }: Omit<Reply, 'requestDigest'>): Promise<void> {
    await this.#database.query('UPDATE replies SET status = $2, body = $3 WHERE key = $1', [key, status, body]);
  }

  async release(key: string): Promise<void> {
    await this.#database.query('DELETE FROM replies WHERE key = $1 AND status IS NULL', [key]);
  }

  async expire(olderThanSeconds: number): Promise<number> {
    const { count } = await this.#database.query(
      'DELETE FROM replies WHERE created_at < clock_timestamp() - make_interval(secs => $1)', [olderThanSeconds]);
    return count;
  }
}
