import { PairsError } from './errors.ts';
import type { ImageName } from './pairs.ts';

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

/** A list of pairs, whatever it calls its images. */
export interface PairList<T> {
  readonly name: string;
  readonly sets: number;
  readonly pairs: readonly { readonly line: number; readonly set: number; readonly same: boolean; readonly first: T; readonly second: T }[];
}

export interface ResolveOptions<T> {
  readonly missing?: 'error' | 'skip';
  /** What an error calls an image. */
  readonly describe?: (image: T) => string;
}

/** Finds each image's row. A missing image is an error that names it, or, on request, its pairs are left out and counted. */
export function resolvePairs<T extends ImageName | string>(
  file: PairList<T>, rowOf: (image: T) => number | undefined, { missing = 'error', describe = describeImage }: ResolveOptions<T> = {},
): PairRows {
  const found = file.pairs.flatMap((pair) => {
    const [first, second] = [rowOf(pair.first), rowOf(pair.second)];
    if (first !== undefined && second !== undefined) return [{ pair, first, second }];
    if (missing === 'skip') return [];
    throw new PairsError(`${file.name}:${pair.line}: there is no ${describe(first === undefined ? pair.first : pair.second)} among the images given`);
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

function describeImage(image: ImageName | string): string {
  return typeof image === 'string' ? `'${image}'` : `image ${image.number} of '${image.identity}'`;
}
