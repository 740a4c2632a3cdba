import { JoinedRows, numberedClusters } from './labels.ts';

/** The clusters that are left, each under the number of one of its rows. */
export interface Linkage {
  /** The closest other cluster and how far it is; `preferred` where it is as close as any. */
  closest(cluster: number, preferred: number): { readonly cluster: number; readonly distance: number };
  /** The two become one, which goes on under the number of the first. */
  merge(kept: number, gone: number): void;
  /** It will never join another. */
  retire(cluster: number): void;
}

/**
 * Agglomerative clustering up to a distance by following nearest neighbours until two have each other (Benzécri 1982;
 * Müllner 2011). For average and complete linkage a merged cluster is never closer to a third than the closer of its
 * parts was, so the result is that of merging the globally closest two again and again, in O(n²) instead of O(n³); and
 * a cluster whose closest neighbour is not below the threshold is finished.
 */
export function mergeUpTo(threshold: number, rows: number, linkage: Linkage, onProgress?: (share: number) => void): Int32Array {
  const joined = new JoinedRows(rows);
  const done = new Uint8Array(rows);
  const chain: number[] = [];
  for (let first = 0; first < rows; first++) {
    if (first % 64 === 0) onProgress?.(first / rows);
    while (done[first] === 0) {
      if (chain.length === 0) chain.push(first);
      const top = chain.at(-1)!;
      const before = chain.at(-2) ?? -1;
      const { cluster, distance } = linkage.closest(top, before);
      if (!(distance < threshold)) {
        // Distances fall along the chain, so this is its only link.
        chain.pop();
        done[top] = 1;
        linkage.retire(top);
      } else if (cluster === before) {
        chain.length -= 2;
        linkage.merge(before, top);
        joined.join(before, top);
        done[top] = 1;
      } else {
        chain.push(cluster);
      }
    }
  }
  return numberedClusters(rows, (row) => joined.rootOf(row));
}
