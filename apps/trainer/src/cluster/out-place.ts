import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';

export type OutKind = 'page' | 'folders';

/** Throws unless the groups may be written there; what they are written as follows from the name. Nothing is ever overwritten. */
export function requireOutPlace(out: string, images: string): OutKind {
  const found = statSync(out, { throwIfNoEntry: false });
  if (/\.html?$/i.test(out)) {
    if (found !== undefined) throw new UsageError(`${out}: exists already; choose another name for the page`);
    return 'page';
  }
  if (found !== undefined && !found.isDirectory()) throw new UsageError(`${out}: is a file; expected a new folder, or a page named .html`);
  if (found !== undefined && readdirSync(out).length > 0) throw new UsageError(`${out}: is not empty; choose a new folder for the groups`);
  if (isInside(out, images)) throw new UsageError(`${out}: lies within the images ${images}, which would then hold the groups too; choose a folder elsewhere`);
  return 'folders';
}

function isInside(place: string, folder: string): boolean {
  let existing = path.resolve(place);
  while (!existsSync(existing)) existing = path.dirname(existing);
  const relative = path.relative(realpathSync(folder), realpathSync(existing));
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
