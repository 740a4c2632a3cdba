import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { combineFlipped, identifyClosedSet, identifyOpenSet, openSetCurve, type Labelled } from './index.ts';

/** Points on the unit circle, by angle in degrees: distances grow with the angle between. */
function circle(...points: readonly [label: number, degrees: number][]): Labelled {
  const data = points.flatMap(([, degrees]) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
  return { embeddings: { data: Float32Array.from(data), size: 2 }, labels: Int32Array.from(points, ([label]) => label) };
}

const gallery = circle([1, 0], [1, 90], [2, 30], [3, 60]);

describe('identifyClosedSet', () => {
  it('ranks people by their closest image', () => {
    // By hand: 85° of person 1 → its 90° is closest; 50° of person 2 → 3, then 2; 10° of person 3 → 1, 2, then 3.
    const result = identifyClosedSet(gallery, circle([1, 85], [2, 50], [3, 10]), 4);
    expect(result).toEqual({ rank1: 1 / 3, cmc: [1 / 3, 2 / 3, 1, 1], found: [1, 2, 3, 3], queries: 3, withoutMate: 0 });
  });

  it('excludes and counts queries without a mate', () => {
    expect(identifyClosedSet(gallery, circle([2, 29], [9, 29], [8, 100]), 1)).toEqual({ rank1: 1, cmc: [1], found: [1], queries: 1, withoutMate: 2 });
  });

  it('counts a tie with another person as a miss', () => {
    const twins = circle([1, 10], [2, 10]);
    expect(identifyClosedSet(twins, circle([1, 10]), 2)).toMatchObject({ cmc: [0, 1] });
  });

  it('refuses queries of which none is in the gallery', () => {
    expect(() => identifyClosedSet(gallery, circle([9, 0]))).toThrow('no query has its person in the gallery');
  });
});

describe('identifyOpenSet', () => {
  // Unknown people 3°, 9°, 14° and 200° from the nearest of the gallery: at FPIR 0.25 one may pass, so the limit is 9°.
  const strangers: [number, number][] = [[11, 93], [12, 99], [13, 104], [14, 240]];
  const squared = (degrees: number): number => 2 - 2 * Math.cos((degrees * Math.PI) / 180);

  it('finds known people who are closest and closer than the threshold', () => {
    // 5° off: found. 12° off: right but too far. 4° off, but from the wrong person: not found.
    const result = identifyOpenSet(gallery, circle([1, 355], [3, 72], [2, 56], ...strangers), 0.25);
    expect(result).toMatchObject({ fpir: 0.25, known: 3, unknown: 4, found: 1, falsePositives: 1, achievedFpir: 0.25, value: 1 / 3 });
    expect(result.threshold).toBeCloseTo(squared(9), 6);
  });

  it('counts a person among the first k as found', () => {
    // 4° off, second after another person at 2°.
    expect(identifyOpenSet(gallery, circle([2, 86], ...strangers), 0.25, 3)).toMatchObject({ found: 0, known: 1 });
    expect(identifyOpenSet(gallery, circle([3, 64], [3, 76], [3, 41], ...strangers), 0.25, 1)).toMatchObject({ found: 1, known: 3 });
  });

  it('refuses a rate that allows no false positive', () => {
    expect(() => identifyOpenSet(gallery, circle([1, 0], ...strangers), 0.2)).toThrow('FPIR 0.2 allows no false positive among 4 unknown queries: at least 5 are needed');
  });
});

describe('openSetCurve', () => {
  it('has a point for each number of false positives, counted by hand', () => {
    // Strangers 3° and twice 9° off; known people 2°, 5° and 12° off, and one at 1° from another person.
    const queries = circle([1, 2], [3, 65], [1, 102], [2, 91], [11, 3], [12, 99], [13, 99]);
    const { points, ...counts } = openSetCurve(gallery, queries);
    expect(counts).toEqual({ rank: 1, known: 4, unknown: 3 });
    expect(points.map(({ fpir, value, found, falsePositives }) => [falsePositives, fpir, found, value])).toEqual([
      [0, 0, 1, 1 / 4], [1, 1 / 3, 2, 1 / 2], [3, 1, 3, 3 / 4],
    ]);
  });

  it('passes through the rate at every FPIR, and through the closed set at its end', () => {
    const random = testRandom(2);
    const labelled = (labels: number[], seed: number): Labelled =>
      ({ embeddings: { data: testEmbeddings(labels, 6, 1.5, seed), size: 6 }, labels: Int32Array.from(labels) });
    // People from 20 on are not in the gallery.
    const all = labelled(Array.from({ length: 300 }, () => Math.floor(40 * random.next())), 4);
    const rows = (test: (row: number) => boolean): Labelled => {
      const chosen = [...all.labels.keys()].filter(test);
      return {
        labels: Int32Array.from(chosen, (row) => all.labels[row]!),
        embeddings: { size: 6, data: Float32Array.from(chosen.flatMap((row) => [...all.embeddings.data.subarray(6 * row, 6 * row + 6)])) },
      };
    };
    const known = rows((row) => all.labels[row]! < 20 && row % 3 === 0);
    const asked = rows((row) => row % 3 !== 0);
    for (const rank of [1, 3]) {
      const { points, unknown } = openSetCurve(known, asked, rank);
      expect(points).toHaveLength(unknown + 1);
      for (const fpir of [0.02, 0.1, 0.5]) {
        const { value, threshold, falsePositives } = identifyOpenSet(known, asked, fpir, rank);
        expect(points).toContainEqual(expect.objectContaining({ value, threshold, falsePositives }));
        expect(falsePositives).toBe(Math.floor(fpir * unknown));
      }
      expect(points.map(({ value }) => value)).toEqual(points.map(({ value }) => value).sort((a, b) => a - b));
      expect(points.at(-1)).toMatchObject({ fpir: 1, value: identifyClosedSet(known, asked, rank).cmc[rank - 1] });
    }
  });

  it('refuses queries that all have a mate', () => {
    expect(() => openSetCurve(gallery, circle([1, 0]))).toThrow('nobody can be named falsely');
  });
});

describe('combineFlipped', () => {
  it('adds image and mirror and returns to unit length', () => {
    const combined = combineFlipped(circle([1, 10], [1, 180]).embeddings, circle([1, 50], [1, 270]).embeddings);
    // The sum of two unit vectors points halfway between them.
    const expected = circle([1, 30], [1, 225]).embeddings.data;
    expected.forEach((value, i) => expect(combined.data[i]).toBeCloseTo(value, 6));
  });

  it('keeps the image’s own embedding where the mirror’s is opposite', () => {
    const opposite = { data: Float32Array.of(-1, 0), size: 2 };
    expect([...combineFlipped({ data: Float32Array.of(1, 0), size: 2 }, opposite).data]).toEqual([1, 0]);
  });

  it('refuses different numbers of images', () => {
    expect(() => combineFlipped(gallery.embeddings, circle([1, 0]).embeddings)).toThrow('flip: 4 × 2 straight against 1 × 2 mirrored');
  });
});
