import { createHash } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';

export interface StaticFile {
  /** Relative to the folder. */
  readonly name: string;
  /** With its quotes. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
}

/** Files of a folder by the names that a client gives. */
export class StaticFolder {
  readonly root: string;
  readonly #etags = new Map<string, { readonly version: string; readonly etag: Promise<string> }>();

  constructor(folder: string) {
    this.root = realpathSync(folder);
  }

  /** The file of a decoded relative path with slashes; undefined for what is none, hidden, or leads out of the folder, by a link too. */
  async find(name: string): Promise<StaticFile | undefined> {
    if (!isPlain(name)) return undefined;
    const file = await realpath(path.join(this.root, name)).catch(() => undefined);
    if (file === undefined || !file.startsWith(this.root + path.sep)) return undefined;
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) return undefined;
    return { name, etag: await this.#etagOf(file, `${found.ino} ${found.size} ${found.mtimeMs}`), size: found.size, isImmutable: hasHash(name) };
  }

  /**
   * Of the content: builds that can be repeated give every file one time, and a page of the same length would be taken for
   * the old one. Read again when a file changes while the process runs.
   */
  #etagOf(file: string, version: string): Promise<string> {
    const known = this.#etags.get(file);
    if (known?.version === version) return known.etag;
    const etag = digestOf(file);
    this.#etags.set(file, { version, etag });
    // Or one failed read would be remembered.
    etag.catch(() => this.#etags.delete(file));
    return etag;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `"${hash.digest('base64url').slice(0, 22)}"`;
}

function isPlain(name: string): boolean {
  // A percent sign would be decoded a second time below.
  return name !== '' && !/[\\%\0]/.test(name) && name.split('/').every((part) => part !== '' && !part.startsWith('.'));
}

/** Such as `assets/index-DiwrgTda.js`: eight characters that are no word, where a bundler puts what it names by content. */
function hasHash(name: string): boolean {
  const hash = /(?:^|\/)assets\/(?:[^/]*[-.])?([\w-]{8})\.\w+$/.exec(name)?.[1];
  return hash !== undefined && /\d|.[A-Z]/.test(hash);
}
