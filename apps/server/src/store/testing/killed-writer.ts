import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StorePlace } from '../open-store.ts';

export interface Ledger {
  readonly place: StorePlace;
  readonly collectionId: string;
  /** Persons whose writing was acknowledged. */
  readonly kept: string[];
}

export interface Checked {
  readonly checked: number;
  readonly lost: readonly string[];
  /** Persons with fewer or more than their three faces. */
  readonly torn: readonly (readonly [string, number])[];
  readonly crops: number;
  readonly persons: number;
}

/** Lets a process check the ledger and write on, until `kill` has ended it or its database; gives what it checked. */
export async function runKilledWriter(ledger: Ledger, afterMilliseconds: number, kill: (pid: number) => Promise<void> | void): Promise<Checked> {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('./kill-writer.mjs', import.meta.url)), JSON.stringify({ place: ledger.place, collectionId: ledger.collectionId }),
  ], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve(); }); });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => { errors += text.toString(); });
  child.stdin.end(ledger.kept.join('\n'));

  let checked: Checked | undefined;
  let killed: Promise<void> | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as { kept: string } | Checked;
    if ('kept' in message) {
      ledger.kept.push(message.kept);
      // From the first write on, so that a slow machine gets that far.
      killed ??= new Promise<void>((resolve) => { setTimeout(resolve, afterMilliseconds); }).then(() => kill(child.pid!));
    } else {
      checked = message;
    }
  });
  await ended;
  await killed;
  if (!checked) throw new Error(`the writer ended before it had checked anything: ${errors}`);
  return checked;
}
