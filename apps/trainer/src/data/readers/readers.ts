import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { readIdentityFolder } from '../folder.ts';
import type { Identity } from '../identity.ts';
import { listCsv } from './csv-list.ts';
import { expandPaths } from './expand-paths.ts';
import { listRecordIO } from './recordio-list.ts';
import { listTar } from './tar-list.ts';

/** A way in which sets of faces are stored. */
interface Reader {
  readonly what: string;
  /** Whether a path is of this kind, by its name. */
  readonly takes: RegExp;
  readonly list: (location: string) => Identity[];
}

const oneFile = (list: (file: string) => Identity[]) => (file: string): Identity[] => {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${file}: no such file`);
  return list(file);
};

const readers: readonly Reader[] = [
  { what: 'a RecordIO file (.rec, with its .idx beside it)', takes: /\.rec$/i, list: oneFile(listRecordIO) },
  { what: 'tar shards (faces.tar, faces-{000..012}.tar, shards/*.tar)', takes: /\.tar$/i, list: (location) => listTar(expandPaths(location)) },
  { what: 'a list (.csv) with columns file and identity', takes: /\.csv$/i, list: oneFile(listCsv) },
];

export const readableKinds = ['a folder with one folder of images per identity', ...readers.map(({ what }) => what)];

/**
 * The identities of a set of faces and the addresses of their pictures; what the path is decides how it is read. No picture
 * is decoded. Throws UsageError where there is nothing to be read, or what there is is cut short or damaged.
 */
export function readIdentities(location: string): Identity[] {
  if (isFolder(location)) return readFolder(location);
  const reader = readers.find(({ takes }) => takes.test(location));
  if (reader) return reader.list(location);
  throw new UsageError(`${location}: ${statSync(location, { throwIfNoEntry: false }) ? 'cannot be read as faces' : 'no such folder'}; expected ${readableKinds.join(', or ')}`);
}

/** Whether a path is a set of faces by its kind, and not one picture. */
export function isFaceSet(location: string): boolean {
  return isFolder(location) || readers.some(({ takes }) => takes.test(location));
}

const isFolder = (location: string): boolean => statSync(location, { throwIfNoEntry: false })?.isDirectory() ?? false;

function readFolder(folder: string): Identity[] {
  try {
    return readIdentityFolder(folder);
  } catch (error) {
    const inside = readdirSync(folder).filter((name) => readers.some(({ takes }) => takes.test(name)));
    if (inside.length === 0 || !(error instanceof UsageError)) throw error;
    throw new UsageError(`${folder}: expected one folder of images per identity, found ${inside.slice(0, 3).join(', ')}; name ${path.join(folder, inside.length > 1 && /\.tar$/i.test(inside[0]!) ? '*.tar' : inside[0]!)} to read it`);
  }
}
