import type { CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import { assignments, translated } from './sql-parts.ts';
import type { Job, JobStore } from './store.ts';
import { isId, newId } from './uuid.ts';

const columns = `id, collection_id AS "collectionId", kind, state, done, total, cursor, details, created_at AS "createdAt", updated_at AS "updatedAt"`;

export class SqlJobs implements JobStore {
  readonly #database: Database;
  readonly #shapes: CollectionShapes;

  constructor(database: Database, shapes: CollectionShapes) {
    this.#database = database;
    this.#shapes = shapes;
  }

  async create(job: Pick<Job, 'collectionId' | 'kind' | 'total' | 'details'>): Promise<Job> {
    await this.#shapes.get(job.collectionId);
    const { rows: [row] } = await translated(this.#database.query<Job>(
      `INSERT INTO jobs (id, collection_id, kind, state, done, total, details, created_at, updated_at)
       VALUES ($1, $2, $3, 'running', 0, $4, $5, now(), now()) RETURNING ${columns}`,
      [newId(), job.collectionId, job.kind, job.total, JSON.stringify(job.details)]));
    return row!;
  }

  async get(id: string): Promise<Job | undefined> {
    if (!isId(id)) return undefined;
    const { rows: [row] } = await this.#database.query<Job>(`SELECT ${columns} FROM jobs WHERE id = $1`, [id]);
    return row;
  }

  async claim(kind: string, owner: string, leaseSeconds: number): Promise<Job | undefined> {
    const { rows: [row] } = await this.#database.query<Job>(
      `UPDATE jobs SET owner = $2, lease_seconds = $3, lease_until = clock_timestamp() + make_interval(secs => $3), updated_at = clock_timestamp()
       WHERE id = (SELECT id FROM jobs WHERE state = 'running' AND kind = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
                   ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${columns}`, [kind, owner, leaseSeconds]);
    return row;
  }

  async update(
    id: string, owner: string, change: Partial<Pick<Job, 'state' | 'done' | 'total' | 'cursor' | 'details'>>,
  ): Promise<Job | undefined> {
    if (!isId(id)) return undefined;
    const { state, done, total, cursor, details } = change;
    const values: unknown[] = [id, owner];
    const sets = assignments({ done, total, cursor, details: details && JSON.stringify(details) }, values);
    // One that was cancelled stays so, whatever its owner did meanwhile.
    if (state !== undefined) sets.push(`state = CASE state WHEN 'cancelled' THEN state ELSE $${values.push(state)} END`);
    sets.push('lease_until = clock_timestamp() + make_interval(secs => lease_seconds)', 'updated_at = clock_timestamp()');
    const { rows: [row] } = await this.#database.query<Job>(
      `UPDATE jobs SET ${sets.join(', ')} WHERE id = $1 AND owner = $2 AND state IN ('running', 'cancelled') RETURNING ${columns}`, values);
    return row;
  }

  async cancel(id: string): Promise<Job | undefined> {
    if (!isId(id)) return undefined;
    await this.#database.query("UPDATE jobs SET state = 'cancelled', updated_at = clock_timestamp() WHERE id = $1 AND state = 'running'", [id]);
    return this.get(id);
  }

  /** For a store that only one process has open: whoever had claims is no longer there. */
  async releaseAll(): Promise<void> {
    await this.#database.query("UPDATE jobs SET owner = NULL, lease_until = NULL WHERE state = 'running'");
  }
}
