import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { newId } from '../uuid.ts';

/** A PostgreSQL for tests: one that runs already, or one of this machine's, started in a folder that is removed afterwards. */
export interface TestPostgres {
  createDatabase(): Promise<string>;
  /** Null where the server is not ours to kill. */
  readonly crash: (() => Promise<void>) | null;
  dispose(): Promise<void>;
}

/** Small, since many may run beside each other. */
const testSettings = { shared_buffers: '64MB', max_wal_size: '256MB' };

/** Or why there is none. Settings are of one that is started. */
export async function openTestPostgres(settings: Readonly<Record<string, string>> = testSettings): Promise<TestPostgres | string> {
  const url = process.env['FACENET_TEST_DATABASE_URL'];
  if (url) return { createDatabase: () => createDatabase(url), crash: null, dispose: () => Promise.resolve() };
  const found = findBinaries();
  return typeof found === 'string' ? found : startServer(found, settings);
}

/** Without starting anything: why there is no PostgreSQL to test with, or null. */
export function whyNoPostgres(): string | null {
  if (process.env['FACENET_TEST_DATABASE_URL']) return null;
  const found = findBinaries();
  return typeof found === 'string' ? found : null;
}

interface Binaries {
  readonly folder: string;
  /** PostgreSQL refuses to run as root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

function findBinaries(): Binaries | string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((name) => existsSync(path.join(root, name, 'bin/initdb')) && existsSync(`/usr/share/postgresql/${name}/extension/vector.control`));
  if (version === undefined) {
    const what = versions.length === 0 ? 'no PostgreSQL' : 'no pgvector for PostgreSQL';
    return `${what} on this machine: run apps/server/src/store/testing/install-postgres.sh, or set FACENET_TEST_DATABASE_URL`;
  }
  const folder = path.join(root, version, 'bin');
  if (process.getuid?.() !== 0) return { folder, user: undefined };
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout));
  return uid && gid ? { folder, user: { uid, gid } } : 'no user "postgres" to run PostgreSQL as';
}

async function startServer({ folder, user }: Binaries, settings: Readonly<Record<string, string>>): Promise<TestPostgres | string> {
  const home = mkdtempSync(path.join(tmpdir(), 'facenet-postgres-'));
  if (user) chownSync(home, user.uid, user.gid);
  const data = path.join(home, 'data');
  const made = spawnSync(path.join(folder, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...user, cwd: home, encoding: 'utf8' });
  if (made.status !== 0) return `initdb failed: ${made.stderr}`;

  const start = (): ChildProcess => spawn(
    path.join(folder, 'postgres'), ['-D', data, '-k', home, '-c', 'listen_addresses=', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: home, stdio: 'ignore' });
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(home)}`;
  let server = start();
  await untilReady(url);
  return {
    createDatabase: () => createDatabase(url),
    async crash() {
      await killAll(server);
      // A process that was being born when the others were killed ends by itself; until then no other server starts in this folder.
      for (let tries = 0; ; tries++) {
        server = start();
        if (await Promise.race([untilReady(url).then(() => true), endOf(server).then(() => false)])) return;
        if (tries === 100) throw new Error('PostgreSQL does not start again');
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    },
    async dispose() {
      await killAll(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function createDatabase(url: string): Promise<string> {
  const name = `facenet_${newId().replaceAll('-', '')}`;
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name}`));
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (attempt === 600) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}

/** All at once, as in a power cut: each connection is a process of its own, which would else end in order. */
async function killAll(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const ended = endOf(server);
  server.kill('SIGSTOP');
  while (statOf(server.pid)?.[0] === 'R') await new Promise((resolve) => { setTimeout(resolve, 1); });
  const children = childrenOf(server.pid);
  for (const pid of [server.pid, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  await ended;
  // While one of them still lets go of their shared memory, another server refuses to start in this folder.
  while (children.some(isAlive)) await new Promise((resolve) => { setTimeout(resolve, 5); });
}

function endOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => { server.once('exit', () => { resolve(); }); });
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z';
}

/** What follows the program's name: its state, its parent, and more; undefined where there is no such process. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => Number(statOf(pid)?.[1]) === parent);
}
