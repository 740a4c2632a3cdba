import { type Linkage, mergeUpTo } from './nearest-neighbour-chain.ts';
import type { NeighbourGraph } from './neighbour-graph.ts';

/**
 * Agglomerative clustering by the largest distance between two clusters, while it is below the graph's threshold: every
 * two rows of a cluster are closer than it. Clusters can only join where all their rows are neighbours, so the graph of
 * close rows holds every distance that is ever needed, and memory follows it.
 */
export function completeLinkage(graph: NeighbourGraph, onProgress?: (share: number) => void): Int32Array {
  return mergeUpTo(graph.threshold, graph.rows, new FarthestLinkage(graph), onProgress);
}

/** A cluster's distances stand where those of the row stood that it is numbered after; Infinity is "no longer close". */
class FarthestLinkage implements Linkage {
  readonly #starts: Int32Array;
  readonly #neighbours: Int32Array;
  readonly #distances: Float64Array;

  constructor({ starts, neighbours, distances }: NeighbourGraph) {
    this.#starts = starts;
    this.#neighbours = neighbours;
    this.#distances = distances.slice();
  }

  closest(cluster: number, preferred: number): { cluster: number; distance: number } {
    let [best, distance] = [-1, Infinity];
    for (let at = this.#starts[cluster]!; at < this.#starts[cluster + 1]!; at++) {
      const [neighbour, candidate] = [this.#neighbours[at]!, this.#distances[at]!];
      if (candidate < distance || (candidate === distance && best !== -1 && neighbour === preferred)) {
        [best, distance] = [neighbour, candidate];
      }
    }
    return { cluster: best, distance };
  }

  merge(kept: number, gone: number): void {
    let at = this.#starts[gone]!;
    const end = this.#starts[gone + 1]!;
    for (let i = this.#starts[kept]!; i < this.#starts[kept + 1]!; i++) {
      const third = this.#neighbours[i]!;
      while (at < end && this.#neighbours[at]! < third) at++;
      const shared = third !== gone && at < end && this.#neighbours[at] === third;
      if (this.#distances[i] === Infinity) continue;
      const farther = shared ? Math.max(this.#distances[i]!, this.#distances[at]!) : Infinity;
      this.#distances[i] = farther;
      this.#distances[this.#find(third, kept)] = farther;
    }
    this.retire(gone);
  }

  retire(cluster: number): void {
    for (let at = this.#starts[cluster]!; at < this.#starts[cluster + 1]!; at++) {
      if (this.#distances[at] === Infinity) continue;
      this.#distances[at] = Infinity;
      this.#distances[this.#find(this.#neighbours[at]!, cluster)] = Infinity;
    }
  }

  /** Where `row` stands among the neighbours of `of`, which ascend. */
  #find(of: number, row: number): number {
    let [low, high] = [this.#starts[of]!, this.#starts[of + 1]! - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#neighbours[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
