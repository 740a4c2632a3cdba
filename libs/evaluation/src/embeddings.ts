import { EvaluationError } from './errors.ts';
import type { PairRows } from './resolve-pairs.ts';

/** Unit vectors, row by row: [count, size]. */
export interface Embeddings {
  readonly data: Float32Array;
  readonly size: number;
}

export function countOf({ data, size }: Embeddings): number {
  return data.length / size;
}

/** Refuses what would give a plausible but wrong figure: numbers that are not finite, vectors that are not unit length. */
export function checkEmbeddings(embeddings: Embeddings): void {
  const { data, size } = embeddings;
  if (!Number.isInteger(size) || size < 1 || data.length % size !== 0) {
    throw new EvaluationError(`embeddings: ${data.length} numbers are not whole vectors of ${size}`);
  }
  for (let row = 0; row < countOf(embeddings); row++) {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += data[i]! * data[i]!;
    // Also true for NaN. Float32 normalisation is right to about 1e-7; fp16 storage to about 1e-3.
    if (!(Math.abs(sum - 1) < 1e-2)) throw new EvaluationError(`embedding ${row}: expected length 1, got ${Math.sqrt(sum)}`);
  }
}

/** Squared L2 distances, 0 to 4, of each pair. Across two models, `mates` are what the other one made of the same images: the second of each pair. */
export function pairDistances(
  { data, size }: Embeddings, { first, second }: Pick<PairRows, 'first' | 'second'>, mates: Embeddings = { data, size },
): Float64Array {
  if (mates.size !== size) throw new EvaluationError(`distances of pairs: embeddings of ${size} numbers against ${mates.size}`);
  return Float64Array.from(first, (row, pair) => {
    const [a, b] = [row * size, second[pair]! * size];
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const difference = data[a + i]! - mates.data[b + i]!;
      sum += difference * difference;
    }
    return sum;
  });
}

/** The flip test: the embeddings of images and of their mirrored copies, added and brought back to unit length. */
export function combineFlipped(straight: Embeddings, mirrored: Embeddings): Embeddings {
  const { data, size } = straight;
  if (mirrored.size !== size || mirrored.data.length !== data.length) {
    throw new EvaluationError(`flip: ${countOf(straight)} × ${size} straight against ${countOf(mirrored)} × ${mirrored.size} mirrored`);
  }
  const sums = data.map((value, i) => value + mirrored.data[i]!);
  for (let start = 0; start < sums.length; start += size) {
    const row = sums.subarray(start, start + size);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    // Opposite vectors have no direction in common; the straight one is as good as any.
    row.set(length > 1e-6 ? row.map((value) => value / length) : data.subarray(start, start + size));
  }
  return { data: sums, size };
}
