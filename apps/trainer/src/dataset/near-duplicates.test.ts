import { Random } from '@facenet/architecture';
import { findNear } from './near-duplicates.ts';

type Hash = [number, number];
const random = new Random(4);
const word = (): number => random.integer(2 ** 32) | 0;

/** Each bit counted on its own, each pair compared. */
function bruteForce(hashes: readonly Hash[], distance: number): string[] {
  const bits = hashes.map(([low, high]) => [low, high].map((part) => (part >>> 0).toString(2).padStart(32, '0')).join(''));
  return bits.flatMap((a, first) => bits.slice(first + 1).flatMap((b, i) => {
    const apart = [...a].filter((bit, at) => bit !== b[at]).length;
    return apart <= distance ? [`${first} ${first + 1 + i} ${apart}`] : [];
  })).sort();
}

test.each([0, 3, 7])('finds each pair at most %i bits apart, once', (distance) => {
  const hashes: Hash[] = Array.from({ length: 60 }, () => [word(), word()]);
  // Neighbours of the first ones, 1 to 10 bits away, and two of the same.
  for (let i = 0; i < 60; i++) {
    const [low, high] = hashes[i]!;
    const changed: Hash = [low, high];
    for (const bit of new Random(i).shuffle(Array.from({ length: 64 }, (_, at) => at)).slice(0, 1 + (i % 10))) changed[bit >> 5]! ^= 1 << (bit & 31);
    hashes.push(changed);
  }
  hashes.push([...hashes[7]!]);
  const found = findNear(hashes, distance).map((pair) => `${pair.first} ${pair.second} ${pair.distance}`);
  expect(found.length).toBeGreaterThan(0);
  expect([...found].sort()).toEqual(bruteForce(hashes, distance));
});

test('refuses a distance that it could miss pairs at', () => {
  expect(() => findNear([], 8)).toThrow('expected 0 to 7 bits, got 8');
});
