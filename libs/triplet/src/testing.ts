import type { RandomSource } from './random.ts';

/** For tests and the benchmark: a small generator of its own, so that this package needs no other. */
export interface SeededRandom extends RandomSource {
  normal(): number;
  state(): number;
}

/** mulberry32 by Tommy Ettinger (public domain). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box–Muller.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal, state: () => state };
}

/** `spread` 0 puts all rows of an identity at one point; the larger, the less the identities can be told apart. */
export function clusteredEmbeddings(labels: ArrayLike<number>, dimension: number, spread: number, random: SeededRandom): Float32Array {
  const centres = new Map<number, number[]>();
  const embeddings = new Float32Array(labels.length * dimension);
  for (let row = 0; row < labels.length; row++) {
    let centre = centres.get(labels[row]!);
    if (centre === undefined) {
      centre = Array.from({ length: dimension }, () => random.normal());
      centres.set(labels[row]!, centre);
    }
    const point = centre.map((x) => x + spread * random.normal());
    const norm = Math.hypot(...point);
    point.forEach((x, k) => { embeddings[row * dimension + k] = x / norm; });
  }
  return embeddings;
}
