import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { parseAddress } from '../data/address.ts';
import { type EmbeddingsFile, keyOf } from './embeddings-file.ts';

export interface RowsForOptions {
  /** What errors call the file. */
  readonly name?: string;
  /** 'skip' gives −1 for an image without an embedding. */
  readonly missing?: 'error' | 'skip';
}

/**
 * The row of each image in a file of embeddings, found by the path relative to `root`, the folder of identities.
 * An image without one is an error that names it and says how many there are.
 */
export function rowsFor(
  { keys }: EmbeddingsFile, imagePaths: readonly string[], root: string, { name = 'the file of embeddings', missing = 'error' }: RowsForOptions = {},
): Int32Array {
  const rowOf = new Map(keys.map((key, row) => [key, row]));
  const rows = Int32Array.from(imagePaths, (image) => rowOf.get(keyOfImage(image, root)) ?? -1);
  const lost = rows.indexOf(-1);
  if (lost < 0 || missing === 'skip') return rows;
  const count = rows.reduce((sum, row) => sum + Number(row < 0), 0);
  throw new UsageError(
    `${name}: no embedding of '${keyOfImage(imagePaths[lost]!, root)}'; ${count} of ${rows.length} images in ${root} are missing from it (its first is '${keys[0]}')`,
  );
}

/**
 * What a file of embeddings calls an image: its path in the folder of identities, or beside the list that names it
 * (`Zico/Zico_0003.jpg`), and inside a larger file what it is called there (`17` in a .rec).
 */
export function keyOfImage(image: string, root: string): string {
  const { span } = parseAddress(image);
  return keyOf(span ? span.record : path.relative(/\.csv$/i.test(root) ? path.dirname(root) : root, image));
}
