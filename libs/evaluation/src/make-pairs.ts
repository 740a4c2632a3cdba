import { PairsError } from './errors.ts';
import type { ImageName, Pair, PairsFile } from './pairs.ts';

export interface Person {
  readonly identity: string;
  /** The numbers of this person's images. */
  readonly numbers: readonly number[];
}

export interface MakePairsOptions {
  readonly sets: number;
  readonly perSet: number;
  readonly random: { next(): number };
}

/**
 * Draws pairs as LFW's were: sets that share no person, each with `perSet` different pairs of one person's images (a
 * person at random, then two of its images) and `perSet` of different people (two people, then an image of each).
 */
export function makePairs(people: readonly Person[], { sets, perSet, random }: MakePairsOptions): PairsFile {
  const groups = deal(shuffled(people, random), sets);
  const pairs = groups.flatMap((group, set) => [
    ...draw(perSet, samePairs(group), `set ${set + 1}: pairs of one person's images`, () => drawSame(group, random)),
    ...draw(perSet, differentPairs(group), `set ${set + 1}: pairs of different people`, () => drawDifferent(group, random)),
  ].map(([first, second], index): Pair => {
    return { line: 2 + 2 * perSet * set + index, set, same: index < perSet, first, second };
  }));
  return { name: 'generated pairs', sets, perSet, pairs };
}

/** The most pairs per set that these people allow; it depends on how many images they have and not on chance. */
export function mostPairsPerSet(people: readonly Person[], sets: number): number {
  return Math.min(...deal(people, sets).flatMap((group) => [samePairs(group), differentPairs(group)]));
}

type Images = readonly [ImageName, ImageName];

function drawSame(group: readonly Person[], random: { next(): number }): Images {
  const { identity, numbers } = pick(group.filter((person) => person.numbers.length > 1), random);
  const first = pick(numbers, random);
  const second = pick(numbers.filter((number) => number !== first), random);
  return [{ identity, number: Math.min(first, second) }, { identity, number: Math.max(first, second) }];
}

function drawDifferent(group: readonly Person[], random: { next(): number }): Images {
  const shown = group.filter((person) => person.numbers.length > 0);
  const one = pick(shown, random);
  const other = pick(shown.filter((person) => person !== one), random);
  const [first, second] = one.identity < other.identity ? [one, other] : [other, one];
  return [
    { identity: first.identity, number: pick(first.numbers, random) },
    { identity: second.identity, number: pick(second.numbers, random) },
  ];
}

/** `count` distinct draws. */
function draw(count: number, available: number, what: string, next: () => Images): Images[] {
  if (available < count) throw new PairsError(`${what}: ${count} were asked for, the images allow ${available}`);
  const drawn = new Map<string, Images>();
  while (drawn.size < count) {
    const images = next();
    drawn.set(images.map(({ identity, number }) => `${identity}\t${number}`).join('\t'), images);
  }
  return [...drawn.values()];
}

function samePairs(group: readonly Person[]): number {
  return group.reduce((sum, { numbers: { length } }) => sum + (length * (length - 1)) / 2, 0);
}

function differentPairs(group: readonly Person[]): number {
  const images = group.reduce((sum, { numbers }) => sum + numbers.length, 0);
  return (images * (images - 1)) / 2 - samePairs(group);
}

/** Deals people like cards, those with the most images first, so that no set is much poorer than another. */
function deal(people: readonly Person[], sets: number): Person[][] {
  const descending = [...people].sort((a, b) => b.numbers.length - a.numbers.length);
  return Array.from({ length: sets }, (_, set) => descending.filter((_person, index) => index % sets === set));
}

function shuffled<T>(items: readonly T[], random: { next(): number }): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const at = Math.floor(random.next() * (last + 1));
    [result[last], result[at]] = [result[at]!, result[last]!];
  }
  return result;
}

function pick<T>(items: readonly T[], random: { next(): number }): T {
  return items[Math.floor(random.next() * items.length)]!;
}
