import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { allPairs, areaUnderRoc, areaUnderRocOf, equalErrorRate, equalErrorRateOf, type DistanceHistogram } from './index.ts';

const lists = (same: number[], different: number[]): { same: Float64Array; different: Float64Array } =>
  ({ same: Float64Array.from(same).sort(), different: Float64Array.from(different).sort() });

describe('equalErrorRate', () => {
  it.each([
    // By hand: at 3 one of four strangers is in and one of four same pairs is out.
    ['a step that both reach', [1, 2, 3, 5], [2.5, 6, 7, 8], 0.25],
    ['lists that do not overlap', [1, 2], [3, 4, 5], 0],
    ['lists the wrong way round', [3, 4], [1, 2], 1],
    // The rejected stand at 1/2 while FAR climbs from 1/3 to 2/3.
    ['FAR climbing across', [1, 4], [2, 3, 5], 0.5],
    // FAR stands at 1/3 while the rejected fall from 1/2 to 0.
    ['the rejected falling across', [1, 3], [2, 5, 6], 1 / 3],
    // Two of each tie at 2, so FAR goes 0 → 2/3 while the rejected go 2/2 → 0: they meet at 2/5.
    ['ties, which pass together', [2, 2], [2, 2, 5], 0.4],
  ])('%s', (_what, same, different, expected) => {
    expect(equalErrorRate(lists(same, different)).value).toBeCloseTo(expected, 12);
  });

  it('equals what Python finds on the same made-up distances', () => {
    // Every point of the staircase as fractions.Fraction, and the segment on which FAR = share rejected.
    const isSame = (k: number): boolean => k % 60 < 30;
    const distances = Array.from({ length: 600 }, (_, k) =>
      isSame(k) ? ((k * k * 31 + 17 * k) % 1801) / 1000 : 0.6 + ((k * k * 57 + 13 * k) % 2203) / 1000);
    const found = equalErrorRate(lists(distances.filter((_, k) => isSame(k)), distances.filter((_, k) => !isSame(k))));
    expect(found.value).toBeCloseTo(41 / 150, 12);
  });

  it('of two logistic distributions is that of their distribution function', () => {
    // Equal spread, middles 2 apart: halfway both errors are 1 / (1 + e).
    const logistic = (middle: number): number[] => Array.from({ length: 10_000 }, (_, i) => middle + Math.log((i + 0.5) / (9_999.5 - i)));
    const { value, threshold } = equalErrorRate(lists(logistic(20), logistic(22)));
    expect(Math.abs(value - 1 / (1 + Math.E))).toBeLessThanOrEqual(1e-4);
    expect(threshold).toBeCloseTo(21, 2);
  });

  it('refuses a list without strangers', () => {
    expect(() => equalErrorRate(lists([1], []))).toThrow('error rates need pairs of one person and of two; got 1 and 0');
  });
});

describe('from a histogram of all pairs', () => {
  const random = testRandom(3);
  const labels = Int32Array.from({ length: 120 }, () => Math.floor(30 * random.next()));
  const pairs = allPairs({ data: testEmbeddings([...labels], 8, 1.5, 6), size: 8 }, labels, { largestFar: 1 - 1e-9 });

  it('area and equal error rate are those of the lists, within what they say', () => {
    const area = areaUnderRocOf(pairs.fine);
    expect(Math.abs(area.figure - areaUnderRoc(pairs))).toBeLessThanOrEqual(area.within);
    expect(area.within).toBeLessThan(1e-4);
    const rate = equalErrorRateOf(pairs.fine);
    expect(Math.abs(rate.figure.value - equalErrorRate(pairs).value)).toBeLessThanOrEqual(rate.within + 1e-12);
    expect(Math.abs(rate.figure.threshold - equalErrorRate(pairs).threshold)).toBeLessThan(0.02);
    expect(rate.within).toBeLessThan(3e-3);
  });

  it('a coarse one says that it knows less', () => {
    const area = areaUnderRocOf(pairs.histogram);
    expect(Math.abs(area.figure - areaUnderRoc(pairs))).toBeLessThanOrEqual(area.within);
    expect(area.within).toBeGreaterThan(100 * areaUnderRocOf(pairs.fine).within);
  });

  it('of two uniform distributions that overlap by half has their area', () => {
    // Uniform on [0, 2) and on [1, 3): P(same > different) = ½ · ½ · ½, both in the overlap and in the wrong order.
    const uniform = (from: number, to: number): Float64Array => Float64Array.from({ length: 400 }, (_, bin) => Number(bin >= from && bin < to));
    const histogram: DistanceHistogram = { width: 0.01, same: uniform(0, 200), different: uniform(100, 300) };
    const { figure, within } = areaUnderRocOf(histogram);
    expect(figure).toBeCloseTo(7 / 8, 10);
    expect(within).toBeCloseTo(1 / 800, 10);
    // They cross where (t − 1) / 2 = 1 − t / 2: at 1.5, with a quarter of each on the wrong side.
    expect(equalErrorRateOf(histogram).figure).toMatchObject({ value: expect.closeTo(0.25, 10) as number, threshold: expect.closeTo(1.5, 10) as number });
  });
});
