import { readFileSync } from 'node:fs';
import path from 'node:path';
import { randomNormal, randomNumbers, unit } from './random-vectors.ts';

export interface LabelledVector {
  readonly person: string;
  readonly vector: Float32Array;
}

/** A .csv of `facenet embed`: a path in the folder of a person, then the numbers. */
export function readFaces(file: string): LabelledVector[] {
  return readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [name, ...numbers] = line.split(',');
    return { person: path.dirname(name!), vector: Float32Array.from(numbers, Number) };
  });
}

export interface LikeOptions {
  readonly count: number;
  readonly people: number;
  readonly seed: number;
}

/** Of people with fewer faces, what is their own and what is of one picture cannot be told apart. */
const fewestFaces = 3;

/** Unit vectors of `people` who differ as the given ones do, each with faces that differ as those of one person do. */
export function vectorsLike(faces: readonly LabelledVector[], { count, people, seed }: LikeOptions): Float32Array[] {
  const size = faces[0]!.vector.length;
  const mean = meanOf(faces.map(({ vector }) => vector));
  const groups = byPerson(faces).filter(({ length }) => length >= fewestFaces);
  const between = squareRoot(covariance(groups.map((vectors) => difference(meanOf(vectors), mean))), size);
  const within = squareRoot(covariance(groups.flatMap((vectors) => {
    // One of n is spent on their mean.
    const [middle, factor] = [meanOf(vectors), Math.sqrt(vectors.length / (vectors.length - 1))];
    return vectors.map((vector) => difference(vector, middle).map((value) => value * factor));
  })), size);
  const random = randomNumbers(seed);
  const centres = Array.from({ length: people }, () => drawn(between, size, random).map((value, i) => value + mean[i]!));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * people)]!;
    return unit(Float32Array.from(drawn(within, size, random), (value, i) => value + centre[i]!));
  });
}

function byPerson(faces: readonly LabelledVector[]): Float32Array[][] {
  const groups = new Map<string, Float32Array[]>();
  for (const { person, vector } of faces) groups.set(person, [...groups.get(person) ?? [], vector]);
  return [...groups.values()];
}

function meanOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value - b[i]!);
}

/** Of vectors around 0: [size, size]. */
function covariance(vectors: readonly Float64Array[]): Float64Array {
  const size = vectors[0]!.length;
  const sums = new Float64Array(size * size);
  for (const vector of vectors) {
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) sums[i * size + j]! += vector[i]! * vector[j]! / vectors.length;
  }
  return sums;
}

/** The lower triangle L with L·Lᵀ the given one (Cholesky). */
function squareRoot(matrix: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= root[i * size + k]! * root[j * size + k]!;
      // Directions in which nothing varies are left at 0.
      if (i === j) root[i * size + i] = Math.sqrt(Math.max(0, sum));
      else root[i * size + j] = root[j * size + j]! > 1e-9 ? sum / root[j * size + j]! : 0;
    }
  }
  return root;
}

function drawn(root: Float64Array, size: number, random: () => number): Float64Array {
  const normal = Float64Array.from({ length: size }, () => randomNormal(random));
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += root[i * size + j]! * normal[j]!;
    return sum;
  });
}
