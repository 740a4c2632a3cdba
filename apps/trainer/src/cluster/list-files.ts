import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { byName, imageFile } from '../data/identity.ts';

export interface ListedFiles {
  /** Relative to the folder, with '/', in order of these names. */
  readonly images: readonly string[];
  /** Files whose name is not that of an image. */
  readonly others: readonly string[];
}

/** All files below a folder; hidden ones are left out. A folder that links lead to twice is read once. */
export function listFiles(folder: string): ListedFiles {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder}: no such folder; expected one with images of faces`);
  const visited = new Set<string>();
  const found: string[] = [];
  const visit = (relative: string): void => {
    const here = realpathSync(path.join(folder, relative));
    if (visited.has(here)) return;
    visited.add(here);
    for (const name of readdirSync(here).filter((each) => !each.startsWith('.')).sort(byName)) {
      const inside = relative === '' ? name : `${relative}/${name}`;
      // A link to nowhere is listed, so that it is reported as broken.
      if (statSync(path.join(here, name), { throwIfNoEntry: false })?.isDirectory()) visit(inside);
      else found.push(inside);
    }
  };
  visit('');
  found.sort(byName);
  return { images: found.filter((name) => imageFile.test(name)), others: found.filter((name) => !imageFile.test(name)) };
}
