import { forEachCrossBlock, forEachDistanceBlock, type DistanceBlock } from './distance-blocks.ts';
import { checkEmbeddings, countOf, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import { SmallestPairs } from './smallest-pairs.ts';
import type { SortedPairs } from './val-at-far.ts';

/** People as numbers from 0, and how many images each has. */
export interface People {
  readonly count: number;
  /** Of each image. */
  readonly of: Int32Array;
  readonly images: Int32Array;
}

/** All pairs of images with the people in them, as far as they were kept: what a bootstrap over people needs. */
export interface PairsOfPeople extends SortedPairs {
  readonly people: People;
  /** Of each pair of one person. */
  readonly samePerson: Int32Array;
  /** Of each kept pair of different people. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** False where a pair and its reverse are two pairs: embeddings of two models. */
  readonly symmetric: boolean;
  /** Of all pairs of different people: how many distances lie in [i, i + 1) × `binWidth`. */
  readonly histogram: Float64Array;
  /** How closely each image is found among the others, from either side. */
  readonly nearest: NearestImages;
  /** The same for the columns as probes: of two models the second one's, otherwise the same. */
  readonly nearestReverse: NearestImages;
}

export interface NearestImages {
  /** Distance to the closest other image of the same person, Infinity for a person's only image. */
  readonly mate: Float64Array;
  /** Distance to the closest image of anyone else. */
  readonly other: Float64Array;
}

// A power of two, so that a distance times it, and a bin's edge, are exact.
const binsPerUnit = 2 ** 15;
export const binWidth = 1 / binsPerUnit;
const bins = 4 * binsPerUnit;

export interface CollectOptions {
  /** How many of the closest pairs of different people are kept, with the people in them. */
  readonly keep: number;
  readonly onProgress?: (share: number) => void;
}

export function peopleOf(labels: Int32Array): People {
  const numbers = new Map([...new Set(labels)].map((label, number) => [label, number]));
  const of = labels.map((label) => numbers.get(label)!);
  const images = new Int32Array(numbers.size);
  for (const person of of) images[person]!++;
  return { count: numbers.size, of, images };
}

/** How many pairs of one person and of different people there are; for two models every ordered pair but an image with itself. */
export function countPairs({ of, images }: People, symmetric: boolean): { same: number; different: number } {
  const ordered = images.reduce((sum, count) => sum + count * (count - 1), 0);
  const all = of.length * (of.length - 1);
  const times = symmetric ? 0.5 : 1;
  return { same: times * ordered, different: times * (all - ordered) };
}

/** Pairs of a model's embeddings of all images; an image is not paired with itself. */
export function collectPairs(embeddings: Embeddings, people: People, options: CollectOptions): PairsOfPeople {
  checkImages(embeddings, people);
  return collect(people, true, options, (visit) => { forEachDistanceBlock(embeddings, visit); });
}

/** Pairs of one model's embedding of an image (rows) and another's of another image (columns), all of them ordered. */
export function collectCrossPairs(rows: Embeddings, cols: Embeddings, people: People, options: CollectOptions): PairsOfPeople {
  checkImages(rows, people);
  checkImages(cols, people);
  if (rows.size !== cols.size) throw new EvaluationError(`embeddings of ${rows.size} and of ${cols.size} numbers cannot be compared`);
  return collect(people, false, options, (visit) => { forEachCrossBlock(rows, cols, visit); });
}

function checkImages(embeddings: Embeddings, { of }: People): void {
  checkEmbeddings(embeddings);
  if (countOf(embeddings) !== of.length) throw new EvaluationError(`${countOf(embeddings)} embeddings, but ${of.length} labels`);
}

function collect(
  people: People, symmetric: boolean, { keep, onProgress }: CollectOptions, forEachBlock: (visit: (block: DistanceBlock) => void) => void,
): PairsOfPeople {
  const count = people.of.length;
  const pairs = countPairs(people, symmetric);
  const same = new Float64Array(pairs.same);
  const samePerson = new Int32Array(pairs.same);
  const kept = new SmallestPairs(Math.min(keep, pairs.different));
  const histogram = new Float64Array(bins);
  const nearest = noneNearest(count);
  const nearestReverse = symmetric ? nearest : noneNearest(count);
  let found = 0;
  let seen = 0;
  forEachBlock(({ top, left, rows, cols, distances, stride }) => {
    for (let r = 0; r < rows; r++) {
      const row = top + r;
      const person = people.of[row]!;
      let mate = nearest.mate[row]!;
      let other = nearest.other[row]!;
      for (let c = symmetric && top === left ? r + 1 : 0; c < cols; c++) {
        const col = left + c;
        const distance = distances[r * stride + c]!;
        const secondPerson = people.of[col]!;
        if (secondPerson !== person) {
          histogram[distance < 4 ? Math.floor(distance * binsPerUnit) : bins - 1]!++;
          if (distance < kept.cutoff) kept.add(distance, person, secondPerson);
          if (distance < other) other = distance;
          if (distance < nearestReverse.other[col]!) nearestReverse.other[col] = distance;
        } else if (row !== col) {
          same[found] = distance;
          samePerson[found++] = person;
          if (distance < mate) mate = distance;
          if (distance < nearestReverse.mate[col]!) nearestReverse.mate[col] = distance;
        }
      }
      nearest.mate[row] = mate;
      nearest.other[row] = other;
    }
    seen += rows * cols;
    onProgress?.(Math.min(1, seen / (symmetric ? (count * (count + 1)) / 2 : count * count)));
  });
  const order = ascending(same);
  return {
    people, symmetric, histogram, nearest, nearestReverse,
    same: same.sort(),
    samePerson: Int32Array.from(order, (index) => samePerson[index]!),
    ...kept.sorted(),
    pairsDifferent: pairs.different,
  };
}

function noneNearest(count: number): NearestImages {
  return { mate: new Float64Array(count).fill(Infinity), other: new Float64Array(count).fill(Infinity) };
}

function ascending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
}
