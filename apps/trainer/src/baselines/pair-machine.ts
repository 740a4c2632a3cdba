import type { Random } from '@facenet/architecture';
import type { Embeddings, PairRows } from '@facenet/evaluation';
import { trainLinearSvm } from './linear-svm.ts';
import { featureCount, featuresOfPairs, type PairFeatures, writePairFeatures } from './pair-features.ts';

/** Tells whether two embeddings are of one person, by a linear function of their features. */
export interface PairMachine {
  readonly features: PairFeatures;
  readonly weights: Float64Array;
  readonly bias: number;
  readonly c: number;
  readonly supportVectors: number;
}

export interface LearnOptions {
  readonly features: PairFeatures;
  /** Price of an error; the best of a few in cross-validation over the sets of the pairs unless told. */
  readonly c?: number | undefined;
  readonly random: Random;
}

/** Tried where no price is given; features are scaled to a mean square of 1, so that these suit any embedding. */
export const prices = [1e-4, 1e-3, 1e-2, 1e-1, 1] as const;
/** For pairs that come as one set. */
const parts = 5;

export function learnPairs(embeddings: Embeddings, pairs: PairRows, { features, c, random }: LearnOptions): PairMachine {
  const data = featuresOfPairs(features, embeddings, pairs);
  const size = featureCount(features, embeddings.size);
  const scales = scaleColumns(data, size);
  const price = c ?? choosePrice({ data, size, pairs, random });
  const { weights, bias, multipliers } = trainLinearSvm({ data, size, sides: sidesOf(pairs) }, { c: price, random });
  return { features, weights: weights.map((weight, k) => weight * scales[k]!), bias, c: price, supportVectors: multipliers.filter((value) => value > 0).length };
}

interface Learning {
  readonly data: Float32Array;
  readonly size: number;
  readonly pairs: PairRows;
  readonly random: Random;
}

/** The cheapest of the prices that decide most pairs rightly when each set in turn is left out of learning. */
function choosePrice({ data, size, pairs, random }: Learning): number {
  const folds = Math.max(...pairs.set) > 0 ? pairs.set : pairs.set.map((_, pair) => pair % parts);
  const sides = sidesOf(pairs);
  const right = prices.map((c) => {
    let count = 0;
    for (const fold of new Set(folds)) {
      const learned = [...folds.keys()].filter((pair) => folds[pair] !== fold);
      const { weights, bias } = trainLinearSvm({ data: takeRows(data, size, learned), size, sides: Int8Array.from(learned, (pair) => sides[pair]!) }, { c, random, mostPasses: 200 });
      folds.forEach((own, pair) => { if (own === fold && sides[pair]! * (dot(weights, data, pair * size) + bias) > 0) count++; });
    }
    return count;
  });
  return prices[right.indexOf(Math.max(...right))]!;
}

/** What the machine says of two rows: positive for one person. */
export function scorePair({ features, weights, bias }: PairMachine, embeddings: Embeddings, scratch: Float32Array, a: number, b: number): number {
  writePairFeatures(features, scratch, 0, embeddings, a, b);
  return dot(weights, scratch, 0) + bias;
}

/** Of each pair. */
export function scorePairs(machine: PairMachine, embeddings: Embeddings, { first, second }: PairRows): Float64Array {
  const scratch = new Float32Array(machine.weights.length);
  return Float64Array.from(first, (a, pair) => scorePair(machine, embeddings, scratch, a, second[pair]!));
}

/** Divides each column by its root mean square, in place, and returns what it was multiplied by. */
function scaleColumns(data: Float32Array, size: number): Float64Array {
  const squares = new Float64Array(size);
  for (let i = 0; i < data.length; i++) squares[i % size]! += data[i]! * data[i]!;
  const rows = data.length / size;
  // A column of zeros stays one.
  const scales = squares.map((sum) => (sum > 0 ? 1 / Math.sqrt(sum / rows) : 1));
  for (let i = 0; i < data.length; i++) data[i]! *= scales[i % size]!;
  return scales;
}

function sidesOf({ same }: PairRows): Int8Array {
  return Int8Array.from(same, (is) => (is === 1 ? 1 : -1));
}

function takeRows(data: Float32Array, size: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * size);
  rows.forEach((row, i) => { taken.set(data.subarray(row * size, (row + 1) * size), i * size); });
  return taken;
}

function dot(weights: Float64Array, data: Float32Array, start: number): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[start + k]!;
  return sum;
}
