import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { crossModelTable, type Embeddings } from './index.ts';

const random = testRandom(21);
const size = 8;
// 131 images (no multiple of a block) of some 30 people in mixed order; some have one image only.
const people = Array.from({ length: 131 }, () => Math.floor(35 * random.next() ** 1.7));
const labels = Int32Array.from(people);
const gallery: Embeddings = { data: testEmbeddings(people, size, 0.9, 5), size };
/** The same people around the same directions, with more noise: a weaker model of the same space. */
const query: Embeddings = { data: testEmbeddings(people, size, 1.3, 5), size };

function squared(a: Embeddings, i: number, b: Embeddings, j: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += (a.data[i * size + k]! - b.data[j * size + k]!) ** 2;
  return sum;
}

const images = [...people.keys()];

/** Every pair of different images, in both orders: for one model each twice, which changes no share. */
function bruteForceVal(a: Embeddings, b: Embeddings, far: number): { threshold: number; value: number; falseAccepts: number; same: number; different: number } {
  const pairs = images.flatMap((i) => images.filter((j) => j !== i).map((j) => ({ same: people[i] === people[j], distance: squared(a, i, b, j) })));
  const different = pairs.filter(({ same }) => !same).map(({ distance }) => distance).sort((x, y) => x - y);
  const same = pairs.filter(({ same }) => same).map(({ distance }) => distance);
  const threshold = different[Math.floor(far * different.length)]!;
  const accepted = (values: number[]): number => values.filter((distance) => distance < threshold - 1e-12).length;
  return { threshold, value: accepted(same) / same.length, falseAccepts: accepted(different), same: same.length, different: different.length };
}

/** Each probe against every other image of the gallery. */
function bruteForceRank1(galleryOf: Embeddings, probesOf: Embeddings): { value: number; probes: number } {
  const probes = images.filter((i) => people.some((person, j) => j !== i && person === people[i]));
  const hits = probes.filter((i) => {
    const closest = images.filter((j) => j !== i).map((j) => ({ j, distance: squared(probesOf, i, galleryOf, j) })).sort((x, y) => x.distance - y.distance)[0]!;
    return people[closest.j] === people[i];
  });
  return { value: hits.length / probes.length, probes: probes.length };
}

