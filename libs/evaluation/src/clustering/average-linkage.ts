import { countOf, type Embeddings } from '../embeddings.ts';
import { EvaluationError } from '../errors.ts';
import { type Linkage, mergeUpTo } from './nearest-neighbour-chain.ts';
import type { NeighbourGraph } from './neighbour-graph.ts';

/**
 * Agglomerative clustering by the mean squared distance of all pairs between two clusters (UPGMA), while it is below the
 * graph's threshold. No matrix of distances is needed: that mean follows from the clusters' means,
 * mean ‖a − b‖² = mean ‖a‖² + mean ‖b‖² − 2 mean(a)·mean(b), and where it is below the threshold some pair is too, so
 * only clusters that the graph connects need to be looked at. Memory follows the graph.
 */
export function averageLinkage(embeddings: Embeddings, graph: NeighbourGraph, onProgress?: (share: number) => void): Int32Array {
  if (countOf(embeddings) !== graph.rows) {
    throw new EvaluationError(`average linkage: ${countOf(embeddings)} embeddings, but a graph of ${graph.rows}`);
  }
  return mergeUpTo(graph.threshold, graph.rows, new MeanLinkage(embeddings, graph), onProgress);
}

class MeanLinkage implements Linkage {
  readonly #size: number;
  /** [rows, size], of the clusters that are left. */
  readonly #means: Float64Array;
  /** Mean of ‖x‖² of each. */
  readonly #norms: Float64Array;
  readonly #counts: Int32Array;
  /** Clusters connected with each: numbers of rows that may have joined others since, or are finished. */
  readonly #connected: Int32Array[];
  /** The cluster that each went into; itself while it is left, −1 when it is finished. */
  readonly #into: Int32Array;
  readonly #seen: Int32Array;
  #search = 0;

  constructor(embeddings: Embeddings, { rows, starts, neighbours }: NeighbourGraph) {
    this.#size = embeddings.size;
    this.#means = Float64Array.from(embeddings.data);
    this.#norms = Float64Array.from({ length: rows }, (_, row) => this.#product(row, row));
    this.#counts = new Int32Array(rows).fill(1);
    this.#connected = Array.from({ length: rows }, (_, row) => neighbours.slice(starts[row], starts[row + 1]));
    this.#into = Int32Array.from({ length: rows }, (_, row) => row);
    this.#seen = new Int32Array(rows);
  }

  closest(cluster: number, preferred: number): { cluster: number; distance: number } {
    const connected = this.#resolve(cluster, this.#connected[cluster]!);
    this.#connected[cluster] = connected;
    let [best, distance] = [-1, Infinity];
    for (const other of connected) {
      const candidate = this.#norms[cluster]! + this.#norms[other]! - 2 * this.#product(cluster, other);
      // Ties go to the preferred cluster, then to the smallest number.
      const tied = candidate === distance && best !== preferred && (other === preferred || other < best);
      if (candidate < distance || tied) [best, distance] = [other, candidate];
    }
    return { cluster: best, distance };
  }

  merge(kept: number, gone: number): void {
    const [a, b] = [this.#counts[kept]!, this.#counts[gone]!];
    const [wa, wb] = [a / (a + b), b / (a + b)];
    for (let i = 0; i < this.#size; i++) {
      const at = kept * this.#size + i;
      this.#means[at] = wa * this.#means[at]! + wb * this.#means[gone * this.#size + i]!;
    }
    this.#norms[kept] = wa * this.#norms[kept]! + wb * this.#norms[gone]!;
    this.#counts[kept] = a + b;
    this.#into[gone] = kept;
    const both = new Int32Array(this.#connected[kept]!.length + this.#connected[gone]!.length);
    both.set(this.#connected[kept]!);
    both.set(this.#connected[gone]!, this.#connected[kept]!.length);
    this.#connected[kept] = this.#resolve(kept, both);
    this.#connected[gone] = new Int32Array();
  }

  retire(cluster: number): void {
    this.#into[cluster] = -1;
    this.#connected[cluster] = new Int32Array();
  }

  /** The clusters that these are part of by now, each once and without `own`. */
  #resolve(own: number, clusters: Int32Array): Int32Array {
    const search = ++this.#search;
    this.#seen[own] = search;
    let count = 0;
    for (const each of clusters) {
      const now = this.#leftOf(each);
      if (now < 0 || this.#seen[now] === search) continue;
      this.#seen[now] = search;
      // Never ahead of the reading place.
      clusters[count++] = now;
    }
    return clusters.slice(0, count);
  }

  #leftOf(cluster: number): number {
    const into = this.#into;
    let now = cluster;
    while (now >= 0 && into[now] !== now) now = into[now]!;
    // Long ways are walked once.
    for (let at = cluster; at >= 0 && at !== now;) {
      const next = into[at]!;
      into[at] = now;
      at = next;
    }
    return now;
  }

  #product(a: number, b: number): number {
    const [means, size] = [this.#means, this.#size];
    let [i, j] = [a * size, b * size];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    const whole = i + (size & ~3);
    for (; i < whole; i += 4, j += 4) {
      s0 += means[i]! * means[j]!;
      s1 += means[i + 1]! * means[j + 1]!;
      s2 += means[i + 2]! * means[j + 2]!;
      s3 += means[i + 3]! * means[j + 3]!;
    }
    for (const end = a * size + size; i < end; i++, j++) s0 += means[i]! * means[j]!;
    return s0 + s1 + (s2 + s3);
  }
}
