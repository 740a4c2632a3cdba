import { csvFields } from './csv-fields.ts';
import { PairsError } from './errors.ts';
import type { PairList } from './resolve-pairs.ts';

/** Pairs of images, or of videos, by their paths. */
export type PathPairs = PairList<string>;
type PathPair = PathPairs['pairs'][number];

/** Sets of pairs for lists that have none: ten of equal size in the order of the list, as InsightFace takes them. */
export const usualFolds = 10;

/**
 * The set of each of `pairs` pairs in order, as scikit-learn's KFold without shuffling divides them: the first
 * `pairs % folds` sets have one more.
 */
export function contiguousFolds(pairs: number, folds = usualFolds): Int32Array {
  if (pairs < folds) throw new PairsError(`${pairs} pairs cannot be divided into ${folds} sets`);
  const [size, larger] = [Math.floor(pairs / folds), pairs % folds];
  return Int32Array.from({ length: pairs }, (_, pair) => (
    pair < larger * (size + 1) ? Math.floor(pair / (size + 1)) : larger + Math.floor((pair - larger * (size + 1)) / size)
  ));
}

/**
 * Reads `a,b,same` or `a,b,same,fold` lines: two paths, 1 or 0 (or true, false), and the set. A first line that names
 * its columns in this order is skipped. Without sets, there are ten in the order of the lines. A path with a comma in it is quoted.
 */
export function parseCsvPairs(text: string, name: string): PathPairs {
  const rows = linesOf(text).map(({ line, text: row }) => ({ line, fields: csvFields(row) }));
  if (rows[0]?.fields[2]?.toLowerCase() === 'same') rows.shift();
  const columns = rows[0]?.fields.length ?? 0;
  if (columns !== 3 && columns !== 4) throw new PairsError(`${name}:${rows[0]?.line ?? 1}: expected 'a,b,same' or 'a,b,same,fold', got ${columns} fields`);
  const pairs = rows.map(({ line, fields }) => {
    const where = `${name}:${line}`;
    if (fields.length !== columns) throw new PairsError(`${where}: expected ${columns} fields as in the first pair, got ${fields.length}`);
    return { line, first: fields[0]!, second: fields[1]!, same: truth(fields[2]!, where), fold: fields[3] };
  });
  if (columns === 3) {
    const set = contiguousFolds(pairs.length);
    return { name, sets: usualFolds, pairs: pairs.map(({ line, first, second, same }, i) => ({ line, first, second, same, set: set[i]! })) };
  }
  // Sets keep their names' order; a name may be anything.
  const folds = [...new Set(pairs.map(({ fold }) => fold!))];
  const order = folds.every((fold) => /^\d+$/.test(fold)) ? folds.sort((a, b) => Number(a) - Number(b)) : folds;
  return { name, sets: order.length, pairs: pairs.map(({ line, first, second, same, fold }) => ({ line, first, second, same, set: order.indexOf(fold!) })) };
}

/**
 * Reads splits.txt of YouTube Faces: `split, person/video, person/video, same` with same 0 or 1, further fields ignored, and
 * a first line that names them.
 */
export function parseVideoSplits(text: string, name = 'splits.txt'): PathPairs {
  const lines = linesOf(text);
  if (lines[0] && !/^\s*\d/.test(lines[0].text)) lines.shift();
  const pairs = lines.map(({ line, text: row }): PathPair => {
    const [split, first, second, same] = row.split(',').map((field) => field.trim());
    const where = `${name}:${line}`;
    if (!/^[1-9]\d*$/.test(split!)) throw new PairsError(`${where}: expected the number of a split from 1, got '${split}'`);
    for (const video of [first, second]) {
      if (!/^[^/]+\/[^/]+$/.test(video ?? '')) throw new PairsError(`${where}: expected a video as person/number, got '${video ?? ''}'`);
    }
    return { line, set: Number(split) - 1, first: first!, second: second!, same: truth(same ?? '', where) };
  });
  const sets = pairs.reduce((most, { set }) => Math.max(most, set + 1), 0);
  const empty = Array.from({ length: sets }, (_, set) => set).find((set) => !pairs.some((pair) => pair.set === set));
  if (sets < 2 || empty !== undefined) {
    throw new PairsError(`${name}: expected pairs of at least two splits, from 1 on without gaps, got ${empty === undefined ? sets : `none of split ${empty + 1}`}`);
  }
  return { name, sets, pairs };
}

/** The two lists of CFP's protocol, and the files of its splits. */
export interface CfpSource {
  /** FF pairs frontal images with each other, FP frontal ones with profiles. */
  readonly kind: 'FF' | 'FP';
  /** The text of a file below the folder `Protocol`, such as `Pair_list_F.txt` or `Split/FP/01/same.txt`. */
  readonly read: (path: string) => string;
}

const cfpFolds = 10;

/** Reads the protocol of CFP: ten splits of `i,j` lines, numbers of lines in Pair_list_F.txt and Pair_list_P.txt, which name the images. */
export function parseCfpPairs({ kind, read }: CfpSource): PathPairs {
  const frontal = cfpImages(read('Pair_list_F.txt'), 'Pair_list_F.txt');
  const other = kind === 'FF' ? frontal : cfpImages(read('Pair_list_P.txt'), 'Pair_list_P.txt');
  const pairs = Array.from({ length: cfpFolds }, (_, set) => ['same', 'diff'].flatMap((which) => {
    const file = `Split/${kind}/${String(set + 1).padStart(2, '0')}/${which}.txt`;
    return linesOf(read(file)).map(({ line, text }): PathPair => {
      const numbers = text.split(',').map((field) => field.trim());
      const [first, second] = [frontal.get(numbers[0]!), other.get(numbers[1] ?? '')];
      if (numbers.length !== 2 || first === undefined || second === undefined) {
        const lists = kind === 'FF' ? 'two numbers of Pair_list_F.txt' : 'a number of Pair_list_F.txt and one of Pair_list_P.txt';
        throw new PairsError(`${file}:${line}: expected ${lists}, such as '1,5', got '${text}'`);
      }
      return { line, set, same: which === 'same', first, second };
    });
  }));
  return { name: `Split/${kind}`, sets: cfpFolds, pairs: pairs.flat() };
}

/** Number → path, relative to the folder `Protocol`. */
function cfpImages(text: string, name: string): Map<string, string> {
  return new Map(linesOf(text).map(({ line, text: row }) => {
    const found = /^\s*(\d+)\s+(\S.*?)\s*$/.exec(row);
    if (!found) throw new PairsError(`${name}:${line}: expected a number and the path of an image, got '${row}'`);
    return [found[1]!, found[2]!] as const;
  }));
}

function linesOf(text: string): { line: number; text: string }[] {
  return text.split(/\r?\n/).map((row, i) => ({ line: i + 1, text: row })).filter(({ text: row }) => row.trim() !== '');
}

function truth(text: string, where: string): boolean {
  if (/^(1|true)$/i.test(text)) return true;
  if (/^(0|false)$/i.test(text)) return false;
  throw new PairsError(`${where}: expected 1 (one person) or 0 (two people), got '${text}'`);
}
