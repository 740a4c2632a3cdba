import { forEachDistanceBlock } from './distance-blocks.ts';
import { checkEmbeddings, countOf, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import { Smallest } from './smallest.ts';
import type { SmallestPairs } from './smallest-pairs.ts';
import { falseAcceptBudget, valAtFar, type SortedPairs } from './val-at-far.ts';
import { meanVal, type MeanVal } from './val-over-folds.ts';

/** Counts of distances in steps of `width` from 0 to 4. */
export interface DistanceHistogram {
  readonly width: number;
  readonly same: Float64Array;
  readonly different: Float64Array;
}

/** All pairs of images, apart by same and different person. */
export interface AllPairs extends SortedPairs {
  readonly images: number;
  /** To look at. */
  readonly histogram: DistanceHistogram;
  /** To compute from: `finerBy` times as many steps. */
  readonly fine: DistanceHistogram;
}

const histogramBins = 200;
const finerBy = 512;
const fineBins = histogramBins * finerBy;
const binsPerUnit = fineBins / 4;

export interface AllPairsOptions {
  readonly largestFar: number;
  /** Also keeps the closest pairs of two people together with who they are: their labels. */
  readonly closest?: SmallestPairs | undefined;
}

/**
 * Distances of all pairs of images. Of the different-person pairs only the smallest are kept, enough for thresholds up
 * to `largestFar`: memory is about 16 × largestFar × pairs bytes, time 1 multiply-add per number and pair.
 */
export function allPairs(embeddings: Embeddings, labels: Int32Array, { largestFar, closest }: AllPairsOptions): AllPairs {
  checkEmbeddings(embeddings);
  const images = countOf(embeddings);
  if (labels.length !== images) throw new EvaluationError(`${images} embeddings, but ${labels.length} labels`);
  const pairsSame = countSamePairs(labels);
  const pairsDifferent = (images * (images - 1)) / 2 - pairsSame;
  const same = new Float64Array(pairsSame);
  const different = new Smallest(falseAcceptBudget(largestFar, pairsDifferent) + 1);
  const fine = { width: 1 / binsPerUnit, same: new Float64Array(fineBins), different: new Float64Array(fineBins) };
  let found = 0;
  forEachDistanceBlock(embeddings, ({ top, left, rows, cols, distances, stride }) => {
    for (let r = 0; r < rows; r++) {
      const label = labels[top + r]!;
      for (let c = top === left ? r + 1 : 0; c < cols; c++) {
        const distance = distances[r * stride + c]!;
        const bin = distance < 4 ? Math.floor(distance * binsPerUnit) : fineBins - 1;
        if (labels[left + c] === label) {
          same[found++] = distance;
          fine.same[bin]!++;
        } else {
          fine.different[bin]!++;
          if (distance < different.cutoff) different.add(distance);
          if (closest !== undefined && distance < closest.cutoff) closest.add(distance, label, labels[left + c]!);
        }
      }
    }
  });
  return { images, same: same.sort(), different: different.sorted(), pairsDifferent, histogram: coarsen(fine), fine };
}

function coarsen({ width, same, different }: DistanceHistogram): DistanceHistogram {
  const coarse = (counts: Float64Array): Float64Array => Float64Array.from({ length: histogramBins }, (_, bin) =>
    counts.subarray(bin * finerBy, (bin + 1) * finerBy).reduce((sum, count) => sum + count, 0));
  return { width: width * finerBy, same: coarse(same), different: coarse(different) };
}

/**
 * The paper's protocol: people are divided into parts, all pairs are formed within each part. People with most images
 * first, each goes to the part with the fewest images so far (the first of them), so no random number is involved and
 * parts are alike. People with equally many images go in the order of their labels' first appearance.
 */
export function allPairsOfParts(
  embeddings: Embeddings, labels: Int32Array, { parts, largestFar }: { parts: number; largestFar: number },
): AllPairs[] {
  checkEmbeddings(embeddings);
  const part = dividePeople(labels, parts);
  return Array.from({ length: parts }, (_, index) => {
    const rows = [...labels.keys()].filter((row) => part[row] === index);
    return allPairs(takeRows(embeddings, rows), Int32Array.from(rows, (row) => labels[row]!), { largestFar });
  });
}

export function valOverParts(parts: readonly SortedPairs[], far: number): MeanVal {
  return meanVal(far, parts.map((pairs) => valAtFar(pairs, far)));
}

/** The part of each image. */
export function dividePeople(labels: Int32Array, parts: number): Int32Array {
  const images = countImages(labels);
  if (!Number.isInteger(parts) || parts < 1 || images.size < parts) {
    throw new EvaluationError(`cannot divide ${images.size} people into ${parts} parts`);
  }
  const load = new Float64Array(parts);
  const partOf = new Map<number, number>();
  // Array.prototype.sort is stable and a Map keeps the order of first appearance.
  for (const [label, count] of [...images].sort(([, a], [, b]) => b - a)) {
    const lightest = load.indexOf(Math.min(...load));
    partOf.set(label, lightest);
    load[lightest]! += count;
  }
  return labels.map((label) => partOf.get(label)!);
}

export function countSamePairs(labels: Int32Array): number {
  return [...countImages(labels).values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

function countImages(labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function takeRows({ data, size }: Embeddings, rows: readonly number[]): Embeddings {
  const taken = new Float32Array(rows.length * size);
  rows.forEach((row, i) => taken.set(data.subarray(row * size, (row + 1) * size), i * size));
  return { data: taken, size };
}
