import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { collectCrossPairs, collectPairs, countPairs, peopleOf } from './bootstrap-pairs.ts';
import { resampleVal, valWithResamples } from './bootstrap-val.ts';
import { bootstrapInterval, resample, valInterval, type Embeddings } from './index.ts';
import { SmallestPairs } from './smallest-pairs.ts';

function spread(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe('resample', () => {
  it('draws as many people as there are, each equally often: multinomial counts', () => {
    const people = 40;
    const drawn = Array.from({ length: people }, () => 0);
    let squares = 0;
    resample(people, (times) => {
      expect(times.reduce((a, b) => a + b)).toBe(people);
      times.forEach((count, person) => { drawn[person]! += count; });
      squares += times.reduce((sum, count) => sum + count * count, 0);
      return 0;
    }, { resamples: 5000 });
    // Binomial(40, 1/40): mean 1, variance 1 − 1/40; over 5,000 resamples the mean is known to ±0.014.
    drawn.forEach((count) => { expect(Math.abs(count / 5000 - 1)).toBeLessThan(0.06); });
    expect(squares / 5000 / people - 1).toBeCloseTo(1 - 1 / 40, 1);
  });

  it('spreads a mean as the closed form says: the deviation over √n', () => {
    const random = testRandom(11);
    const values = Float64Array.from({ length: 50 }, () => random.next() ** 2);
    const { mean, deviation } = spread(values);
    const resampled = spread(resample(50, (times) => values.reduce((sum, value, i) => sum + value * times[i]!, 0) / 50, { resamples: 8000 }));
    expect(Math.abs(resampled.mean - mean)).toBeLessThan(4 * deviation / Math.sqrt(50 * 8000));
    expect(Math.abs(resampled.deviation / (deviation / Math.sqrt(50)) - 1)).toBeLessThan(0.04);
  });

  it('repeats with the seed and differs with another, also beyond 32 bits', () => {
    const first = (seed: number): number[] => [...resample(9, (times) => times[0]! + 10 * times[5]!, { resamples: 20, seed })];
    expect(first(5)).toEqual(first(5));
    expect(first(5)).not.toEqual(first(6));
    expect(first(5)).not.toEqual(first(5 + 2 ** 32));
  });

  it('refuses fewer than two people', () => {
    expect(() => resample(1, () => 0)).toThrow('bootstrap over identities: expected at least 2 people, got 1');
  });
});

describe('bootstrapInterval', () => {
  it('covers the true value about as often as it says', () => {
    // People whose five probes succeed or fail together most of the time: treating probes as independent would cover far less.
    const random = testRandom(2);
    let covered = 0;
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      const hits = Float64Array.from({ length: 60 }, () => {
        const chance = random.next() < 0.7 ? 0.95 : 0.1;
        return Array.from({ length: 5 }, () => Number(random.next() < chance)).reduce((a, b) => a + b);
      });
      const { low, high } = bootstrapInterval(resample(60, (times) => hits.reduce((sum, hit, i) => sum + hit * times[i]!, 0) / 300, { resamples: 200, seed: round }));
      const truth = 0.7 * 0.95 + 0.3 * 0.1;
      covered += Number(low <= truth && truth <= high);
    }
    // 95 % less what the percentile method loses with 60 people, ± 3 standard errors of 200 rounds.
    expect(covered / rounds).toBeGreaterThan(0.88);
    expect(covered / rounds).toBeLessThan(0.99);
  });

  it('leaves out resamples without the figure and says how many remain', () => {
    expect(bootstrapInterval(Float64Array.of(0.5, NaN, 0.5))).toMatchObject({ low: 0.5, high: 0.5, method: 'bootstrap over identities, 2 resamples' });
    expect(() => bootstrapInterval(Float64Array.of(NaN))).toThrow('none of 1 resamples of the people gives this figure');
  });
});

const random = testRandom(7);
const labels = Int32Array.from({ length: 70 }, () => 100 + Math.floor(14 * random.next() ** 1.5));
const embeddings: Embeddings = { data: testEmbeddings([...labels], 6, 1.1, 3), size: 6 };
const others: Embeddings = { data: testEmbeddings([...labels], 6, 1.4, 4), size: 6 };
const people = peopleOf(labels);

function squared(a: Embeddings, i: number, b: Embeddings, j: number): number {
  let sum = 0;
  for (let k = 0; k < 6; k++) sum += (a.data[6 * i + k]! - b.data[6 * j + k]!) ** 2;
  return sum;
}

