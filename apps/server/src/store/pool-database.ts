import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { isConnectionFailure } from './connection-failure.ts';
import type { Database, QueryAnswer } from './database.ts';
import { StoreOutcomeUnknown, StoreUnavailable } from './store.ts';

interface Held {
  readonly client: pg.PoolClient;
  readonly transaction: boolean;
  readonly afterCommit: (() => void)[];
  open: boolean;
  /** One query at a time, also where a caller asks several at once. */
  last: Promise<unknown>;
}

/** Both stores speak PostgreSQL's protocol, so one pool serves both; they differ in where its bytes go. */
export class PoolDatabase implements Database {
  readonly kind: Database['kind'];
  readonly #pool: pg.Pool;
  readonly #release: () => Promise<void>;
  // The embedded pool has one connection: a query that did not join the open transaction would wait for it for ever.
  readonly #held = new AsyncLocalStorage<Held>();

  constructor(kind: Database['kind'], pool: pg.Pool, release: () => Promise<void> = () => Promise.resolve()) {
    this.kind = kind;
    this.#pool = pool;
    this.#release = release;
    // A connection that breaks while idle is replaced; without a listener it would end the process.
    pool.on('error', () => undefined);
  }

  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<QueryAnswer<Row>> {
    const held = this.#held.getStore();
    if (!held?.open) return answerOf(await reached(this.#pool.query<Row>(sql, [...values])));
    const query = held.last.then(() => held.client.query<Row>(sql, [...values]));
    held.last = query.catch(() => undefined);
    return answerOf(await reached(query));
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) return work();
    return this.#hold(true, async (held) => {
      await reached(held.client.query('BEGIN'));
      try {
        const result = await this.#held.run(held, work);
        held.open = false;
        await held.last;
        await reached(held.client.query('COMMIT'), StoreOutcomeUnknown);
        return result;
      } catch (error) {
        held.open = false;
        held.afterCommit.length = 0;
        await held.last;
        await held.client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  get inTransaction(): boolean {
    const held = this.#held.getStore();
    return held !== undefined && held.open && held.transaction;
  }

  async session<T>(work: () => Promise<T>): Promise<T> {
    return this.#hold(false, (held) => this.#held.run(held, work));
  }

  afterCommit(work: () => void): void {
    const held = this.#held.getStore();
    if (held && this.inTransaction) held.afterCommit.push(work);
    else this.#held.exit(work);
  }

  async dispose(): Promise<void> {
    await this.#pool.end();
    await this.#release();
  }

  async #hold<T>(transaction: boolean, work: (held: Held) => Promise<T>): Promise<T> {
    const client = await reached(this.#pool.connect());
    let broken: Error | undefined;
    const onError = (error: Error): void => { broken = error; };
    client.on('error', onError);
    const held: Held = { client, transaction, afterCommit: [], open: true, last: Promise.resolve() };
    try {
      return await work(held);
    } finally {
      held.open = false;
      client.off('error', onError);
      client.release(broken);
      for (const task of held.afterCommit) this.#held.exit(task);
    }
  }
}

async function reached<T>(asked: Promise<T>, Failure: typeof StoreUnavailable = StoreUnavailable): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw isConnectionFailure(error) ? new Failure(error) : error;
  }
}

function answerOf<Row extends object>({ rows, rowCount }: pg.QueryResult<Row>): QueryAnswer<Row> {
  return { rows, count: rowCount ?? 0 };
}

/** Asked of each connection when it is made; pgvector reads them when it is first used. */
export function searchSettings(candidates: number): string {
  return [
    `SET hnsw.ef_search = ${candidates}`,
    // With a filter, the nearest candidates may all be filtered away: go on until there are enough.
    'SET hnsw.iterative_scan = strict_order',
    "SET TIME ZONE 'UTC'",
  ].join('; ');
}
