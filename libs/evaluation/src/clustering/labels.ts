/** Cluster of each row, numbered from 0 by first appearance. */
export function numberedClusters(rows: number, clusterOf: (row: number) => number): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: rows }, (_, row) => {
    const cluster = clusterOf(row);
    const known = numbers.get(cluster);
    if (known !== undefined) return known;
    numbers.set(cluster, numbers.size);
    return numbers.size - 1;
  });
}

/** Sets that only ever join (union–find with path halving); the root is the smallest row of its set. */
export class JoinedRows {
  readonly #parent: Int32Array;

  constructor(rows: number) {
    this.#parent = Int32Array.from({ length: rows }, (_, row) => row);
  }

  rootOf(row: number): number {
    const parent = this.#parent;
    let at = row;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [one, other] = [this.rootOf(a), this.rootOf(b)];
    this.#parent[Math.max(one, other)] = Math.min(one, other);
  }
}
