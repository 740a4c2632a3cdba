import { testEmbeddings, testRandom } from '../embeddings.fixture.ts';
import type { Embeddings } from '../embeddings.ts';
import { averageLinkage, chineseWhispers, completeLinkage, dbscan, kMeans, neighbourGraph, type NeighbourGraph } from './index.ts';

const random = testRandom(7);
// 81 faces (no multiple of a block) of 16 people, in mixed order, close enough together for every kind of mistake.
const people = Array.from({ length: 81 }, () => Math.floor(16 * random.next() ** 2));
const size = 9;
const embeddings: Embeddings = { data: testEmbeddings(people, size, 0.8, 11), size };
const thresholds = [0.2, 0.5, 0.9, 1.4];

/** Plain and slow: differences squared. */
const matrix = people.map((_, a) => people.map((_person, b) => {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (embeddings.data[a * size + i]! - embeddings.data[b * size + i]!) ** 2;
  return sum;
}));

/** Groups as sets of rows, in order of their first row: what two clusterings are compared by. */
function groupsOf(clusters: Int32Array | readonly number[]): string[] {
  const groups = new Map<number, number[]>();
  clusters.forEach((cluster, row) => { groups.set(cluster, [...(groups.get(cluster) ?? []), row]); });
  return [...groups.values()].map((rows) => rows.join(' '));
}

/** Angles on the unit circle, in degrees. */
function circle(...degrees: readonly number[]): Embeddings {
  return { size: 2, data: Float32Array.from(degrees.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)])) };
}
const squared = (degrees: number): number => 2 - 2 * Math.cos((degrees * Math.PI) / 180);

