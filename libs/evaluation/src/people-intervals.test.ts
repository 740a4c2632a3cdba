import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { areaUnderRoc, equalErrorRate, listIntervals, measureAllPairs, resample, valAtFar, type Embeddings, type MeasuredPairs, type PairRows } from './index.ts';
import { ratesOf } from './people-intervals.ts';

const random = testRandom(4);
const labels = Int32Array.from({ length: 70 }, () => Math.floor(14 * random.next()));
const embeddings: Embeddings = { data: testEmbeddings([...labels], 6, 1.2, 8), size: 6 };
const people = [...new Set(labels)];

function distance(a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < 6; k++) sum += (embeddings.data[a * 6 + k]! - embeddings.data[b * 6 + k]!) ** 2;
  return sum;
}

/** Plain and slow: a folder with a copy of a person for each time that they were drawn, copies not being paired with each other. */
function pairsOfDrawn(draws: Uint16Array): { same: Float64Array; different: Float64Array; pairsDifferent: number } {
  const rows = people.flatMap((label, person) => Array.from({ length: draws[person]! }, (_, copy) =>
    [...labels.keys()].filter((row) => labels[row] === label).map((row) => ({ row, person, copy })))).flat();
  const [same, different]: [number[], number[]] = [[], []];
  rows.forEach((a, i) => rows.slice(i + 1).forEach((b) => {
    if (a.person !== b.person) different.push(distance(a.row, b.row));
    else if (a.copy === b.copy) same.push(distance(a.row, b.row));
  }));
  return { same: Float64Array.from(same).sort(), different: Float64Array.from(different).sort(), pairsDifferent: different.length };
}

/** All pairs with the people in them, in the order of `people`. */
function byPerson(isSame: boolean): { distances: Float64Array; first: Int32Array; second: Int32Array } {
  const found = [...labels.keys()].flatMap((a) => [...labels.keys()].slice(a + 1).filter((b) => (labels[a] === labels[b]) === isSame)
    .map((b) => ({ at: distance(a, b), first: people.indexOf(labels[a]!), second: isSame ? -1 : people.indexOf(labels[b]!) })))
    .sort((a, b) => a.at - b.at);
  return { distances: Float64Array.from(found, ({ at }) => at), first: Int32Array.from(found, ({ first }) => first), second: Int32Array.from(found, ({ second }) => second) };
}

describe('weighing pairs by how often their people were drawn', () => {
  const [same, different] = [byPerson(true), byPerson(false)];

  it('gives the figures of a folder with copies of those drawn', () => {
    resample(people.length, (times) => {
      const drawn = pairsOfDrawn(times);
      // Counted in steps of 5e-4, which some distances share.
      expect(ratesOf(same, different, times)!.auc).toBeCloseTo(areaUnderRoc(drawn), 3);
      expect(ratesOf(same, different, times)!.eer).toBeCloseTo(equalErrorRate(drawn).value, 2);
      return 0;
    }, { resamples: 6, seed: 4 });
  });

  it('says nothing of a draw without pairs', () => {
    const alone = new Uint16Array(people.length);
    alone[0] = people.length;
    expect(ratesOf(same, different, alone)).toBeUndefined();
  });
});

