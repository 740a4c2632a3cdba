import type { Database } from './database.ts';

const delayMilliseconds = 30_000;

/**
 * Deleted rows stay in their files until a vacuum. PostgreSQL makes one by itself; the embedded one has no process for
 * it, so it is made some time after a deletion, and at the latest when the store is closed.
 */
export class Housekeeping {
  readonly #database: Database;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  onRemoved(): void {
    if (this.#database.kind !== 'embedded' || this.#timer) return;
    this.#timer = setTimeout(() => { void this.run().catch(() => undefined); }, delayMilliseconds);
    this.#timer.unref();
  }

  async run(): Promise<void> {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const table of ['crops', 'faces', 'persons']) await this.#database.query(`VACUUM ${table}`);
  }
}
