/** Pairs of pictures whose hashes differ in few bits. */
export interface NearPair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/** The largest distance that `findNear` can be asked for: see below. */
export const largestDistance = 7;
const parts = 4;

/**
 * All pairs of 64-bit hashes at most `distance` bits apart, without comparing each with each (multi-index hashing: Norouzi,
 * Punjani, Fleet, CVPR 2012). Of four parts of 16 bits, one differs in at most one bit when no more than 7 bits differ in
 * all, so looking up each part and its 16 neighbours finds every pair.
 */
export function findNear(hashes: readonly (readonly [low: number, high: number])[], distance: number): NearPair[] {
  if (!(distance >= 0 && distance <= largestDistance)) throw new RangeError(`distance: expected 0 to ${largestDistance} bits, got ${distance}`);
  const tables = Array.from({ length: parts }, () => new Map<number, number[]>());
  const pairs: NearPair[] = [];
  hashes.forEach((hash, second) => {
    for (const [part, table] of tables.entries()) {
      const key = partOf(hash, part);
      for (let bit = -1; bit < 16; bit++) {
        for (const first of table.get(bit < 0 ? key : key ^ (1 << bit)) ?? []) {
          const other = hashes[first]!;
          const found = bitsApart(hash, other);
          if (found <= distance && firstNearPart(hash, other) === part) pairs.push({ first, second, distance: found });
        }
      }
      const bucket = table.get(key);
      if (bucket) bucket.push(second);
      else table.set(key, [second]);
    }
  });
  return pairs.sort((a, b) => a.distance - b.distance || a.first - b.first || a.second - b.second);
}

type Hash = readonly [low: number, high: number];

const partOf = (hash: Hash, part: number): number => (hash[part >> 1]! >>> (16 * (part & 1))) & 0xffff;

/** The one part that finds a pair, so that no pair is found twice. */
function firstNearPart(a: Hash, b: Hash): number {
  for (let part = 0; part < parts; part++) {
    if (ones(partOf(a, part) ^ partOf(b, part)) <= 1) return part;
  }
  return -1;
}

const bitsApart = (a: Hash, b: Hash): number => ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);

/** Set bits of a 32-bit number, two, four and eight at a time. */
function ones(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
