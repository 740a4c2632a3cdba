export { clusterFaces, clusterSteps, type ClusterFace, type ClusterOptions, type Grouping } from './cluster-faces.ts';
export { ClusterEditError, LinkConflict } from './cluster-error.ts';
export { readConstraints, type LinkedFace } from './constraints.ts';
export { mergeClusters, splitCluster, undoEdit, type ClusterEdit, type ClusterState, type ClusterUndo } from './edit-clusters.ts';
export type { ThresholdOf } from './pair-thresholds.ts';
export type { Cluster, Link } from './links.ts';
export { keepIds } from './stable-ids.ts';
export { runGently, runSteps, type GentleOptions, type Steps } from './steps.ts';
export { suggestSame, suggestSteps, type FaceGroup, type SuggestOptions, type Suggestion } from './suggest.ts';
