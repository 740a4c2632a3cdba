import path from 'node:path';
import type { ImageName, Person } from '@facenet/evaluation';
import { nameOf, type PictureSource } from '../data/encoded.ts';
import type { Identity } from '../data/identity.ts';
import { readIdentities } from '../data/readers/readers.ts';

/** Ready crops of people: one folder per identity, files in order of their names. */
export interface ImageSet<T extends PictureSource = string> {
  readonly files: readonly T[];
  /** The identity of each file, counted from 0. */
  readonly labels: Int32Array;
  readonly identities: readonly string[];
}

export function readImageSet(folder: string): ImageSet {
  return imageSetOf(readIdentities(folder));
}

export function imageSetOf(identities: readonly Identity[]): ImageSet {
  return {
    files: identities.flatMap(({ files }) => files),
    labels: Int32Array.from(identities.flatMap(({ files }, label) => files.map(() => label))),
    identities: identities.map(({ name }) => name),
  };
}

/** The part of an image set whose files are among `files`. */
export function onlyFiles<T extends PictureSource>(set: ImageSet<T>, files: readonly T[]): ImageSet<T> {
  const kept = new Set(files);
  const rows = set.files.flatMap((file, row) => (kept.has(file) ? [row] : []));
  return {
    files: rows.map((row) => set.files[row]!),
    labels: Int32Array.from(rows, (row) => set.labels[row]!),
    identities: set.identities,
  };
}

/**
 * Finds images as pairs files name them: the number at the end of the file's name (`Zico_0003.jpg`, `0003.png`), or,
 * for an identity with any file that has none, or with the same one twice, the place in the order of names.
 */
export function imageFinder(set: ImageSet<PictureSource>): { readonly rowOf: (image: ImageName) => number | undefined; readonly people: Person[] } {
  const rowsOf = rowsByLabel(set);
  const people = set.identities.map((identity, label) => {
    const rows = rowsOf[label]!;
    return { identity, rows, numbers: numbersOf(rows.map((row) => nameOf(set.files[row]!))) };
  });
  const rows = new Map(people.flatMap(({ identity, rows, numbers }) => numbers.map((number, i) => [`${identity}\t${number}`, rows[i]!])));
  return {
    rowOf: ({ identity, number }) => rows.get(`${identity}\t${number}`),
    people: people.map(({ identity, numbers }) => ({ identity, numbers })),
  };
}

function numbersOf(files: readonly string[]): number[] {
  const numbers = files.map((file) => Number(/(\d+)$/.exec(path.parse(file).name)?.[1] ?? 0));
  const distinct = new Set(numbers).size === numbers.length && numbers.every((number) => number >= 1 && Number.isSafeInteger(number));
  return distinct ? numbers : files.map((_, i) => i + 1);
}

function rowsByLabel({ labels, identities }: ImageSet<PictureSource>): number[][] {
  const rows = identities.map((): number[] => []);
  labels.forEach((label, row) => { rows[label]!.push(row); });
  return rows;
}
