import { readFileSync } from 'node:fs';
import { UsageError } from '../../cli/errors.ts';
import { listItems, PickleTuple, type PickleValue, readPickle } from './pickle.ts';

/** Pairs of pictures as InsightFace publishes LFW, CFP-FP, AgeDB-30 and others: `(list of encoded pictures, list of truth values)`. */
export interface PairsBin {
  /** JPEG or PNG files; 2i and 2i + 1 form pair i. */
  readonly images: readonly Uint8Array[];
  /** Whether pair i shows one person. */
  readonly same: readonly boolean[];
}

/** Reads a `.bin` without running what a pickle may hold. Throws UsageError with the place of what is not of the form. */
export function readPairsBin(file: string): PairsBin {
  const value = readPickle(readBytes(file), file);
  const [images, same] = value instanceof PickleTuple && value.items.length === 2 ? value.items.map(listItems) : [];
  if (!images || !same) throw new UsageError(`${file}: expected a pair (list of pictures, list of truth values)`);
  if (images.length !== 2 * same.length) {
    throw new UsageError(`${file}: expected two pictures for each of ${same.length} pairs, found ${images.length}`);
  }
  if (same.length === 0) throw new UsageError(`${file}: holds no pairs`);
  return {
    images: images.map((image, index) => {
      if (image instanceof Uint8Array && image.length > 0) return image;
      throw new UsageError(`${file}: picture ${index}: expected the bytes of a JPEG or PNG, found ${nameOf(image)}`);
    }),
    same: same.map((value, index) => {
      if (typeof value === 'boolean') return value;
      if (value === 0 || value === 1) return value === 1;
      throw new UsageError(`${file}: pair ${index}: expected a truth value, found ${nameOf(value)}`);
    }),
  };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file}: cannot read it (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}); expected pairs as InsightFace publishes them`);
  }
}

function nameOf(value: PickleValue): string {
  if (value instanceof Uint8Array) return 'an empty byte string';
  if (value instanceof PickleTuple) return 'a tuple';
  if (typeof value === 'string') return 'text';
  return value === null || typeof value !== 'object' ? String(value) : 'an object';
}
