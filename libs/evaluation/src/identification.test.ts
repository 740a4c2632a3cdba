import { combineFlipped, identifyClosedSet, identifyOpenSet, type Labelled } from './index.ts';

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
    expect(result).toEqual({ rank1: 1 / 3, cmc: [1 / 3, 2 / 3, 1, 1], queries: 3, withoutMate: 0 });
  });

  it('excludes and counts queries without a mate', () => {
    expect(identifyClosedSet(gallery, circle([2, 29], [9, 29], [8, 100]), 1)).toEqual({ rank1: 1, cmc: [1], queries: 1, withoutMate: 2 });
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
    expect(result).toMatchObject({ fpir: 0.25, known: 3, unknown: 4, falsePositives: 1, value: 1 / 3 });
    expect(result.threshold).toBeCloseTo(squared(9), 6);
  });

  it('refuses a rate that allows no false positive', () => {
    expect(() => identifyOpenSet(gallery, circle([1, 0], ...strangers), 0.2)).toThrow('FPIR 0.2 allows no false positive among 4 unknown queries: at least 5 are needed');
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
