import { Random } from '@facenet/architecture';
import type { Embeddings, PairRows } from '@facenet/evaluation';
import { concatenate, featuresOfPairs } from './pair-features.ts';
import { learnPairs, prices, scorePairs } from './pair-machine.ts';

const pair = (first: number[], second: number[], same: number[]): PairRows => ({
  sets: 1, first: Int32Array.from(first), second: Int32Array.from(second), same: Uint8Array.from(same), set: new Int32Array(first.length), skipped: 0,
});

test('features of a pair are the differences, the products, or both', () => {
  const embeddings: Embeddings = { data: Float32Array.of(1, 2, -3, 5), size: 2 };
  const pairs = pair([0], [1], [1]);
  expect([...featuresOfPairs('difference', embeddings, pairs)]).toEqual([4, 3]);
  expect([...featuresOfPairs('product', embeddings, pairs)]).toEqual([-3, 10]);
  expect([...featuresOfPairs('both', embeddings, pairs)]).toEqual([4, 3, -3, 10]);
});

test('embeddings of several models stand side by side', () => {
  const both = concatenate([{ data: Float32Array.of(1, 2, 3, 4), size: 2 }, { data: Float32Array.of(5, 6), size: 1 }]);
  expect([...both.data]).toEqual([1, 2, 5, 3, 4, 6]);
  expect(both.size).toBe(3);
});

/** People differ in the first two of eight numbers, by which their images agree; the others are noise, and louder. */
function people(count: number, images: number, seed: number): { embeddings: Embeddings; labels: number[] } {
  const random = new Random(seed, 'people');
  const rows = Array.from({ length: count }, () => [random.normal(), random.normal()]).flatMap((centre) => Array.from({ length: images }, () => (
    [...centre.map((value) => value + 0.15 * random.normal()), ...Array.from({ length: 6 }, () => 2 * random.normal())]
  )));
  return { embeddings: { data: Float32Array.from(rows.flat()), size: 8 }, labels: rows.map((_, row) => Math.floor(row / images)) };
}

/** All pairs of one person, and as many of two, in sets that share none of the first images' people. */
function pairsOf(labels: readonly number[], seed: number): PairRows {
  const random = new Random(seed, 'pairs');
  const same = labels.flatMap((label, a) => labels.flatMap((other, b) => (a < b && label === other ? [[a, b] as const] : [])));
  const different = same.map(([a]) => {
    for (;;) {
      const b = random.integer(labels.length);
      if (labels[b] !== labels[a]) return [a, b] as const;
    }
  });
  const all = [...same, ...different];
  return {
    sets: 5, skipped: 0,
    first: Int32Array.from(all, ([a]) => a), second: Int32Array.from(all, ([, b]) => b),
    same: Uint8Array.from(all, (_, i) => Number(i < same.length)), set: Int32Array.from(all, ([a]) => labels[a]! % 5),
  };
}

test('finds the numbers that tell people apart, where the distance is lost in noise', () => {
  const [train, test] = [people(60, 4, 1), people(60, 4, 2)];
  const machine = learnPairs(train.embeddings, pairsOf(train.labels, 1), { features: 'difference', random: new Random(1) });
  expect(prices).toContain(machine.c);
  // A larger difference speaks against one person, and only in the first two.
  expect(machine.weights[0]).toBeLessThan(0);
  expect(machine.weights[1]).toBeLessThan(0);
  const [least, ...noise] = [Math.min(Math.abs(machine.weights[0]!), Math.abs(machine.weights[1]!)), ...machine.weights.slice(2)];
  for (const weight of noise) expect(Math.abs(weight)).toBeLessThan(0.1 * least);

  const pairs = pairsOf(test.labels, 2);
  const right = (scores: Float64Array, at: number): number => scores.filter((score, i) => score > at === (pairs.same[i] === 1)).length / scores.length;
  const scores = scorePairs(machine, test.embeddings, pairs);
  const { data, size } = test.embeddings;
  const closeness = Float64Array.from(pairs.first, (a, i) => -data.subarray(a * size, (a + 1) * size).reduce((sum, value, k) => sum + (value - data[pairs.second[i]! * size + k]!) ** 2, 0));
  const best = Math.max(...[...closeness].map((at) => right(closeness, at)));
  // Two numbers with a spread of 1 and noise of 0.15: most strangers are far apart. The distance is nearly a coin.
  expect(right(scores, 0)).toBeGreaterThan(0.88);
  expect(best).toBeLessThan(0.65);
});

test('a price that is given is taken, and repeats exactly', () => {
  const { embeddings, labels } = people(20, 3, 3);
  const learn = () => learnPairs(embeddings, pairsOf(labels, 3), { features: 'both', c: 0.5, random: new Random(4) });
  expect(learn()).toMatchObject({ c: 0.5, features: 'both' });
  expect(learn().weights).toEqual(learn().weights);
  expect(learn().weights).toHaveLength(16);
});
