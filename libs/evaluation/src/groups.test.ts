import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { measureGroups, resample, type Attribute, type Embeddings, type GroupRow } from './index.ts';

const random = testRandom(6);
const labels = Int32Array.from({ length: 90 }, () => Math.floor(18 * random.next()));
const embeddings: Embeddings = { data: testEmbeddings([...labels], 6, 1.1, 2), size: 6 };
/** Of the person: young or old; of the image: one of three places, or not known. */
const age: Attribute = { name: 'age', values: ['young', 'old'], of: labels.map((label) => Number(label % 3 === 0)) };
const place: Attribute = { name: 'place', values: ['in', 'out', 'rare'], of: labels.map((_, row) => (row < 4 ? 2 : row % 4 === 3 ? -1 : row % 2)) };

const threshold = 0.5;
const far = 0.02;

function distance(a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < 6; k++) sum += (embeddings.data[a * 6 + k]! - embeddings.data[b * 6 + k]!) ** 2;
  return sum;
}

/** Plain and slow: the pairs of a group, among images of people drawn again; copies of one person are not paired. */
function pairsOf({ of, values }: Attribute, value: number | null, times?: ReadonlyMap<number, number>): { same: number[]; different: number[] } {
  const [same, different]: [number[], number[]] = [[], []];
  for (let a = 0; a < labels.length; a++) {
    for (let b = a + 1; b < labels.length; b++) {
      const within = of[a] === of[b] ? of[a]! : values.length;
      if (of[a]! < 0 || of[b]! < 0 || within !== (value ?? values.length)) continue;
      const [x, y] = [times?.get(labels[a]!) ?? 1, times?.get(labels[b]!) ?? 1];
      const copies = times ? (labels[a] === labels[b] ? x : x * y) : 1;
      for (let copy = 0; copy < copies; copy++) (labels[a] === labels[b] ? same : different).push(distance(a, b));
    }
  }
  return { same, different: different.sort((a, b) => a - b) };
}

const shareBelow = (values: readonly number[], limit: number): number => values.filter((value) => value < limit).length / values.length;

describe('measureGroups', () => {
  const rows = measureGroups(embeddings, labels, [age, place], { far, threshold, resamples: 200 });
  const cases = [age, place].flatMap((attribute) => [...attribute.values.keys(), null].map((value) => ({ attribute, value })));

  it('has a row for every value, and one across', () => {
    expect(rows.map(({ attribute, value }) => [attribute, value])).toEqual([
      ['age', 'young'], ['age', 'old'], ['age', null], ['place', 'in'], ['place', 'out'], ['place', 'rare'], ['place', null],
    ]);
    expect(rows.map(({ images }) => images)).toEqual(cases.map(({ attribute: { of }, value }) => of.filter((one) => (value === null ? one >= 0 : one === value)).length));
  });

  it('counts the pairs that brute force counts', () => {
    rows.forEach(({ val, far: accepts, own }, i) => {
      const { same, different } = pairsOf(cases[i]!.attribute, cases[i]!.value);
      expect([val.count, val.of]).toEqual([same.filter((at) => at < threshold).length, same.length]);
      expect([accepts.count, accepts.of]).toEqual([different.filter((at) => at < threshold).length, different.length]);
      if (own.refused !== undefined) return;
      const at = different[Math.floor(far * different.length)]!;
      expect(own.threshold).toBeCloseTo(at, 10);
      expect(own.value).toBeCloseTo(shareBelow(same, at), 10);
    });
  });

  it('refuses a row whose pairs are too few, with the reason', () => {
    const own = (index: number): string | undefined => rows[index]!.own.refused;
    // Nobody is young and old.
    expect([own(2), rows[2]!.val]).toEqual(['no two images of one person', { value: null, count: 0, of: 0, interval: null }]);
    expect(own(5)).toMatch(/^(FAR 0.02 allows no false accept among \d+ pairs of different people: at least 50 pairs are needed|no two images of one person)$/);
    expect(own(0)).toBeUndefined();
  });

  it('has the intervals of people drawn again', () => {
    const people = [...new Set(labels)];
    const figures: number[][] = [[], [], []];
    resample(people.length, (times) => {
      const drawn = new Map(people.map((label, i) => [label, times[i]!]));
      const { same, different } = pairsOf(place, null, drawn);
      const at = different[Math.floor(far * different.length)]!;
      [shareBelow(same, threshold), shareBelow(different, threshold), shareBelow(same, at)].forEach((value, i) => figures[i]!.push(value));
      return 0;
    }, { resamples: 200, seed: 1 });
    const { val, far: accepts, own } = rows.at(-1) as GroupRow;
    // The same draws, so the same percentiles: the 6th and the 195th of 200.
    [val.interval!, accepts.interval!, (own as { interval: typeof val.interval }).interval!].forEach(({ low, high }, i) => {
      const sorted = figures[i]!.sort((a, b) => a - b);
      expect(low).toBeCloseTo(sorted[5]!, 10);
      expect(high).toBeCloseTo(sorted[194]!, 10);
    });
  });

  it('refuses values for other images', () => {
    expect(() => measureGroups(embeddings, labels, [{ ...age, of: age.of.subarray(1) }], { far, threshold })).toThrow("attribute 'age': 89 values for 90 images");
  });
});
