/** Numbers for tests: a linear congruential generator (Numerical Recipes' constants). */
export function testRandom(seed: number): { next(): number } {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    },
  };
}

/** Unit vectors around one direction per label, [labels.length, size]. */
export function testEmbeddings(labels: readonly number[], size: number, spread: number, seed: number): Float32Array {
  const random = testRandom(seed);
  const vector = (): number[] => Array.from({ length: size }, () => random.next() + random.next() + random.next() - 1.5);
  const centres = new Map([...new Set(labels)].map((label) => [label, vector()]));
  return Float32Array.from(labels.flatMap((label) => {
    const noise = vector();
    const row = centres.get(label)!.map((value, i) => value + spread * noise[i]!);
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  }));
}
