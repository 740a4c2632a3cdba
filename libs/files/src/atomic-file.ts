import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Writes a file so that a crash leaves the old one or the new one, never a part. */
export function writeFileAtomically(file: string, content: Uint8Array | string): void {
  writePartsAtomically(file, [content]);
}

/** The same, part by part, for what is too large to be held at once. */
export function writePartsAtomically(file: string, parts: Iterable<Uint8Array | string>): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w');
  try {
    for (const bytes of gathered(parts)) {
      for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
    }
    fsyncSync(handle);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  syncFolder(path.dirname(file));
}

const gatheredBytes = 1 << 20;

/** Small parts together: one call to the system for each costs more than the writing. */
function* gathered(parts: Iterable<Uint8Array | string>): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    waiting.push(typeof part === 'string' ? Buffer.from(part) : part);
    bytes += waiting.at(-1)!.length;
    if (bytes < gatheredBytes) continue;
    yield* waiting.length > 1 ? [Buffer.concat(waiting)] : waiting;
    [waiting, bytes] = [[], 0];
  }
  yield* waiting.length > 1 ? [Buffer.concat(waiting)] : waiting;
}

/** The rename itself is on disk only when its folder is. Windows cannot open a folder, and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
