/** What the store asks of a database: one SQL dialect, two ways to reach it. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** Inside `transaction` it takes part in it, whoever calls it. */
  query<Row extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<QueryAnswer<Row>>;
  /** All or nothing. A call inside another one joins it. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the caller is inside a transaction. */
  readonly inTransaction: boolean;
  /** One connection for all queries of `work`, without a transaction: for what refuses to be inside one. */
  session<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `work` once what is being written is kept, or now where nothing is; never where it is rolled back. */
  afterCommit(work: () => void): void;
  dispose(): Promise<void>;
}

export interface QueryAnswer<Row> {
  readonly rows: readonly Row[];
  /** Rows that were read or changed. */
  readonly count: number;
}

/** SQLSTATE of an error, as PostgreSQL gives it. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The constraint that an error is about. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof Error && 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
}

export const uniqueViolation = '23505';
export const foreignKeyViolation = '23503';
/** Shared memory that is used up counts as that too. */
export const diskFull = '53100';
