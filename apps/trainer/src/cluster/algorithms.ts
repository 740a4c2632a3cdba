import { Random } from '@facenet/architecture';
import {
  averageLinkage, chineseWhispers, completeLinkage, dbscan, type Embeddings, kMeans, neighbourGraph, type NeighbourGraph,
} from '@facenet/evaluation';
import { CliError } from '../cli/errors.ts';

export const algorithmNames = ['average', 'chinese-whispers', 'complete', 'dbscan', 'k-means'] as const;
export type AlgorithmName = (typeof algorithmNames)[number];

/** How faces are put together: by what is closer than a distance, or into a number of groups. */
export type Method =
  | { readonly algorithm: Exclude<AlgorithmName, 'k-means'>; readonly threshold: number; readonly minPoints: number; readonly seed: number }
  | { readonly algorithm: 'k-means'; readonly clusters: number; readonly seed: number };

/** The cluster of each face, counted from 0 by first appearance. */
export function groupFaces(embeddings: Embeddings, method: Method, onProgress?: (share: number, note: string) => void): Int32Array {
  const random = new Random(method.seed, 'cluster');
  if (method.algorithm === 'k-means') {
    const { clusters, converged, rounds } = kMeans(embeddings, {
      clusters: method.clusters, random, onProgress: (share) => { onProgress?.(share, 'moving means'); },
    });
    if (!converged) throw new CliError(`k-means: groups still changed after ${rounds} rounds; try another --seed or another algorithm`);
    return clusters;
  }
  const graph = neighbourGraph(embeddings, method.threshold, { onProgress: (share) => { onProgress?.(share, 'comparing all pairs'); } });
  return fromGraph[method.algorithm](graph, embeddings, method.minPoints, random);
}

type FromGraph = (graph: NeighbourGraph, embeddings: Embeddings, minPoints: number, random: Random) => Int32Array;

const fromGraph = {
  average: (graph, embeddings) => averageLinkage(embeddings, graph),
  'chinese-whispers': (graph, _embeddings, _minPoints, random) => chineseWhispers(graph, { random }),
  complete: (graph) => completeLinkage(graph),
  dbscan: (graph, _embeddings, minPoints) => dbscan(graph, { minPoints }),
} satisfies Record<Exclude<AlgorithmName, 'k-means'>, FromGraph>;
