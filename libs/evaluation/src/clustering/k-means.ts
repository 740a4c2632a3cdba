import { checkEmbeddings, countOf, type Embeddings } from '../embeddings.ts';
import { EvaluationError } from '../errors.ts';
import { numberedClusters } from './labels.ts';

export interface KMeansOptions {
  readonly clusters: number;
  readonly random: { next(): number };
  readonly rounds?: number;
  readonly onProgress?: (share: number) => void;
}

export interface KMeans {
  readonly clusters: Int32Array;
  /** Sum of the squared distances of rows to the mean of their cluster. */
  readonly inertia: number;
  readonly rounds: number;
  /** False where `rounds` ended it. */
  readonly converged: boolean;
}

/**
 * k-means from k-means++ seeds (Arthur and Vassilvitskii 2007), by Lloyd's rounds. A row whose mean did not move is only
 * compared with the means that did, which changes nothing but the time: with many clusters most of them soon rest.
 * A cluster that lost its last row starts anew at the row farthest from its own mean.
 */
export function kMeans(embeddings: Embeddings, { clusters, random, rounds = 100, onProgress }: KMeansOptions): KMeans {
  checkEmbeddings(embeddings);
  const rows = countOf(embeddings);
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > rows) {
    throw new EvaluationError(`k-means: expected 1 to ${rows} clusters for ${rows} faces, got ${clusters}`);
  }
  const state = new Means(embeddings, clusters);
  state.seed(random);
  let [round, moved] = [0, state.moveMeans()];
  while (moved.length > 0 && round < rounds) {
    onProgress?.(round / rounds);
    state.assign(moved);
    moved = state.moveMeans();
    round++;
  }
  const { clusterOf, distanceTo } = state;
  return {
    clusters: numberedClusters(rows, (row) => clusterOf[row]!),
    inertia: distanceTo.reduce((sum, _, row) => sum + state.squaredDistance(row, clusterOf[row]!), 0),
    rounds: round,
    converged: moved.length === 0,
  };
}

class Means {
  readonly clusterOf: Int32Array;
  /** Of each row to the mean of its cluster, as of the last assignment. */
  readonly distanceTo: Float64Array;
  readonly #embeddings: Embeddings;
  readonly #rows: number;
  readonly #means: Float64Array;
  readonly #clusters: number;

  constructor(embeddings: Embeddings, clusters: number) {
    this.#embeddings = embeddings;
    this.#rows = countOf(embeddings);
    this.#clusters = clusters;
    this.#means = new Float64Array(clusters * embeddings.size);
    this.clusterOf = new Int32Array(this.#rows);
    this.distanceTo = new Float64Array(this.#rows).fill(Infinity);
  }

  /** Each next mean is a row drawn in proportion to its squared distance to the closest mean so far. */
  seed(random: { next(): number }): void {
    for (let cluster = 0; cluster < this.#clusters; cluster++) {
      const row = cluster === 0 ? Math.floor(random.next() * this.#rows) : this.#drawFar(random);
      this.#startAt(cluster, row);
      this.assign([cluster], false);
    }
  }

  /** Compares rows with the means that moved; where a row's own mean did, with all. */
  assign(moved: readonly number[], ownMoved = true): void {
    const hasMoved = new Uint8Array(this.#clusters);
    if (ownMoved) for (const cluster of moved) hasMoved[cluster] = 1;
    for (let row = 0; row < this.#rows; row++) {
      const all = hasMoved[this.clusterOf[row]!] === 1;
      let [best, distance] = [this.clusterOf[row]!, this.distanceTo[row]!];
      if (all) distance = this.squaredDistance(row, best);
      for (let i = 0; i < (all ? this.#clusters : moved.length); i++) {
        const cluster = all ? i : moved[i]!;
        const candidate = this.squaredDistance(row, cluster, distance);
        if (candidate < distance) [best, distance] = [cluster, candidate];
      }
      this.clusterOf[row] = best;
      this.distanceTo[row] = distance;
    }
  }

  /** Puts each mean in the middle of its rows; the numbers of those that moved. */
  moveMeans(): number[] {
    const { data, size } = this.#embeddings;
    const sums = new Float64Array(this.#means.length);
    const counts = new Int32Array(this.#clusters);
    for (let row = 0; row < this.#rows; row++) {
      const start = this.clusterOf[row]! * size;
      counts[this.clusterOf[row]!]!++;
      for (let i = 0; i < size; i++) sums[start + i]! += data[row * size + i]!;
    }
    const moved: number[] = [];
    for (let cluster = 0; cluster < this.#clusters; cluster++) {
      if (this.#place(cluster, sums, counts[cluster]!)) moved.push(cluster);
    }
    return moved;
  }

  /** Gives up where it exceeds `limit`: few means come close to a row. */
  squaredDistance(row: number, cluster: number, limit = Infinity): number {
    const { data, size } = this.#embeddings;
    let [a, b] = [row * size, cluster * size];
    let sum = 0;
    for (const end = a + size; a < end;) {
      const stop = Math.min(a + 16, end);
      for (; a < stop; a++, b++) {
        const difference = data[a]! - this.#means[b]!;
        sum += difference * difference;
      }
      if (sum > limit) return sum;
    }
    return sum;
  }

  #place(cluster: number, sums: Float64Array, count: number): boolean {
    const { size } = this.#embeddings;
    if (count === 0) {
      const farthest = this.distanceTo.reduce((best, distance, row) => (distance > this.distanceTo[best]! ? row : best), 0);
      // All rows coincide with their means: there is nothing left to divide.
      if (this.distanceTo[farthest] === 0) return false;
      this.#startAt(cluster, farthest);
      this.clusterOf[farthest] = cluster;
      this.distanceTo[farthest] = 0;
      return true;
    }
    let moved = false;
    for (let i = cluster * size; i < (cluster + 1) * size; i++) {
      const mean = sums[i]! / count;
      moved ||= mean !== this.#means[i];
      this.#means[i] = mean;
    }
    return moved;
  }

  #startAt(cluster: number, row: number): void {
    const { data, size } = this.#embeddings;
    this.#means.set(data.subarray(row * size, (row + 1) * size), cluster * size);
  }

  #drawFar(random: { next(): number }): number {
    const total = this.distanceTo.reduce((sum, distance) => sum + distance, 0);
    let left = random.next() * total;
    const found = this.distanceTo.findIndex((distance) => (left -= distance) < 0);
    return found >= 0 ? found : Math.floor(random.next() * this.#rows);
  }
}
