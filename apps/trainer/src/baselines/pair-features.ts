import type { Embeddings, PairRows } from '@facenet/evaluation';

/** What a machine is told of two embeddings a and b. */
export type PairFeatures = 'difference' | 'product' | 'both';

interface Rule {
  /** How many numbers for embeddings of `size`. */
  readonly count: (size: number) => number;
  readonly write: (out: Float32Array, at: number, embeddings: Embeddings, a: number, b: number) => void;
}

/** |a − b| of each dimension, as DeepFace's χ² has it; a · b of each; or one after the other. None knows which came first. */
const rules = {
  difference: {
    count: (size) => size,
    write: (out, at, { data, size }, a, b) => {
      for (let k = 0; k < size; k++) out[at + k] = Math.abs(data[a * size + k]! - data[b * size + k]!);
    },
  },
  product: {
    count: (size) => size,
    write: (out, at, { data, size }, a, b) => {
      for (let k = 0; k < size; k++) out[at + k] = data[a * size + k]! * data[b * size + k]!;
    },
  },
  both: {
    count: (size) => 2 * size,
    write: (out, at, embeddings, a, b) => {
      rules.difference.write(out, at, embeddings, a, b);
      rules.product.write(out, at + embeddings.size, embeddings, a, b);
    },
  },
} satisfies Record<PairFeatures, Rule>;

export function featureCount(features: PairFeatures, size: number): number {
  return rules[features].count(size);
}

/** The features of rows `a` and `b`, written to `out` from `at`. */
export function writePairFeatures(features: PairFeatures, out: Float32Array, at: number, embeddings: Embeddings, a: number, b: number): void {
  rules[features].write(out, at, embeddings, a, b);
}

/** [pairs, features] */
export function featuresOfPairs(features: PairFeatures, embeddings: Embeddings, { first, second }: Pick<PairRows, 'first' | 'second'>): Float32Array {
  const count = featureCount(features, embeddings.size);
  const out = new Float32Array(first.length * count);
  first.forEach((a, pair) => { writePairFeatures(features, out, pair * count, embeddings, a, second[pair]!); });
  return out;
}

/** Embeddings of the same images by several models, side by side: [images, sum of sizes]. */
export function concatenate(parts: readonly Embeddings[]): Embeddings {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const images = parts[0]!.data.length / parts[0]!.size;
  const data = new Float32Array(images * size);
  let offset = 0;
  for (const part of parts) {
    if (part.data.length !== images * part.size) throw new Error(`internal: ${part.data.length / part.size} embeddings beside ${images}`);
    for (let row = 0; row < images; row++) data.set(part.data.subarray(row * part.size, (row + 1) * part.size), row * size + offset);
    offset += part.size;
  }
  return { data, size };
}
