import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

export interface Download {
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
}

/** What was fetched of a folder, each file once, with its size as it travels; the largest first. */
export async function sizesOf(folder: string, files: Iterable<string>): Promise<Download[]> {
  const sizes = await Promise.all([...new Set(files)].map(async (file): Promise<Download> => {
    const bytes = await readFile(path.join(folder, file));
    const [zipped, brotli] = await Promise.all([promisify(gzip)(bytes), promisify(brotliCompress)(bytes, { params: { 1: 5 } })]);
    return { file, bytes: bytes.length, gzipBytes: zipped.length, brotliBytes: brotli.length };
  }));
  return sizes.sort((a, b) => b.gzipBytes - a.gzipBytes);
}
