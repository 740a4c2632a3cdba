// The thread of the embedded store: PostgreSQL in WASM blocks whichever thread it runs in. It is plain JavaScript, so
// that it starts the same from sources and from a test. It takes and gives bytes of PostgreSQL's protocol.
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ folder: string, searchSettings: string }} */
const { folder, searchSettings } = workerData;

// Without a checkpoint the log grows for ever and so does the time to open: alone, PostgreSQL makes none by itself.
const logBytesPerCheckpoint = 64 * 2 ** 20;
const inputBytesPerLook = 4 * 2 ** 20;
const messagesPerLook = 2_000;

/** PGlite's own has no fsync: an acknowledged write would survive the process, but not a power cut. */
class DurableNodeFS extends NodeFS {
  async init(database, options) {
    const { emscriptenOpts } = await super.init(database, options);
    const addSync = ({ FS }) => {
      const { NODEFS } = FS.filesystems;
      NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) fsyncSync(stream.nfd);
        else if (process.platform !== 'win32') syncFolder(NODEFS.realPath(stream.node));
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...emscriptenOpts.preRun, addSync] } };
  }
}

function syncFolder(name) {
  const handle = openSync(name, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

// PGlite's defaults less `-F`, which turns fsync off. `fsync`, since its fdatasync does nothing.
const startParams = [
  '--single', '-O', '-j',
  ...Object.entries({
    search_path: 'public', exit_on_error: 'false', log_checkpoints: 'false', max_worker_processes: '0', max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0', max_parallel_maintenance_workers: '0', io_method: 'sync',
    wal_sync_method: 'fsync', synchronous_commit: 'on', full_page_writes: 'on',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

const open = (name) => PGlite.create({ fs: new DurableNodeFS(name), extensions: { vector }, startParams });

/** A new database is made aside and renamed: a half-copied one would look like a whole one. */
async function openDatabase() {
  const final = path.join(folder, 'database');
  if (!existsSync(final)) {
    const aside = path.join(folder, 'database.new');
    rmSync(aside, { recursive: true, force: true });
    await (await open(aside)).close();
    renameSync(aside, final);
    syncFolder(folder);
  }
  return open(final);
}

const database = await openDatabase();
await database.exec(searchSettings);

let inputBytes = 0;
let messages = 0;

async function checkpointWhereDue() {
  if ((inputBytes < inputBytesPerLook && messages < messagesPerLook) || database.isInTransaction()) return;
  inputBytes = 0;
  messages = 0;
  const { rows } = await database.query(
    'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()');
  if (rows[0].bytes > logBytesPerCheckpoint) await database.exec('CHECKPOINT');
}

async function answer({ bytes, close }) {
  if (close) {
    await database.close();
    parentPort.postMessage({ closed: true });
    return;
  }
  const parts = [];
  await database.execProtocolRawStream(bytes, { onRawData: (part) => { parts.push(part.slice()); } });
  const whole = new Uint8Array(Buffer.concat(parts));
  parentPort.postMessage({ bytes: whole }, [whole.buffer]);
  inputBytes += bytes.length;
  messages++;
  await checkpointWhereDue();
}

let last = Promise.resolve();
parentPort.on('message', (message) => {
  last = last.then(() => answer(message)).catch((error) => {
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) });
  });
});
parentPort.postMessage({ ready: true });
