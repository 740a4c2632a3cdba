import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { beginningOf, isRunning } from '@facenet/files';
import { CliError } from '../cli/errors.ts';

const [pauseMs, patienceMs] = [20, 1_000];

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, so that a reused process number is not taken for the owner; '' where unknown. */
  readonly started: string;
}

/** Takes a run folder for this process. Returns what gives it back. */
export function lockRun(folder: string): () => void {
  const file = path.join(folder, 'run.lock');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: beginningOf(process.pid) ?? '' } satisfies Owner);
  while (!create(file, mine)) removeStale(file);
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function create(file: string, content: string): boolean {
  // A link appears with its content, so no one ever reads a half-written lock.
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function removeStale(file: string): void {
  const content = read(file);
  if (content === undefined) return;
  const owner = parseOwner(content);
  if (owner && isAlive(owner)) {
    throw new CliError(`${path.dirname(file)}: process ${owner.pid} on ${owner.host} is writing this run; choose another folder with --set run=DIR, or stop it first (lock: ${file})`);
  }
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Someone else may have replaced the stale lock in between: give theirs back.
  if (read(aside) !== content) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseOwner(content: string): Owner | undefined {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, started }: Owner): boolean {
  // Another machine's processes cannot be asked; a shared disk deserves caution.
  if (host !== hostname()) return true;
  // One that was killed a moment ago may still be ending: its memory goes first, its number last.
  for (let waited = 0; isRunning(pid, started === '' ? null : started); waited += pauseMs) {
    if (waited >= patienceMs) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
  return false;
}
