import { PairsError } from './errors.ts';

/** An image as pairs.txt names it: the `number`-th of a person, counted from 1. */
export interface ImageName {
  readonly identity: string;
  readonly number: number;
}

export interface Pair {
  readonly line: number;
  readonly set: number;
  readonly same: boolean;
  readonly first: ImageName;
  readonly second: ImageName;
}

export interface PairsFile {
  /** What errors call it. */
  readonly name: string;
  readonly sets: number;
  readonly perSet: number;
  readonly pairs: readonly Pair[];
}

/**
 * Reads the format of LFW's pairs.txt: `sets perSet` (or one number alone: one set), then for each set `perSet` lines
 * `name i j` of the same person and `perSet` lines `name i name j` of different people. Fields are separated by tabs
 * (names may then contain spaces) or by blanks.
 */
export function parsePairs(text: string, name = 'pairs.txt'): PairsFile {
  const lines = text.split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1)!.trim() === '') lines.pop();
  const { sets, perSet } = parseHeader(lines[0]!, name);
  const expected = 2 * sets * perSet;
  if (lines.length - 1 !== expected) {
    throw new PairsError(`${name}: the first line promises ${sets} sets of ${perSet} + ${perSet} pairs, ${expected} lines; got ${lines.length - 1}`);
  }
  const pairs = lines.slice(1).map((line, index) => {
    const set = Math.floor(index / (2 * perSet));
    const same = index % (2 * perSet) < perSet;
    return parsePair(line, { name, line: index + 2, set, same });
  });
  return { name, sets, perSet, pairs };
}

/** The inverse of `parsePairs`. */
export function formatPairs({ sets, perSet, pairs }: PairsFile): string {
  const lines = pairs.map(({ same, first, second }) => same
    ? [first.identity, first.number, second.number]
    : [first.identity, first.number, second.identity, second.number]);
  return [[sets, perSet], ...lines].map((fields) => `${fields.join('\t')}\n`).join('');
}

/** Where LFW keeps an image: `Zico/Zico_0003.jpg`. */
export function lfwFile({ identity, number }: ImageName): string {
  return `${identity}/${identity}_${String(number).padStart(4, '0')}.jpg`;
}

function parseHeader(line: string, name: string): { sets: number; perSet: number } {
  const numbers = fieldsOf(line).map(Number);
  const valid = numbers.every((value) => Number.isInteger(value) && value > 0);
  if (!valid || numbers.length < 1 || numbers.length > 2) {
    throw new PairsError(`${name}:1: expected the number of sets and of pairs per set, such as '10 300', got '${line}'`);
  }
  return numbers.length === 1 ? { sets: 1, perSet: numbers[0]! } : { sets: numbers[0]!, perSet: numbers[1]! };
}

interface Place {
  readonly name: string;
  readonly line: number;
  readonly set: number;
  readonly same: boolean;
}

function parsePair(text: string, { name, line, set, same }: Place): Pair {
  const fields = fieldsOf(text);
  const where = `${name}:${line}`;
  const form = same ? "'name i j', two images of one person," : "'name i name j', two different people,";
  if (fields.length !== (same ? 3 : 4)) throw new PairsError(`${where}: expected ${form} in set ${set + 1}, got '${text}'`);
  const [identity, i, ...rest] = fields as [string, string, ...string[]];
  const first = { identity, number: imageNumber(i, where) };
  const second = same
    ? { identity, number: imageNumber(rest[0]!, where) }
    : { identity: rest[0]!, number: imageNumber(rest[1]!, where) };
  if (same && first.number === second.number) throw new PairsError(`${where}: pairs image ${i} of '${identity}' with itself`);
  if (!same && first.identity === second.identity) throw new PairsError(`${where}: expected ${form} got '${identity}' twice`);
  return { line, set, same, first, second };
}

function fieldsOf(line: string): string[] {
  return line.trim().split(line.includes('\t') ? /\t+/ : /\s+/).map((field) => field.trim());
}

function imageNumber(field: string, where: string): number {
  const value = Number(field);
  if (!/^\d+$/.test(field) || value < 1) throw new PairsError(`${where}: expected an image number from 1, got '${field}'`);
  return value;
}
