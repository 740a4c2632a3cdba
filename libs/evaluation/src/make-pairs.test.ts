import { testRandom } from './embeddings.fixture.ts';
import { formatPairs, makePairs, mostPairsPerSet, parsePairs, type Person } from './index.ts';

const people: Person[] = Array.from({ length: 23 }, (_, i) => ({
  identity: `person ${i}`,
  numbers: Array.from({ length: 1 + (i % 6) }, (_n, j) => j + 1),
}));

describe('makePairs', () => {
  const options = { sets: 4, perSet: 18 };
  const made = makePairs(people, { ...options, random: testRandom(7) });

  it('is a pairs file that can be read back', () => {
    const read = parsePairs(formatPairs(made), made.name);
    expect(read).toEqual(made);
  });

  it('draws no pair twice and no person in two sets', () => {
    const keys = made.pairs.map(({ first, second }) => `${first.identity}/${first.number} ${second.identity}/${second.number}`);
    expect(new Set(keys).size).toBe(4 * 36);
    const sets = new Map<string, Set<number>>();
    for (const { set, first, second } of made.pairs) {
      for (const { identity } of [first, second]) sets.set(identity, (sets.get(identity) ?? new Set()).add(set));
    }
    expect([...sets.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('draws only images that exist, and pairs what it says', () => {
    const exists = new Set(people.flatMap(({ identity, numbers }) => numbers.map((number) => `${identity}/${number}`)));
    for (const { same, first, second } of made.pairs) {
      expect(exists.has(`${first.identity}/${first.number}`)).toBe(true);
      expect(exists.has(`${second.identity}/${second.number}`)).toBe(true);
      expect(first.identity === second.identity).toBe(same);
    }
  });

  it('gives the same pairs for the same seed and others for another', () => {
    expect(makePairs(people, { ...options, random: testRandom(7) })).toEqual(made);
    expect(makePairs(people, { ...options, random: testRandom(8) })).not.toEqual(made);
  });

  it('says when the images do not allow as many pairs', () => {
    expect(() => makePairs(people, { sets: 4, perSet: 1000, random: testRandom(1) })).toThrow(/set 1: pairs of one person's images: 1000 were asked for, the images allow \d+/);
  });

  it('can always draw as many as mostPairsPerSet says', () => {
    const perSet = mostPairsPerSet(people, 4);
    // By hand: of 23 people in descending order (6, 6, 6 images, then four each of 5, 4, 3, 2 and 1) the last set gets
    // 5, 4, 3, 2 and 1: 10 + 6 + 3 + 1 pairs of one person, and 105 − 20 of different people.
    expect(perSet).toBe(20);
    for (let seed = 0; seed < 20; seed++) expect(() => makePairs(people, { sets: 4, perSet, random: testRandom(seed) })).not.toThrow();
  });
});
