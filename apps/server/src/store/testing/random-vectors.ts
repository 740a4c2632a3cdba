/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface ClusterOptions {
  readonly count: number;
  readonly size: number;
  readonly clusters: number;
  /** Length of what is added to a centre, which has length 1. */
  readonly spread: number;
  readonly seed: number;
}

/** Unit vectors around random centres, as faces of people are. */
export function clusteredVectors({ count, size, clusters, spread, seed }: ClusterOptions): Float32Array[] {
  const random = randomNumbers(seed);
  const centres = Array.from({ length: clusters }, () => randomUnit(size, random));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * clusters)]!;
    const noise = randomUnit(size, random);
    return unit(centre.map((value, index) => value + spread * noise[index]!));
  });
}

function randomUnit(size: number, random: () => number): Float32Array {
  // A normal distribution has no preferred direction.
  return unit(Float32Array.from({ length: size }, () => randomNormal(random)));
}

/** Of mean 0 and variance 1, by Box and Muller. */
export function randomNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

/** The squared distance in double precision, for expected values. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum;
}

/** Places of the nearest vectors, the nearest first, by looking at every one. */
export function nearestPlaces(query: Float32Array, vectors: readonly Float32Array[], limit: number): number[] {
  const nearest: { readonly place: number; readonly distance: number }[] = [];
  vectors.forEach((vector, place) => {
    const distance = squaredDistance(query, vector);
    if (nearest.length === limit && distance >= nearest.at(-1)!.distance) return;
    const at = nearest.findIndex((each) => each.distance > distance);
    nearest.splice(at < 0 ? nearest.length : at, 0, { place, distance });
    if (nearest.length > limit) nearest.pop();
  });
  return nearest.map(({ place }) => place);
}
