import type { Database } from './database.ts';
import type { Claim, Reply, ReplyStore } from './store.ts';

interface Row {
  readonly requestDigest: string;
  readonly status: number | null;
  readonly body: string | null;
}

// To the microsecond, and one holder begins after the other's lease has ended.
const held = 'key = $1 AND created_at = $2::timestamptz AND status IS NULL';

export class SqlReplies implements ReplyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(key: string, requestDigest: string, leaseSeconds: number): Promise<Claim | 'running' | Reply> {
    // Where its holder is gone without an answer, the key is taken over.
    const { rows: [started] } = await this.#database.query<Claim>(
      `INSERT INTO replies (key, request_digest, lease_until, created_at)
       VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3), clock_timestamp())
       ON CONFLICT (key) DO UPDATE SET request_digest = excluded.request_digest, lease_until = excluded.lease_until, created_at = excluded.created_at
         WHERE replies.status IS NULL AND replies.lease_until < clock_timestamp()
       RETURNING key, created_at::text AS since`, [key, requestDigest, leaseSeconds]);
    if (started) return started;
    const { rows: [row] } = await this.#database.query<Row>(
      'SELECT request_digest AS "requestDigest", status, body FROM replies WHERE key = $1', [key]);
    // Given back between the two questions: ask again.
    if (!row) return this.begin(key, requestDigest, leaseSeconds);
    const { status, body } = row;
    return status === null || body === null ? 'running' : { requestDigest: row.requestDigest, status, body };
  }

  async renew({ key, since }: Claim, leaseSeconds: number): Promise<void> {
    await this.#database.query(
      `UPDATE replies SET lease_until = clock_timestamp() + make_interval(secs => $3) WHERE ${held}`, [key, since, leaseSeconds]);
  }

  async finish({ key, since }: Claim, { status, body }: Omit<Reply, 'requestDigest'>): Promise<boolean> {
    const { count } = await this.#database.query(`UPDATE replies SET status = $3, body = $4 WHERE ${held}`, [key, since, status, body]);
    return count > 0;
  }

  async release({ key, since }: Claim): Promise<void> {
    await this.#database.query(`DELETE FROM replies WHERE ${held}`, [key, since]);
  }

  /** The one process of an embedded store has begun: whoever held a key is gone. */
  async releaseAll(): Promise<void> {
    await this.#database.query('DELETE FROM replies WHERE status IS NULL');
  }

  async expire(olderThanSeconds: number): Promise<number> {
    const { count } = await this.#database.query(
      'DELETE FROM replies WHERE created_at < clock_timestamp() - make_interval(secs => $1)', [olderThanSeconds]);
    return count;
  }
}
