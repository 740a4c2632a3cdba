import { EvaluationError } from '../errors.ts';
import { JoinedRows, numberedClusters } from './labels.ts';
import type { NeighbourGraph } from './neighbour-graph.ts';

export interface DbscanOptions {
  /** Rows within the threshold, itself counted, that make a row a core; 1 or 2 is single linkage. */
  readonly minPoints: number;
}

/**
 * DBSCAN (Ester et al. 1996): cores that are neighbours share a cluster. A row that is no core joins its closest core
 * among its neighbours, so the result does not depend on the order of rows; one without any stays on its own.
 */
export function dbscan({ rows, starts, neighbours, distances }: NeighbourGraph, { minPoints }: DbscanOptions): Int32Array {
  if (!Number.isInteger(minPoints) || minPoints < 1) throw new EvaluationError(`DBSCAN: expected minPoints of at least 1, got ${minPoints}`);
  const isCore = (row: number): boolean => starts[row + 1]! - starts[row]! + 1 >= minPoints;
  const joined = new JoinedRows(rows);
  const closestCore = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    const core = isCore(row);
    let nearest = Infinity;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const neighbour = neighbours[at]!;
      if (!isCore(neighbour)) continue;
      if (core) joined.join(row, neighbour);
      else if (distances[at]! < nearest) {
        nearest = distances[at]!;
        closestCore[row] = neighbour;
      }
    }
  }
  return numberedClusters(rows, (row) => joined.rootOf(closestCore[row]! >= 0 ? closestCore[row]! : row));
}
