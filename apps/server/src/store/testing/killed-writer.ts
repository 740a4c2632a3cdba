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

/** When a writer is killed, and with what. */
export interface Blow {
  /** Of its process, which opens and mends the store first; or of its first acknowledged write. */
  readonly since: 'start' | 'first write';
  readonly milliseconds: number;
  /** Ends the writer, or its database. */
  readonly kill: (pid: number) => Promise<void> | void;
}

/** Lets a process check the ledger and write on, until it is killed; gives what it checked, which is nothing where it did not get that far. */
export async function runKilledWriter(ledger: Ledger, { since, milliseconds, kill }: Blow): Promise<Checked | null> {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('./kill-writer.mjs', import.meta.url)), JSON.stringify({ place: ledger.place, collectionId: ledger.collectionId }),
  ], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve(); }); });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => { errors += text.toString(); });
  // It may be dead before it has read this.
  child.stdin.on('error', () => undefined);
  child.stdin.end(ledger.kept.join('\n'));

  let killed: Promise<void> | undefined;
  const begin = (): void => {
    killed ??= new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); }).then(() => kill(child.pid!));
  };
  if (since === 'start') begin();
  let checked: Checked | null = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as { kept: string } | Checked;
    if ('kept' in message) {
      ledger.kept.push(message.kept);
      // From the first write on, so that a slow machine gets that far.
      begin();
    } else {
      checked = message;
    }
  });
  await ended;
  if (checked === null && since === 'first write') throw new Error(`the writer ended before it had checked anything: ${errors}`);
  // One that had ended by itself cannot be killed.
  await killed?.catch((error: unknown) => { throw new Error(`the writer cannot be killed (${String(error)}): ${errors}`); });
  return checked;
}
