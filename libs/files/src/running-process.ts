import { readFileSync } from 'node:fs';

/** When a process of this machine began, in clock ticks since boot; null where the system does not say, or there is none. */
export function beginningOf(pid: number): string | null {
  return statOf(pid)?.began ?? null;
}

/**
 * Whether the process with this number still runs, and is the one that began then: numbers are used again. One that ended and
 * only waits for its parent to hear of it does not run.
 */
export function isRunning(pid: number, began: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = statOf(pid);
  if (stat === undefined) return true;
  return stat.state !== 'Z' && stat.state !== 'X' && (began === null || stat.began === began);
}

/** The third and the 22nd field of /proc/PID/stat, counted after the name, which may hold spaces and brackets. */
function statOf(pid: number): { readonly state: string; readonly began: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, began: fields[19]! };
  } catch {
    return undefined;
  }
}
