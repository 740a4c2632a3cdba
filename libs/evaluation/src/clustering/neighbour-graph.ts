import { forEachDistanceBlock } from '../distance-blocks.ts';
import { checkEmbeddings, countOf, type Embeddings } from '../embeddings.ts';
import { EvaluationError } from '../errors.ts';

/** Which rows are closer than a threshold: row i's neighbours stand from `starts[i]` to `starts[i + 1]`, ascending. */
export interface NeighbourGraph {
  readonly threshold: number;
  readonly rows: number;
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
  /** Squared L2, of each neighbour. */
  readonly distances: Float64Array;
}

export interface GraphOptions {
  /** Pairs that may be kept; 40 bytes each while the graph is built. */
  readonly limit?: number;
  /** Share of all pairs looked at. */
  readonly onProgress?: (share: number) => void;
}

/** 640 MB at most. Of a million people's pictures at a useful threshold hardly a share of 1e-4 of the pairs is close. */
const usualLimit = 16_000_000;

/** Compares all pairs of rows once: 1 multiply-add per number and pair; memory follows the pairs that are close. */
export function neighbourGraph(embeddings: Embeddings, threshold: number, { limit = usualLimit, onProgress }: GraphOptions = {}): NeighbourGraph {
  checkEmbeddings(embeddings);
  checkThreshold(threshold);
  const rows = countOf(embeddings);
  const pairs = new ClosePairs(limit, threshold);
  let reported = 0;
  forEachDistanceBlock(embeddings, ({ top, left, rows: blockRows, cols, distances, stride }) => {
    if (onProgress && top !== reported) {
      reported = top;
      onProgress(1 - (1 - top / rows) ** 2);
    }
    for (let r = 0; r < blockRows; r++) {
      for (let c = top === left ? r + 1 : 0; c < cols; c++) {
        const distance = distances[r * stride + c]!;
        if (distance < threshold) pairs.add(top + r, left + c, distance);
      }
    }
  });
  return pairs.toGraph(rows);
}

export function checkThreshold(threshold: number): void {
  if (!(threshold > 0 && threshold <= 4)) throw new EvaluationError(`clustering: expected a threshold above 0 and at most 4, got ${threshold}`);
}

class ClosePairs {
  #first = new Int32Array(1024);
  #second = new Int32Array(1024);
  #distance = new Float64Array(1024);
  #count = 0;
  readonly #limit: number;
  readonly #threshold: number;

  constructor(limit: number, threshold: number) {
    this.#limit = limit;
    this.#threshold = threshold;
  }

  add(first: number, second: number, distance: number): void {
    if (this.#count === this.#first.length) this.#grow();
    this.#first[this.#count] = first;
    this.#second[this.#count] = second;
    this.#distance[this.#count++] = distance;
  }

  /** Pairs came block by block, rows ascending, so each row meets its neighbours in ascending order. */
  toGraph(rows: number): NeighbourGraph {
    const starts = new Int32Array(rows + 1);
    for (let i = 0; i < this.#count; i++) {
      starts[this.#first[i]! + 1]!++;
      starts[this.#second[i]! + 1]!++;
    }
    for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
    const next = starts.slice();
    const neighbours = new Int32Array(2 * this.#count);
    const distances = new Float64Array(2 * this.#count);
    const put = (row: number, neighbour: number, distance: number): void => {
      const at = next[row]!++;
      neighbours[at] = neighbour;
      distances[at] = distance;
    };
    for (let i = 0; i < this.#count; i++) {
      const [first, second, distance] = [this.#first[i]!, this.#second[i]!, this.#distance[i]!];
      put(first, second, distance);
      put(second, first, distance);
    }
    return { threshold: this.#threshold, rows, starts, neighbours, distances };
  }

  #grow(): void {
    if (this.#count >= this.#limit) {
      throw new EvaluationError(
        `clustering: more than ${this.#limit.toLocaleString('en')} pairs are closer than ${this.#threshold}; choose a smaller threshold`,
      );
    }
    const length = Math.min(2 * this.#count, this.#limit);
    this.#first = grown(this.#first, new Int32Array(length));
    this.#second = grown(this.#second, new Int32Array(length));
    this.#distance = grown(this.#distance, new Float64Array(length));
  }
}

function grown<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
