import { constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { InterruptedError } from '../cli/errors.ts';
import { syncFolder } from '@facenet/files';
import type { Cluster } from './cluster-folder.ts';

export interface WriteFoldersOptions {
  /** The folder that the files are named relative to. */
  readonly images: string;
  /** Make symbolic links instead of copies. */
  readonly link: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A folder for each cluster, under its number; all of them appear at once, or none. */
export async function writeFolders(out: string, clusters: readonly Pick<Cluster, 'id' | 'files'>[], { images, link, signal, onProgress }: WriteFoldersOptions): Promise<void> {
  const target = path.resolve(out);
  const temporary = `${target}.${process.pid}.tmp`;
  const total = clusters.reduce((sum, { files }) => sum + files.length, 0);
  const digits = String(clusters.length).length;
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  try {
    let done = 0;
    for (const { id, files } of clusters) {
      const folder = path.join(temporary, String(id).padStart(digits, '0'));
      mkdirSync(folder);
      for (const [file, name] of namesIn(files, images)) {
        if (signal.aborted) throw new InterruptedError(`stopped after ${done} of ${total} files; ${out} was not written`);
        await (link ? symlink(path.resolve(file), path.join(folder, name)) : copyFile(file, path.join(folder, name), constants.COPYFILE_EXCL));
        onProgress(++done, total);
      }
    }
    syncFolder(temporary);
    // Over an empty folder this works, over one that was filled meanwhile it does not.
    renameSync(temporary, target);
    syncFolder(path.dirname(target));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Names that say where files came from, without folders: `anna/1.jpg` → `anna__1.jpg`; a number where two would be the same. */
export function namesIn(files: readonly string[], images: string): [file: string, name: string][] {
  const taken = new Set<string>();
  return files.map((file) => {
    // The end says most, and a file system takes 255 bytes.
    const flat = path.relative(images, file).split(path.sep).join('__').slice(-120);
    const { name, ext } = path.parse(flat);
    let free = flat;
    for (let copy = 2; taken.has(free.toLowerCase()); copy++) free = `${name}-${copy}${ext}`;
    taken.add(free.toLowerCase());
    return [file, free];
  });
}