describe('measureAllPairs', () => {
  const measure = (sampled: number): MeasuredPairs =>
    measureAllPairs(embeddings, labels, { far: 0.05, largestFar: 0.1, seed: 9, resamples: 200, sampled });
  const whole = measure(1e6);

  it('has intervals like those of folders of people drawn', () => {
    const figures: { val: number; auc: number; eer: number }[] = [];
    resample(people.length, (times) => {
      const drawn = pairsOfDrawn(times);
      figures.push({ val: valAtFar(drawn, 0.05).value, auc: areaUnderRoc(drawn), eer: equalErrorRate(drawn).value });
      return 0;
    }, { resamples: 200, seed: 77 });
    for (const key of ['val', 'auc', 'eer'] as const) {
      const sorted = figures.map((figure) => figure[key]).sort((a, b) => a - b);
      const width = sorted[194]! - sorted[5]!;
      // Two bootstraps with other random numbers: their ends differ by some of the interval's width.
      expect(Math.abs(whole.intervals[key]!.low - sorted[5]!)).toBeLessThan(0.25 * width);
      expect(Math.abs(whole.intervals[key]!.high - sorted[194]!)).toBeLessThan(0.25 * width);
      expect(whole.intervals[key]).toMatchObject({ level: 0.95, method: 'bootstrap over identities, 200 resamples' });
    }
  });

  it('has nearly the same on a part of the pairs, and says so', () => {
    const part = measure(1500);
    expect(part.areaUnderRoc).toEqual(whole.areaUnderRoc);
    for (const key of ['auc', 'eer'] as const) {
      const { low, high } = whole.intervals[key]!;
      expect(Math.abs(part.intervals[key]!.low - low)).toBeLessThan(0.25 * (high - low));
      expect(Math.abs(part.intervals[key]!.high - high)).toBeLessThan(0.25 * (high - low));
      expect(part.intervals[key]!.method).toMatch(/^bootstrap over identities, 200 resamples, on 1\d{3} of the pairs of two people$/);
    }
  });

  it('has no interval of a VAL that the pairs cannot support, and refuses people who cannot be paired', () => {
    const { intervals } = measureAllPairs(embeddings, labels, { far: 1e-6, largestFar: 0.1, resamples: 20 });
    expect(intervals.val).toBeUndefined();
    expect(intervals.auc).toBeDefined();
    expect(() => measureAllPairs(embeddings, Int32Array.from(labels, () => 1), { far: 0.1, largestFar: 0.1 })).toThrow('there are no images of two people');
    expect(() => measureAllPairs(embeddings, labels.map((_, row) => row), { far: 0.1, largestFar: 0.1 })).toThrow('there are no two images of one person');
  });
});

describe('listIntervals', () => {
  it('over the pairs where nobody is known: an area has DeLong’s error', () => {
    // Same at 0 … 1, different at 0.5 … 1.5, evenly: P(closer) is 1 − ⅛ = 0.875 by the triangle where they overlap.
    const n = 200;
    const pairs: PairRows = {
      sets: 1, first: new Int32Array(2 * n), second: new Int32Array(2 * n), set: new Int32Array(2 * n), skipped: 0,
      same: Uint8Array.from({ length: 2 * n }, (_, k) => Number(k < n)),
    };
    const distances = Float64Array.from({ length: 2 * n }, (_, k) => (k < n ? (k + 0.5) / n : 0.5 + (k - n + 0.25) / n));
    const { auc, eer } = listIntervals(distances, pairs, undefined, { seed: 2, resamples: 400 });
    // DeLong: a same pair's share of strangers that are farther is 1 below ½ and 1.5 − d above, of variance 5/192, and the
    // same the other way round; so the error is √(2 · 5/192 / n).
    const error = Math.sqrt((2 * 5) / 192 / n);
    expect(auc!.low).toBeCloseTo(0.875 - 1.96 * error, 1.7);
    expect(Math.abs(auc!.high - auc!.low - 2 * 1.96 * error)).toBeLessThan(0.15 * 2 * 1.96 * error);
    expect(eer!.low).toBeLessThan(0.25);
    expect(eer!.high).toBeGreaterThan(0.25);
    expect(auc!.method).toBe('bootstrap over pairs, 400 resamples');
  });

  it('over people is wider than over pairs where a person is in many pairs', () => {
    const all = [...labels.keys()].flatMap((a) => [...labels.keys()].slice(a + 1).map((b) => [a, b] as const));
    const pairs: PairRows = {
      sets: 1, skipped: 0, set: new Int32Array(all.length),
      first: Int32Array.from(all, ([a]) => a), second: Int32Array.from(all, ([, b]) => b),
      same: Uint8Array.from(all, ([a, b]) => Number(labels[a] === labels[b])),
    };
    const distances = Float64Array.from(all, ([a, b]) => distance(a, b));
    const width = (known: Int32Array | undefined): number => {
      const { auc } = listIntervals(distances, pairs, known, { seed: 3, resamples: 100 });
      return auc!.high - auc!.low;
    };
    expect(width(labels)).toBeGreaterThan(1.5 * width(undefined));
  });
});
