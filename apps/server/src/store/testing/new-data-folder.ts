import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEmbedded } from '../embedded/embedded-database.ts';
import { defaultStoreOptions } from '../open-store.ts';

/**
 * A folder with a new embedded database, without tables; the caller removes it. Making one takes seconds of computing,
 * so it is made once for each installation and copied.
 */
export async function newDataFolder(prefix: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const kept = keptDatabase();
  if (!copied(kept, folder)) {
    await makeDatabase(kept);
    if (!copied(kept, folder)) throw new Error(`${kept}: expected the folder of a new database`);
  }
  return folder;
}

/** Beside the packages, so that a new installation makes its own. */
function keptDatabase(): string {
  const pglite = path.join(path.dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '..');
  const { version } = JSON.parse(readFileSync(path.join(pglite, 'package.json'), 'utf8')) as { version: string };
  return path.join(pglite, '..', '..', '.cache', 'facenet', `new-database-${version}`);
}

function copied(from: string, to: string): boolean {
  try {
    cpSync(from, to, { recursive: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function makeDatabase(final: string): Promise<void> {
  mkdirSync(path.dirname(final), { recursive: true });
  const aside = mkdtempSync(`${final}-`);
  await (await openEmbedded(aside, defaultStoreOptions)).dispose();
  try {
    renameSync(aside, final);
  } catch {
    // Another test was faster.
    rmSync(aside, { recursive: true, force: true });
  }
}