describe('crossModelTable', () => {
  const far = 0.01;
  const table = crossModelTable(gallery, query, labels, { far, resamples: 200 });

  it('gives the VAL of brute force in each cell, with its own threshold and counts', () => {
    for (const [name, a, b, times] of [['gallery', gallery, gallery, 2], ['query', query, query, 2], ['cross', gallery, query, 1]] as const) {
      const expected = bruteForceVal(a, b, far);
      const cell = table.val[name];
      expect(cell.value).toBeCloseTo(expected.value, 12);
      expect(cell.threshold).toBeCloseTo(expected.threshold, 12);
      expect(cell).toMatchObject({ far, pairsSame: expected.same / times, pairsDifferent: expected.different / times, falseAccepts: expected.falseAccepts / times });
    }
  });

  it('gives the rank-1 rate of brute force in each cell, an image never found by itself', () => {
    for (const [name, galleryOf, probesOf] of [['gallery', gallery, gallery], ['query', query, query], ['cross', gallery, query], ['crossReverse', query, gallery]] as const) {
      const { value, probes } = bruteForceRank1(galleryOf, probesOf);
      const cell = table.rank1[name];
      expect(cell.value).toBeCloseTo(value, 12);
      expect(cell).toMatchObject({ probes, withoutMate: people.length - probes, hits: Math.round(value * probes) });
    }
    // Otherwise the two directions would not be told apart here.
    expect(table.rank1.cross.value).not.toBe(table.rank1.crossReverse.value);
  });

  it('holds every value in its interval, and every threshold and point of the curve to what it counts', () => {
    for (const { value, interval } of [...Object.values(table.val), ...Object.values(table.rank1), table.differences.val, table.differences.rank1.cross]) {
      expect(interval.low).toBeLessThanOrEqual(value);
      expect(interval.high).toBeGreaterThanOrEqual(value);
    }
    const all = images.flatMap((i) => images.filter((j) => j !== i).map((j) => ({ same: people[i] === people[j], distance: squared(gallery, i, query, j) })));
    const below = (threshold: number, isSame: boolean): number => all.filter(({ same, distance }) => same === isSame && distance < threshold - 1e-12).length;
    const { thresholds, roc, pairsDifferent, pairsSame } = table.val.cross;
    expect(thresholds.map((found) => found.far)).toEqual([0.1, 0.01, 0.001, 0.0001].filter((rate) => rate * pairsDifferent >= 1));
    for (const found of thresholds) {
      expect(found.falseAccepts).toBe(below(found.threshold, false));
      expect(found.accepted).toBe(below(found.threshold, true));
      expect(found.achievedFar).toBeLessThanOrEqual(found.far);
      // One step of the histogram further would be too far.
      expect(below(found.threshold + 2 ** -15, false)).toBeGreaterThanOrEqual(Math.floor(found.far * pairsDifferent));
    }
    expect(roc.at(-1)).toMatchObject({ far: 1 });
    for (const point of roc) {
      expect(point.far * pairsDifferent).toBeCloseTo(below(point.threshold, false), 6);
      expect(point.val * pairsSame).toBeCloseTo(below(point.threshold, true), 6);
    }
  });

  it('passes, of models that tell people apart, exactly when no cell across is below the weaker one alone', () => {
    const { val, rank1, differences } = table;
    const weakest = Math.min(rank1.gallery.value, rank1.query.value);
    expect(differences.val.value).toBeCloseTo(val.cross.value - Math.min(val.gallery.value, val.query.value), 12);
    expect(table.passes).toBe(
      val.cross.value >= Math.min(val.gallery.value, val.query.value) && rank1.cross.value >= weakest && rank1.crossReverse.value >= weakest,
    );
  });

  it('of a model with itself has four equal cells, and passes', () => {
    const own = crossModelTable(gallery, gallery, labels, { far, resamples: 100 });
    expect([own.val.cross.value, own.val.cross.threshold]).toEqual([own.val.gallery.value, own.val.gallery.threshold]);
    expect(own.val.query.value).toBe(own.val.gallery.value);
    expect(new Set(Object.values(own.rank1).map(({ value }) => value)).size).toBe(1);
    expect(own.passes).toBe(true);
    expect(own.differences.rank1.cross).toMatchObject({ value: 0, interval: { low: 0, high: 0 } });
  });

  it('of a model and its embeddings turned in space: equal cells alone, chance across, and no pass', () => {
    const turned = crossModelTable(gallery, rotate(gallery), labels, { far, resamples: 200 });
    expect(turned.val.query.accepted).toBe(turned.val.gallery.accepted);
    expect(turned.val.query.threshold).toBeCloseTo(turned.val.gallery.threshold, 6);
    expect(turned.rank1.query.hits).toBe(turned.rank1.gallery.hits);
    // Unrelated embeddings find at most the share that most images in the gallery have by themselves.
    expect(turned.rank1.cross.value).toBeLessThan(turned.rank1.gallery.value / 2);
    expect(turned.val.cross.value).toBeLessThan(turned.val.gallery.value / 2);
    expect(turned.passes).toBe(false);
    expect(turned.differences.rank1.cross.interval.high).toBeLessThan(0);
  });

  it('does not pass with embeddings that are the same for everyone, though no cell across is worse than theirs alone', () => {
    const same = { data: Float32Array.from(gallery.data, (_, i) => Number(i % size === 0)), size };
    const collapsed = crossModelTable(gallery, same, labels, { far, resamples: 2 });
    expect([collapsed.val.query.value, collapsed.rank1.query.value]).toEqual([0, 0]);
    expect(collapsed.differences.val.value).toBeGreaterThanOrEqual(0);
    expect(collapsed.passes).toBe(false);
  });

  it('reports progress that only grows, to the end', () => {
    const shares: number[] = [];
    crossModelTable(gallery, query, labels, { far, resamples: 2, onProgress: (share) => shares.push(share) });
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBe(1);
  });

  it('refuses what cannot be compared or supported', () => {
    const short = { data: testEmbeddings(people, 4, 1, 5), size: 4 };
    expect(() => crossModelTable(gallery, short, labels)).toThrow("the gallery's embeddings have 8 numbers, the query's 4; they cannot be compared");
    expect(() => crossModelTable(gallery, query, labels, { far: 1e-5 })).toThrow('FAR 0.00001 allows no false accept among');
    expect(() => crossModelTable(gallery, query, labels.slice(1), { far })).toThrow('131 embeddings, but 130 labels');
    const strangers = Int32Array.from(labels.keys());
    expect(() => crossModelTable(gallery, query, strangers, { far })).toThrow('there are no two images of one person');
  });
});

/** Another orthogonal basis: a sequence of plane rotations by large angles. */
function rotate({ data }: Embeddings): Embeddings {
  const turned = Float64Array.from(data);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const angle = 1 + i + 3 * j;
      for (let row = 0; row < turned.length; row += size) {
        const [x, y] = [turned[row + i]!, turned[row + j]!];
        turned[row + i] = Math.cos(angle) * x - Math.sin(angle) * y;
        turned[row + j] = Math.sin(angle) * x + Math.cos(angle) * y;
      }
    }
  }
  return { data: Float32Array.from(turned), size };
}
