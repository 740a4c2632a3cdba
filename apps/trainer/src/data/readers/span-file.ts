import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A file read at random places by this thread. */
interface OpenFile {
  readonly handle: number;
  readonly size: number;
}

/** Sets of a thousand shards exist; so many files at once are not to be had everywhere. */
const mostOpen = 64;
/** The one used last stands last. Each thread has its own, since a module is loaded once per thread. */
const open = new Map<string, OpenFile>();

/** The bytes of a part of a file; the file stays open for the next part. Throws when the file ends before. */
export function readSpan(file: string, offset: number, length: number): Buffer {
  const { handle, size } = openFile(file);
  if (offset + length > size) throw new Error(`expected ${length} bytes from byte ${offset} on, and the file ends at byte ${size}`);
  const bytes = Buffer.allocUnsafe(length);
  readFully(handle, bytes, offset);
  return bytes;
}

/** Files may be removed or replaced afterwards. */
export function closeSpanFiles(): void {
  for (const { handle } of open.values()) closeSync(handle);
  open.clear();
}

function openFile(file: string): OpenFile {
  const known = open.get(file);
  if (known) {
    open.delete(file);
    open.set(file, known);
    return known;
  }
  const [[oldest, last] = []] = open;
  if (open.size >= mostOpen && oldest !== undefined && last) {
    closeSync(last.handle);
    open.delete(oldest);
  }
  const handle = openSync(file, 'r');
  const opened = { handle, size: fstatSync(handle).size };
  open.set(file, opened);
  return opened;
}

function readFully(handle: number, bytes: Buffer, offset: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(handle, bytes, done, bytes.length - done, offset + done);
    if (read === 0) throw new Error(`the file ends at byte ${offset + done}`);
    done += read;
  }
}

// A page: what is read anyway, and often all that is read of a record.
const windowBytes = 4096;

/** A file looked through in leaps, from header to header: small reads are served from a window. */
export class FileScan {
  readonly size: number;
  readonly #handle: number;
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(file: string) {
    this.#handle = openSync(file, 'r');
    this.size = fstatSync(this.#handle).size;
  }

  /** Shorter than asked for where the file ends. */
  read(offset: number, length: number): Buffer {
    const end = Math.min(this.size, offset + length);
    if (offset < this.#start || end > this.#start + this.#window.length) {
      this.#window = Buffer.allocUnsafe(Math.max(0, Math.min(this.size - offset, Math.max(length, windowBytes))));
      readFully(this.#handle, this.#window, offset);
      this.#start = offset;
    }
    return this.#window.subarray(offset - this.#start, Math.max(offset, end) - this.#start);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
