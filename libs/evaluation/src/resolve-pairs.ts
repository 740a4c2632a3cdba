import { PairsError } from './errors.ts';
import type { ImageName, PairsFile } from './pairs.ts';

/** Pairs as rows of a matrix of embeddings. */
export interface PairRows {
  readonly sets: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** 1 where both are the same person. */
  readonly same: Uint8Array;
  /** The set a pair belongs to; unchanged by pairs skipped before it. */
  readonly set: Int32Array;
  /** Pairs left out because an image is missing. */
  readonly skipped: number;
}

/** Finds each image's row. A missing image is an error that names it, or, on request, its pairs are left out and counted. */
export function resolvePairs(
  file: PairsFile,
  rowOf: (image: ImageName) => number | undefined,
  { missing = 'error' }: { missing?: 'error' | 'skip' } = {},
): PairRows {
  const found = file.pairs.flatMap((pair) => {
    const [first, second] = [rowOf(pair.first), rowOf(pair.second)];
    if (first !== undefined && second !== undefined) return [{ pair, first, second }];
    if (missing === 'skip') return [];
    const { identity, number } = first === undefined ? pair.first : pair.second;
    throw new PairsError(`${file.name}:${pair.line}: there is no image ${number} of '${identity}' among the images given`);
  });
  return {
    sets: file.sets,
    first: Int32Array.from(found, ({ first }) => first),
    second: Int32Array.from(found, ({ second }) => second),
    same: Uint8Array.from(found, ({ pair }) => Number(pair.same)),
    set: Int32Array.from(found, ({ pair }) => pair.set),
    skipped: file.pairs.length - found.length,
  };
}
