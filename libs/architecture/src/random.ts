import { standardNormalQuantile } from './normal-quantile.ts';

// A look-up of a global costs more than the arithmetic where scripts run in a context of their own, as under Jest.
const { imul } = Math;

/** Everything a generator remembers: four 32-bit words, not all zero. */
export type RandomState = readonly [number, number, number, number];

/**
 * Seeded random numbers, the same on every machine: xoshiro128** (Blackman and Vigna) on 32-bit integers, and for
 * normal numbers only arithmetic that IEEE 754 rounds in one way (see normal-quantile.ts).
 */
export class Random {
  readonly #words: Uint32Array;

  /** `stream` names an independent sequence of the same seed: one per parameter, one per identity, … */
  constructor(seed: number, stream = '') {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected an integer, got ${seed}`);
    this.#words = expand(seed, stream);
  }

  /** Goes on where the generator that gave `state` was. */
  static from(state: readonly number[]): Random {
    const valid = state.length === 4 && state.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
    if (!valid || state.every((word) => word === 0)) {
      throw new RangeError(`random state: expected four 32-bit words, not all 0, got [${state.join(', ')}]`);
    }
    const random = new Random(0);
    random.#words.set(state);
    return random;
  }

  get state(): RandomState {
    const [a, b, c, d] = this.#words;
    return [a!, b!, c!, d!];
  }

  /** 32 random bits as an integer from 0. */
  bits(): number {
    const words = this.#words;
    const second = words[1]!;
    const result = imul(rotateLeft(imul(second, 5), 7), 9) >>> 0;
    words[2]! ^= words[0]!;
    words[3]! ^= second;
    words[1]! ^= words[2]!;
    words[0]! ^= words[3]!;
    words[2]! ^= second << 9;
    words[3] = rotateLeft(words[3]!, 11);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Standard normal. */
  normal(): number {
    const high = this.bits() >>> 6;
    const low = this.bits() >>> 6;
    // The half keeps the probability off 0 and 1; the sum is exact in 53 bits.
    return standardNormalQuantile((high * 2 ** 26 + low + 0.5) / 2 ** 52);
  }

  /** Uniform among 0 … n − 1, without bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(`integer(n): expected n from 1 to 2^32, got ${n}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % n);
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % n;
  }

  /** Shuffles in place and returns the array; every order is equally likely. */
  shuffle<T, A extends { readonly length: number; [index: number]: T }>(array: A): A {
    for (let last = array.length - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      [array[last], array[chosen]] = [array[chosen]!, array[last]!];
    }
    return array;
  }
}

/** Spreads seed and stream over four words. */
function expand(seed: number, stream: string): Uint32Array {
  let hash = mix(0x9e3779b9 ^ (seed >>> 0));
  // `seed >>> 0` is the seed modulo 2³², so this is the rest of it, negative seeds included.
  hash = mix(hash ^ (Math.floor(seed / 2 ** 32) >>> 0));
  for (let i = 0; i < stream.length; i++) hash = mix(imul(hash, 0x01000193) ^ stream.charCodeAt(i));
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    hash = (hash + 0x9e3779b9) >>> 0;
    words[i] = mix(hash);
  }
  // All zero is the one state that xoshiro never leaves.
  if (words.every((word) => word === 0)) words[0] = 1;
  return words;
}

/** A bijection of 32 bits in which every input bit reaches every output bit (MurmurHash3's finaliser). */
function mix(word: number): number {
  let bits = word;
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function rotateLeft(word: number, count: number): number {
  return ((word << count) | (word >>> (32 - count))) >>> 0;
}
