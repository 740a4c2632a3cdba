import { testRandom } from '../embeddings.fixture.ts';
import { scoreClustering } from './scores.ts';

const score = (people: readonly number[], clusters: readonly number[]): ReturnType<typeof scoreClustering> =>
  scoreClustering(Int32Array.from(people), Int32Array.from(clusters));
const down = (value: number): number => Math.floor(100 * value) / 100;

describe('BCubed', () => {
  it('gives the worked example of the paper that chose it', () => {
    // Amigó et al. 2009, the example of the homogeneity constraint: groups of 4, 3 and 7; people of 5, 6 and three of one.
    // Printed there with two decimals: precision 0.59, recall 0.69.
    const { bCubed } = score(
      [0, 0, 0, 0, /**/ 0, 1, 1, /**/ 2, 3, 4, 1, 1, 1, 1],
      [0, 0, 0, 0, /**/ 1, 1, 1, /**/ 2, 2, 2, 2, 2, 2, 2],
    );
    expect([down(bCubed.precision), down(bCubed.recall)]).toEqual([0.59, 0.69]);
  });
});

describe('homogeneity, completeness, V-measure', () => {
  // scikit-learn 1.x, user guide, section "Homogeneity, completeness and V-measure", which prints two decimals cut off.
  it.each([
    [[0, 0, 1, 1, 2, 2], [0.66, 0.42, 0.51]],
    [[0, 0, 0, 1, 2, 2], [1, 0.68, 0.81]],
  ])('are those of scikit-learn for %j', (clusters, expected) => {
    const { homogeneity, completeness, vMeasure } = score([0, 0, 0, 1, 1, 1], clusters);
    expect([homogeneity, completeness, vMeasure].map((value) => down(value + 1e-12))).toEqual(expected);
  });

  it('are 1 where there is one person, or one group', () => {
    expect(score([0, 0, 0], [0, 1, 2])).toMatchObject({ homogeneity: 1, completeness: 0 });
    expect(score([0, 1, 2], [0, 0, 0])).toMatchObject({ homogeneity: 0, completeness: 1, vMeasure: 0 });
  });
});

describe('pairs', () => {
  // sklearn.metrics.cluster.pair_confusion_matrix, docstring: ordered pairs, so twice these counts.
  it.each([
    [[0, 0, 1, 2], [0, 0, 1, 1], { both: 1, together: 2, same: 1, precision: 0.5, recall: 1 }],
    [[0, 0, 1, 1], [0, 0, 1, 2], { both: 1, together: 1, same: 2, precision: 1, recall: 0.5 }],
    [[0, 0, 1, 1], [1, 1, 0, 0], { both: 2, together: 2, same: 2, precision: 1, recall: 1, f: 1 }],
  ])('of %j in %j are those of scikit-learn', (people, clusters, expected) => {
    expect(score(people, clusters).pairwise).toMatchObject(expected);
  });

  it('have the geometric mean that scikit-learn calls Fowlkes and Mallows’ index', () => {
    // User guide: 0.47140…
    const { precision, recall } = score([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]).pairwise;
    expect(Math.sqrt(precision * recall)).toBeCloseTo(0.4714, 5);
  });

  it('that were never put together were never put together wrongly', () => {
    expect(score([0, 0, 1], [0, 1, 2]).pairwise).toMatchObject({ precision: 1, recall: 0, f: 0, together: 0 });
  });
});

it('all scores are those of their definitions, item by item and pair by pair', () => {
  const random = testRandom(5);
  const people = Array.from({ length: 80 }, () => Math.floor(12 * random.next()));
  const clusters = people.map((person) => (random.next() < 0.7 ? person : Math.floor(15 * random.next())));
  const items = [...people.keys()];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const among = (of: readonly number[], item: number): number[] => items.filter((other) => of[other] === of[item]);
  const shareOf = (group: readonly number[], of: readonly number[], item: number): number => mean(group.map((other) => Number(of[other] === of[item])));
  const result = score(people, clusters);
  expect(result.bCubed.precision).toBeCloseTo(mean(items.map((item) => shareOf(among(clusters, item), people, item))), 12);
  expect(result.bCubed.recall).toBeCloseTo(mean(items.map((item) => shareOf(among(people, item), clusters, item))), 12);
  expect(result.bCubed.f).toBeCloseTo(2 / (1 / result.bCubed.precision + 1 / result.bCubed.recall), 12);

  const pairs = items.flatMap((a) => items.slice(a + 1).map((b) => [people[a] === people[b], clusters[a] === clusters[b]] as const));
  const count = (test: (pair: readonly [same: boolean, together: boolean]) => boolean): number => pairs.filter(test).length;
  expect(result.pairwise).toMatchObject({ both: count(([s, t]) => s && t), same: count(([s]) => s), together: count(([, t]) => t) });
  expect(result).toMatchObject({
    items: 80, people: new Set(people).size, clusters: new Set(clusters).size,
    singletons: items.filter((item) => among(clusters, item).length === 1).length,
  });
});

it('does not care for the numbering', () => {
  expect(score([7, 7, -2, 900], [5, 5, 5, 1])).toEqual(score([0, 0, 1, 2], [0, 0, 0, 1]));
});

it('refuses lists of different lengths, and nothing', () => {
  expect(() => score([0, 1], [0])).toThrow('2 people, but 1 clusters');
  expect(() => score([], [])).toThrow('there is nothing to score');
});