/** VAL in a resample, with every pair written down as often as it counts. */
function bruteForceVal(a: Embeddings, b: Embeddings, times: Uint16Array, far: number, ordered: boolean): number {
  const [same, different]: [number[], number[]] = [[], []];
  for (let i = 0; i < labels.length; i++) {
    for (let j = ordered ? 0 : i + 1; j < labels.length; j++) {
      if (i === j) continue;
      const [p, q] = [people.of[i]!, people.of[j]!];
      const distance = squared(a, i, b, j);
      if (p === q) same.push(...Array.from({ length: times[p]! }, () => distance));
      else different.push(...Array.from({ length: times[p]! * times[q]! }, () => distance));
    }
  }
  if (different.length === 0) return NaN;
  different.sort((x, y) => x - y);
  const threshold = different[Math.floor(far * different.length + 1e-9)]!;
  return same.filter((distance) => distance < threshold - 1e-12).length / same.length;
}

describe('VAL in resamples', () => {
  const timesOf = (resamples: number): Uint16Array[] => {
    const drawn: Uint16Array[] = [];
    resample(people.count, (times) => drawn.push(times.slice()), { resamples, seed: 3 });
    return drawn;
  };

  it.each([['of one model', false], ['across two models', true]] as const)('is that of the pairs written down as often as they count: %s', (_, ordered) => {
    const pairs = ordered ? collectCrossPairs(embeddings, others, people, { keep: Infinity }) : collectPairs(embeddings, people, { keep: Infinity });
    expect(pairs.different).toHaveLength(countPairs(people, !ordered).different);
    const resampled = resampleVal(pairs, 0.02, { resamples: 25, seed: 3 })!;
    timesOf(25).forEach((times, i) => {
      expect(resampled[i]).toBeCloseTo(bruteForceVal(embeddings, ordered ? others : embeddings, times, 0.02, ordered), 12);
    });
  });

  it('is the same with only the closest pairs kept, and collects more of them where a resample needs more', () => {
    const all = resampleVal(collectPairs(embeddings, people, { keep: Infinity }), 0.02, { resamples: 50 })!;
    expect(resampleVal(collectPairs(embeddings, people, { keep: 200 }), 0.02, { resamples: 50 })).toEqual(all);
    expect(resampleVal(collectPairs(embeddings, people, { keep: 20 }), 0.02, { resamples: 50 })).toBeUndefined();
    const asked: number[] = [];
    const { different } = countPairs(people, true);
    const { resampled } = valWithResamples(different, 0.02, (keep) => {
      asked.push(keep);
      return collectPairs(embeddings, people, { keep: asked.length === 1 ? 50 : keep });
    }, { resamples: 50 });
    const first = 10 * (Math.floor(0.02 * different) + 1);
    expect(asked).toEqual([first, Math.min(different, 4 * first)]);
    expect(resampled).toEqual(all);
  });

  it('has a value within its interval, and refuses a rate that allows no false accept', () => {
    const { val, interval } = valInterval(embeddings, labels, 0.02, { resamples: 200 });
    expect(val.value).toBeCloseTo(bruteForceVal(embeddings, embeddings, new Uint16Array(people.count).fill(1), 0.02, false), 12);
    expect(interval.low).toBeLessThan(val.value);
    expect(interval.high).toBeGreaterThan(val.value);
    expect(() => valInterval(embeddings, labels, 1e-5)).toThrow(/FAR 0.00001 allows no false accept among \d+ pairs of different people: at least 100000 pairs are needed/);
  });
});

test.each([1, 7, 1000, 5000])('SmallestPairs keeps the %i closest with the people in them, ties included', (limit) => {
  const smallest = new SmallestPairs(limit);
  const values = Array.from({ length: 20000 }, () => Math.floor(random.next() * 3000) / 8);
  // The people are a function of the distance, so that a pair torn apart shows.
  values.forEach((value) => { smallest.add(value, Math.floor(3 * value), Math.floor(7 * value)); });
  const { different, first, second } = smallest.sorted();
  expect([...different]).toEqual(values.sort((a, b) => a - b).slice(0, limit));
  expect([...first]).toEqual([...different].map((value) => Math.floor(3 * value)));
  expect([...second]).toEqual([...different].map((value) => Math.floor(7 * value)));
});
