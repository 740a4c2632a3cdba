import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { byName, type Identity, imageFile } from './identity.ts';

export type { Identity } from './identity.ts';

/** Lists a folder that holds one folder of images per identity. Files that are no images are left alone. */
export function readIdentityFolder(folder: string): Identity[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${folder}: no such folder; expected one folder of images per identity in it`);
  }
  const entries = readdirSync(folder, { withFileTypes: true });
  const identities = entries
    .filter((entry) => !entry.name.startsWith('.') && isDirectory(folder, entry.name))
    .map(({ name }) => ({ name, files: imagesIn(path.join(folder, name)) }))
    .filter(({ files }) => files.length > 0)
    .sort((a, b) => byName(a.name, b.name));
  if (identities.length > 0) return identities;
  const loose = entries.filter(({ name }) => imageFile.test(name)).length;
  const found = loose > 0 ? `${loose} images directly in it` : 'no images';
  throw new UsageError(`${folder}: expected one folder of images per identity, found ${found}`);
}

function imagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => imageFile.test(name) && !name.startsWith('.'))
    .sort(byName)
    .map((name) => path.join(folder, name));
}

// A linked folder counts too: that is how people assemble data sets.
function isDirectory(folder: string, name: string): boolean {
  return statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