describe('neighbourGraph', () => {
  it.each(thresholds)('has every pair closer than %p, both ways and in order, and no other', (threshold) => {
    const { starts, neighbours, distances } = neighbourGraph(embeddings, threshold);
    matrix.forEach((row, a) => {
      const expected = row.flatMap((distance, b) => (b !== a && distance < threshold ? [b] : []));
      expect([...neighbours.subarray(starts[a], starts[a + 1])]).toEqual(expected);
      expected.forEach((b, i) => { expect(Math.abs(distances[starts[a]! + i]! - row[b]!)).toBeLessThan(1e-12); });
    });
  });

  it('refuses a threshold that connects more pairs than memory is kept for', () => {
    expect(() => neighbourGraph(embeddings, 2, { limit: 1000 })).toThrow('more than 1,000 pairs are closer than 2; choose a smaller threshold');
  });

  it.each([0, -1, 4.1, NaN])('refuses a threshold of %p', (threshold) => {
    expect(() => neighbourGraph(embeddings, threshold)).toThrow(`expected a threshold above 0 and at most 4, got ${threshold}`);
  });

  it('refuses vectors that are not unit length', () => {
    expect(() => neighbourGraph({ size: 2, data: Float32Array.of(1, 0, 3, 0) }, 1)).toThrow('embedding 1: expected length 1, got 3');
  });

  it('says how far it is', () => {
    const shares: number[] = [];
    neighbourGraph(embeddings, 0.5, { onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares).toHaveLength(2);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });
});

/** Merges the closest two clusters again and again, O(n³), as the textbook says. */
function bruteForceLinkage(threshold: number, between: (a: readonly number[], b: readonly number[]) => number): string[] {
  const clusters = people.map((_, row) => [row]);
  for (;;) {
    let [least, first, second] = [threshold, -1, -1];
    clusters.forEach((a, i) => clusters.slice(i + 1).forEach((b, j) => {
      const distance = between(a, b);
      if (distance < least) [least, first, second] = [distance, i, i + 1 + j];
    }));
    if (first < 0) break;
    clusters[first]!.push(...clusters.splice(second, 1)[0]!);
  }
  const clusterOf = new Int32Array(people.length);
  clusters.forEach((rows, cluster) => rows.forEach((row) => { clusterOf[row] = cluster; }));
  return groupsOf(clusterOf);
}

describe('agglomerative clustering is that of brute force', () => {
  const pairs = (a: readonly number[], b: readonly number[]): number[] => a.flatMap((x) => b.map((y) => matrix[x]![y]!));

  it.each(thresholds)('with average linkage below %p', (threshold) => {
    const mean = (a: readonly number[], b: readonly number[]): number => pairs(a, b).reduce((sum, d) => sum + d, 0) / a.length / b.length;
    const found = groupsOf(averageLinkage(embeddings, neighbourGraph(embeddings, threshold)));
    expect(found).toEqual(bruteForceLinkage(threshold, mean));
    expect(found.length).toBeLessThan(people.length);
  });

  it.each(thresholds)('with complete linkage below %p', (threshold) => {
    const found = groupsOf(completeLinkage(neighbourGraph(embeddings, threshold)));
    expect(found).toEqual(bruteForceLinkage(threshold, (a, b) => Math.max(...pairs(a, b))));
    expect(found.length).toBeLessThan(people.length);
  });

  it('where distances tie too: corners of a square go together in pairs, smallest numbers first', () => {
    // Neighbouring corners are 2 apart, opposite ones 4; once two have joined, the mean to the others is 3.
    const square = circle(0, 90, 180, 270);
    expect([...averageLinkage(square, neighbourGraph(square, 2.5))]).toEqual([0, 0, 1, 1]);
    expect([...completeLinkage(neighbourGraph(square, 2.5))]).toEqual([0, 0, 1, 1]);
    expect([...averageLinkage(square, neighbourGraph(square, 3.5))]).toEqual([0, 0, 0, 0]);
  });

  it('keeps the same picture stored often together', () => {
    const copies = circle(10, 10, 10, 200, 10);
    expect([...averageLinkage(copies, neighbourGraph(copies, 0.1))]).toEqual([0, 0, 0, 1, 0]);
    expect([...completeLinkage(neighbourGraph(copies, 0.1))]).toEqual([0, 0, 0, 1, 0]);
  });

  it('refuses the graph of other faces', () => {
    expect(() => averageLinkage(circle(0), neighbourGraph(embeddings, 0.5))).toThrow('1 embeddings, but a graph of 81');
  });
});

describe('dbscan', () => {
  /** The definition: cores connected through cores; the others go to their closest core within reach. */
  function definition(threshold: number, minPoints: number): string[] {
    const near = matrix.map((row) => row.flatMap((distance, b) => (distance < threshold ? [b] : [])));
    const core = near.map((rows) => rows.length >= minPoints);
    const clusterOf = people.map((_, row) => -1 - row);
    people.forEach((_, start) => {
      if (!core[start] || clusterOf[start]! >= 0) return;
      const reached = [start];
      for (const row of reached) {
        clusterOf[row] = start;
        reached.push(...near[row]!.filter((other) => core[other] && !reached.includes(other)));
      }
    });
    people.forEach((_, row) => {
      const cores = near[row]!.filter((other) => core[other]).sort((a, b) => matrix[row]![a]! - matrix[row]![b]!);
      if (!core[row] && cores.length > 0) clusterOf[row] = clusterOf[cores[0]!]!;
    });
    return groupsOf(clusterOf);
  }

  it.each(thresholds.flatMap((threshold) => [1, 2, 3, 6].map((minPoints) => [threshold, minPoints] as const)))(
    'is its definition at %p with %i points', (threshold, minPoints) => {
      expect(groupsOf(dbscan(neighbourGraph(embeddings, threshold), { minPoints }))).toEqual(definition(threshold, minPoints));
    });

  it('leaves noise on its own', () => {
    const points = circle(0, 1, 2, 90, 180, 181);
    expect([...dbscan(neighbourGraph(points, squared(1.5)), { minPoints: 3 })]).toEqual([0, 0, 0, 1, 2, 3]);
  });

  it('refuses a number of points that is none', () => {
    expect(() => dbscan(neighbourGraph(circle(0), 1), { minPoints: 0 })).toThrow('expected minPoints of at least 1, got 0');
  });
});

describe('chineseWhispers', () => {
  const whisper = (graph: NeighbourGraph, seed: number): Int32Array => chineseWhispers(graph, { random: testRandom(seed) });

  it('finds groups that nothing connects, from any order of visits', () => {
    const points = circle(0, 120, 1, 121, 240, 2, 122);
    for (const seed of [1, 2, 3, 4, 5]) expect([...whisper(neighbourGraph(points, squared(5)), seed)]).toEqual([0, 1, 0, 1, 2, 0, 1]);
  });

  it('divides two groups that a single edge connects, where single linkage would not', () => {
    // Each group's faces are 1° apart; 4° and 8° between the groups are the only pair closer than 5°.
    const points = circle(0, 1, 2, 3, 4, 8, 9, 10, 11, 12);
    const graph = neighbourGraph(points, squared(4.5));
    for (const seed of [1, 2, 3, 4, 5]) expect([...whisper(graph, seed)]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect([...dbscan(graph, { minPoints: 2 })]).toEqual(new Array(10).fill(0));
  });

  it('ends where no row has a heavier class among its neighbours than its own', () => {
    const threshold = 0.6;
    const graph = neighbourGraph(embeddings, threshold);
    const clusters = whisper(graph, 3);
    matrix.forEach((row, a) => {
      const weights = new Map<number, number>();
      row.forEach((distance, b) => {
        if (b !== a && distance < threshold) weights.set(clusters[b]!, (weights.get(clusters[b]!) ?? 0) + 1 - distance / threshold);
      });
      const own = weights.get(clusters[a]!) ?? 0;
      for (const weight of weights.values()) expect(weight).toBeLessThanOrEqual(own + 1e-9);
    });
  });

  it('repeats with the same seed', () => {
    const graph = neighbourGraph(embeddings, 0.9);
    expect(whisper(graph, 4)).toEqual(whisper(graph, 4));
  });
});

describe('kMeans', () => {
  const run = (clusters: number, seed = 1): ReturnType<typeof kMeans> => kMeans(embeddings, { clusters, random: testRandom(seed) });
  const means = (clusters: Int32Array): number[][] => {
    const rows = new Map<number, number[]>();
    clusters.forEach((cluster, row) => { rows.set(cluster, [...(rows.get(cluster) ?? []), row]); });
    return [...rows.values()].map((members) => Array.from({ length: size }, (_, i) =>
      members.reduce((sum, row) => sum + embeddings.data[row * size + i]!, 0) / members.length));
  };

  it.each([2, 7, 30, 60])('ends, with %i clusters, where each face is closest to the mean of its own', (k) => {
    const { clusters, inertia, converged } = run(k);
    expect(converged).toBe(true);
    const centres = means(clusters);
    expect(centres).toHaveLength(k);
    let total = 0;
    clusters.forEach((cluster, row) => {
      const distances = centres.map((centre) => centre.reduce((sum, value, i) => sum + (embeddings.data[row * size + i]! - value) ** 2, 0));
      expect(distances[cluster]).toBeLessThanOrEqual(Math.min(...distances) + 1e-12);
      total += distances[cluster]!;
    });
    expect(inertia).toBeCloseTo(total, 9);
  });

  it('finds well separated groups', () => {
    const points = circle(0, 120, 1, 121, 240, 2, 122, 241);
    for (const seed of [1, 2, 3]) {
      expect([...kMeans(points, { clusters: 3, random: testRandom(seed) }).clusters]).toEqual([0, 1, 0, 1, 2, 0, 1, 2]);
    }
  });

  it('gives every face a cluster of its own, or all one, at the ends', () => {
    expect(new Set(run(81).clusters).size).toBe(81);
    expect(new Set(run(1).clusters).size).toBe(1);
  });

  it('ends with pictures stored often and more clusters than there are different ones', () => {
    const { clusters, inertia } = kMeans(circle(10, 10, 10, 200, 10), { clusters: 4, random: testRandom(1) });
    expect(inertia).toBe(0);
    expect(clusters[3]).not.toBe(clusters[0]);
  });

  it.each([0, 1.5, 82])('refuses %p clusters', (clusters) => {
    expect(() => run(clusters)).toThrow(`expected 1 to 81 clusters for 81 faces, got ${clusters}`);
  });
});
