import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ByteSource } from '@facenet/contract';

/** An upload on disk. Its digest tells it from others, for the idempotency key; where it lies tells nothing. */
export class SpooledFile implements ByteSource {
  readonly sha256: string;
  readonly #path: string;

  constructor(file: string, sha256: string) {
    this.#path = file;
    this.sha256 = sha256;
  }

  chunks(): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Uint8Array>;
  }
}

/** Files of one request, which go when it is answered: nothing that was uploaded stays. */
export class Spool {
  readonly #parent: string;
  #folder: Promise<string> | undefined;
  #files = 0;

  constructor(parent = tmpdir()) {
    this.#parent = parent;
  }

  /** Reads the stream to its end. */
  async add(stream: NodeJS.ReadableStream): Promise<SpooledFile> {
    this.#folder ??= mkdtemp(path.join(this.#parent, 'facenet-upload-'));
    const file = path.join(await this.#folder, String(this.#files++));
    const hash = createHash('sha256');
    const hashing = new Transform({ transform: (chunk: Uint8Array, _, done) => { hash.update(chunk); done(null, chunk); } });
    await pipeline(stream, hashing, createWriteStream(file, { mode: 0o600 }));
    return new SpooledFile(file, hash.digest('hex'));
  }

  async dispose(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  }
}
