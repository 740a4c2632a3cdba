import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { allPairs, allPairsOfParts, dividePeople, valAtFar, valOverParts, type Embeddings } from './index.ts';
import { Smallest } from './smallest.ts';

const random = testRandom(3);
// 157 images (no multiple of a block) of 40 people, in mixed order.
const people = Array.from({ length: 157 }, () => Math.floor(40 * random.next() ** 2));
const labels = Int32Array.from(people);
const embeddings: Embeddings = { data: testEmbeddings(people, 10, 0.9, 5), size: 10 };

/** Plain and slow: every pair, differences squared. */
function bruteForce(rows: readonly number[]): { same: number[]; different: number[] } {
  const [same, different]: [number[], number[]] = [[], []];
  rows.forEach((a, i) => rows.slice(i + 1).forEach((b) => {
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += (embeddings.data[a * 10 + k]! - embeddings.data[b * 10 + k]!) ** 2;
    (people[a] === people[b] ? same : different).push(sum);
  }));
  return { same: same.sort((a, b) => a - b), different: different.sort((a, b) => a - b) };
}

function expectClose(actual: Float64Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-12));
}

describe('allPairs', () => {
  const all = bruteForce([...labels.keys()]);

  it('finds the distances that brute force finds: all same ones, and the smallest different ones', () => {
    const pairs = allPairs(embeddings, labels, { largestFar: 0.05 });
    expectClose(pairs.same, all.same);
    expect(pairs.pairsDifferent).toBe(all.different.length);
    expectClose(pairs.different, all.different.slice(0, Math.floor(0.05 * all.different.length) + 1));
  });

  it('gives the VAL of brute force', () => {
    const pairs = allPairs(embeddings, labels, { largestFar: 0.1 });
    for (const far of [1e-3, 1e-2, 0.1]) {
      const threshold = all.different[Math.floor(far * all.different.length)]!;
      const accepted = all.same.filter((distance) => distance < threshold).length;
      expect(valAtFar(pairs, far)).toMatchObject({ accepted, falseAccepts: Math.floor(far * all.different.length) });
    }
  });

  it('counts every pair in the histogram', () => {
    const { histogram } = allPairs(embeddings, labels, { largestFar: 0.01 });
    const bins = (values: number[]): number[] => Array.from({ length: 200 }, (_, bin) =>
      values.filter((distance) => Math.min(199, Math.floor(distance * 50)) === bin).length);
    expect([...histogram.same]).toEqual(bins(all.same));
    expect([...histogram.different]).toEqual(bins(all.different));
  });

  it('says when a FAR above the kept ones is asked for', () => {
    const pairs = allPairs(embeddings, labels, { largestFar: 0.01 });
    expect(() => valAtFar(pairs, 0.02)).toThrow(/FAR 0.02 needs the \d+ smallest of \d+ distances, \d+ were kept/);
  });

  it('refuses vectors that are not unit length or not finite', () => {
    const broken = (value: number): Embeddings => ({ data: embeddings.data.map((old, i) => (i === 25 ? value : old)), size: 10 });
    expect(() => allPairs(broken(NaN), labels, { largestFar: 0.1 })).toThrow('embedding 2: expected length 1, got NaN');
    expect(() => allPairs(broken(3), labels, { largestFar: 0.1 })).toThrow(/embedding 2: expected length 1, got 3/);
    expect(() => allPairs(embeddings, labels.subarray(1), { largestFar: 0.1 })).toThrow('157 embeddings, but 156 labels');
  });
});

describe('the five parts', () => {
  it('divide people so that parts have equally many images, most images first', () => {
    // By hand: people 7 (4 images), 5 (3), 1 (2), 2, 9 and 8 (1 each) over two parts: 4 | 3; 4 | 5 (person 1); then 2 joins
    // the first (5 | 5), 9 the first (6 | 5), 8 the second (6 | 6).
    expect([...dividePeople(Int32Array.of(5, 7, 7, 1, 2, 5, 7, 9, 1, 8, 5, 7), 2)]).toEqual([1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0]);
  });

  it('share no person, and give mean and standard error of brute force in each', () => {
    const part = dividePeople(labels, 5);
    people.forEach((person, i) => expect(part[i]).toBe(part[people.indexOf(person)]));
    const values = [0, 1, 2, 3, 4].map((index) => {
      const { same, different } = bruteForce([...labels.keys()].filter((row) => part[row] === index));
      const threshold = different[Math.floor(0.02 * different.length)]!;
      return same.filter((distance) => distance < threshold).length / same.length;
    });
    const mean = values.reduce((a, b) => a + b) / 5;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4 / 5);
    const result = valOverParts(allPairsOfParts(embeddings, labels, { parts: 5, largestFar: 0.1 }), 0.02);
    expect(result.value).toBeCloseTo(mean, 12);
    expect(result.standardError).toBeCloseTo(error, 12);
    expect(result.parts).toHaveLength(5);
  });

  it('refuse more parts than people', () => {
    expect(() => dividePeople(Int32Array.of(1, 1, 2), 3)).toThrow('cannot divide 2 people into 3 parts');
  });
});

describe('Smallest', () => {
  it.each([1, 7, 1000, 5000])('keeps the %i smallest of many, ties included', (limit) => {
    const values = Array.from({ length: 20000 }, () => Math.floor(random.next() * 3000));
    const smallest = new Smallest(limit);
    values.forEach((value) => smallest.add(value));
    expect([...smallest.sorted()]).toEqual(values.sort((a, b) => a - b).slice(0, limit));
  });
});
