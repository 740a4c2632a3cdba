import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { CliError } from '../cli/errors.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, so that a reused process number is not taken for the owner; '' where unknown. */
  readonly started: string;
}

/** Takes a run folder for this process. Returns what gives it back. */
export function lockRun(folder: string): () => void {
  const file = path.join(folder, 'run.lock');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) } satisfies Owner);
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
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(pid) === started;
}

/** Start time in clock ticks since boot: the 22nd field of /proc/PID/stat, counted after the name in brackets. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
