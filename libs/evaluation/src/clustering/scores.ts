import { EvaluationError } from '../errors.ts';

export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  /** Their harmonic mean. */
  readonly f: number;
}

/** How well groups agree with the people they should be, with the counts it rests on. */
export interface ClusteringScores {
  /** Averaged over items: share of an item's group that is its person, share of its person that is in its group. */
  readonly bCubed: PrecisionRecall;
  /** Over pairs of items: of those put together, those of one person; of those of one person, those put together. */
  readonly pairwise: PrecisionRecall & { readonly together: number; readonly same: number; readonly both: number };
  /** 1 when every group holds one person only. */
  readonly homogeneity: number;
  /** 1 when every person is in one group only. */
  readonly completeness: number;
  /** Harmonic mean of the two. */
  readonly vMeasure: number;
  readonly items: number;
  readonly people: number;
  readonly clusters: number;
  /** Groups of one item. */
  readonly singletons: number;
}

/**
 * Scores groups against the truth; both are a label per item, in any numbering.
 * BCubed: Bagga and Baldwin 1998, chosen by Amigó et al. 2009; homogeneity, completeness: Rosenberg and Hirschberg 2007.
 * Where no two items were put together, none was put together wrongly, so pairwise precision is 1; likewise recall.
 */
export function scoreClustering(people: Int32Array, clusters: Int32Array): ClusteringScores {
  const items = people.length;
  if (clusters.length !== items) throw new EvaluationError(`clustering scores: ${items} people, but ${clusters.length} clusters`);
  if (items === 0) throw new EvaluationError('clustering scores: there is nothing to score');
  const ofPerson = countBy(people, (label) => label);
  const ofCluster = countBy(clusters, (label) => label);
  let [precision, recall, both] = [0, 0, 0];
  let [peopleInClusters, clustersInPeople] = [0, 0];
  for (const [key, n] of countBy(people, (person, item) => `${person} ${clusters[item]!}`)) {
    const [person, cluster] = key.split(' ').map(Number);
    const [whole, group] = [ofPerson.get(person!)!, ofCluster.get(cluster!)!];
    precision += (n * n) / group;
    recall += (n * n) / whole;
    both += pairsOf(n);
    peopleInClusters -= (n / items) * Math.log(n / group);
    clustersInPeople -= (n / items) * Math.log(n / whole);
  }
  const together = sumOf(ofCluster, pairsOf);
  const same = sumOf(ofPerson, pairsOf);
  const homogeneity = explained(peopleInClusters, entropy(ofPerson, items));
  const completeness = explained(clustersInPeople, entropy(ofCluster, items));
  return {
    bCubed: withF(precision / items, recall / items),
    pairwise: { ...withF(together > 0 ? both / together : 1, same > 0 ? both / same : 1), together, same, both },
    homogeneity,
    completeness,
    vMeasure: harmonicMean(homogeneity, completeness),
    items,
    people: ofPerson.size,
    clusters: ofCluster.size,
    singletons: sumOf(ofCluster, (n) => Number(n === 1)),
  };
}

function countBy<K>(labels: Int32Array, keyOf: (label: number, item: number) => K): Map<K, number> {
  const counts = new Map<K, number>();
  labels.forEach((label, item) => {
    const key = keyOf(label, item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return counts;
}

function sumOf(counts: ReadonlyMap<unknown, number>, value: (n: number) => number): number {
  return [...counts.values()].reduce((sum, n) => sum + value(n), 0);
}

const pairsOf = (n: number): number => (n * (n - 1)) / 2;

function entropy(counts: ReadonlyMap<unknown, number>, items: number): number {
  return sumOf(counts, (n) => -(n / items) * Math.log(n / items));
}

/** With a single class there is nothing to explain. */
function explained(remaining: number, whole: number): number {
  return whole > 0 ? 1 - remaining / whole : 1;
}

function withF(precision: number, recall: number): PrecisionRecall {
  return { precision, recall, f: harmonicMean(precision, recall) };
}

function harmonicMean(a: number, b: number): number {
  return a + b > 0 ? (2 * a * b) / (a + b) : 0;
}
