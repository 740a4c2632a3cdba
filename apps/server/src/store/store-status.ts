import type { Database } from './database.ts';
import type { StoreStatus } from './store.ts';

/** More was not measured; the index of a collection this large takes about a minute, in which the embedded store answers nothing else. */
export const embeddedFaceLimit = 100_000;
const nearLimit = 0.8;

export async function readStatus(database: Database): Promise<StoreStatus> {
  const { rows: [row] } = await database.query<{ version: string; extension: string; faces: number; bytes: number }>(
    `SELECT current_setting('server_version') AS version, (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS extension,
            (SELECT count(*)::int FROM faces) AS faces, pg_database_size(current_database())::float8 AS bytes`);
  const { version, extension, faces, bytes } = row!;
  const near = database.kind === 'embedded' && faces >= nearLimit * embeddedFaceLimit;
  return {
    kind: database.kind,
    version,
    vectorExtension: extension,
    faces,
    bytes,
    warning: near
      ? `the embedded store holds ${faces} faces; it is made for up to ${embeddedFaceLimit}: move to PostgreSQL (DATABASE_URL) before it slows down`
      : null,
  };
}

export async function ping(database: Database): Promise<void> {
  const { rows: [row] } = await database.query<{ readonly: boolean }>(
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS readonly");
  if (row!.readonly) throw new Error('the database can only be read now');
}
