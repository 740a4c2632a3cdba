import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { beginningOf, isRunning } from '@facenet/files';

interface Owner {
  readonly pid: number;
  /** When that process began: a pid is used again. Null where the system does not say. */
  readonly began: string | null;
  readonly host: string;
}

const beatMilliseconds = 5_000;
const silentMilliseconds = 20_000;

/** A second process has the data folder open. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
}

/**
 * PGlite does not lock its folder, and two processes would ruin it. The lock is a file that names its owner; that of a
 * dead process is taken over. On another host (or container) a pid says nothing, so there the file's age decides.
 */
export function lockDataFolder(folder: string): () => void {
  const file = path.join(folder, 'lock.json');
  const owner: Owner = { pid: process.pid, began: beginningOf(process.pid), host: hostname() };
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(owner));
  try {
    while (!linked(own, file)) removeStale(folder, file);
  } finally {
    rmSync(own, { force: true });
  }
  const beat = setInterval(() => { touch(file); }, beatMilliseconds);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(file, { force: true });
  };
}

/** A link is made by one process only, and with its content. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(folder: string, file: string): void {
  const found = read(file);
  if (!found) return;
  if (isAlive(found.owner, found.modified)) throw inUse(folder, found.owner);
  // Another process may have taken it over meanwhile: then what was moved away is not what was read.
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  const taken = moved !== undefined && moved.text !== found.text;
  if (taken) linked(aside, file);
  rmSync(aside, { force: true });
  if (taken) throw inUse(folder, moved.owner);
}

function inUse(folder: string, { pid, host }: Owner): DataFolderInUse {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new DataFolderInUse(`${folder}: process ${pid}${where} has this data folder open; stop it, or use PostgreSQL to serve from several processes`);
}

function read(file: string): { readonly text: string; readonly owner: Owner; readonly modified: number } | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, owner: JSON.parse(text) as Owner, modified: statSync(file).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, began, host }: Owner, modified: number): boolean {
  return host === hostname() ? isRunning(pid, began) : Date.now() - modified < silentMilliseconds;
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The folder is gone; writes will say so.
  }
}
