/** The one thing asked of a source of randomness: uniform numbers in [0, 1). */
export interface RandomSource {
  next(): number;
}

/** Uniform among 0 … n − 1. The bias of the product is below n / 2⁵³. */
export function randomInteger(random: RandomSource, n: number): number {
  return Math.floor(random.next() * n);
}

/** Moves a uniform choice of `count` elements, in random order, to the front of the array. */
export function shuffleFirst(random: RandomSource, array: Int32Array, count: number): void {
  const last = Math.min(count, array.length - 1);
  for (let i = 0; i < last; i++) {
    const j = i + randomInteger(random, array.length - i);
    const taken = array[i]!;
    array[i] = array[j]!;
    array[j] = taken;
  }
}

export function shuffle(random: RandomSource, array: Int32Array): void {
  shuffleFirst(random, array, array.length);
}
