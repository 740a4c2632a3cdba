export { averageLinkage } from './average-linkage.ts';
export { chineseWhispers, type ChineseWhispersOptions } from './chinese-whispers.ts';
export { completeLinkage } from './complete-linkage.ts';
export { dbscan, type DbscanOptions } from './dbscan.ts';
export { kMeans, type KMeans, type KMeansOptions } from './k-means.ts';
export { JoinedRows } from './labels.ts';
export { neighbourGraph, type GraphOptions, type NeighbourGraph } from './neighbour-graph.ts';
export { scoreClustering, type ClusteringScores, type PrecisionRecall } from './scores.ts';
