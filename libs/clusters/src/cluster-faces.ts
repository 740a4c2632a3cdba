import type { Link } from './links.ts';
import { mayBeLinked, readConstraints } from './constraints.ts';
import { closePairs } from './distance-tiles.ts';
import { Edges } from './edges.ts';
import { Groups } from './groups.ts';
import { findNeighbours, type Neighbourhood } from './neighbourhood.ts';
import { runSteps, type Steps } from './steps.ts';
import { pairThresholds, type ThresholdOf } from './pair-thresholds.ts';

export interface ClusterFace {
  readonly id: string;
  readonly photoId: string | null;
  readonly modelId: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

export interface ClusterOptions {
  /** Faces of two models are neighbours below this squared distance; never, where there is none. */
  readonly threshold: ThresholdOf;
  /** Neighbours, itself counted, that make a face a core; with 1 or 2 every face is one that has a neighbour. */
  readonly minFaces?: number;
  /** The nearest neighbours of each face that are remembered; others are compared again where there are more. */
  readonly kept?: number;
}

export interface Grouping {
  /** Of two faces and more, each in order of ids, the one with the smallest id first. */
  readonly groups: readonly (readonly string[])[];
  /** Faces that belong to no group. */
  readonly single: readonly string[];
}

const defaults = { minFaces: 3, kept: 32 } as const satisfies Partial<ClusterOptions>;

/**
 * Density-based grouping (DBSCAN, Ester et al. 1996) that obeys what was said. First those faces are together that must
 * be. Then cores, faces with enough neighbours, join through cores that are their neighbours, the nearest first, wherever
 * no pair of the two groups is impossible. The others come last: each group of them joins the nearest core that it may,
 * once, so that a face between two people does not make them one; those without one stay alone. Without constraints this
 * is DBSCAN. The order of `faces` does not matter.
 */
export function clusterFaces(faces: readonly ClusterFace[], links: readonly Link[], options: ClusterOptions): Grouping {
  return runSteps(clusterSteps(faces, links, options));
}

/** The same in steps. Memory follows the number of faces, not of pairs. */
export function* clusterSteps(unordered: readonly ClusterFace[], links: readonly Link[], options: ClusterOptions): Steps<Grouping> {
  const { threshold, minFaces, kept } = { ...defaults, ...options };
  const faces = [...unordered].sort((a, b) => (a.id < b.id ? -1 : 1));
  const constraints = readConstraints(faces, links);
  const vectors = faces.map(({ vector }) => vector);
  const { limit, nearness } = pairThresholds(faces.map(({ modelId }) => modelId), threshold);
  // Lists of faces that are no core are whole then.
  const found = yield* findNeighbours(vectors, constraints, { limit, nearness, kept: Math.max(kept, minFaces) });
  const isCore = (row: number): boolean => found.counts[row]! + 1 >= minFaces;
  const groups = new Groups(faces.length, constraints);

  yield* edgesBetween(found, faces.length, (row, other) => isCore(row) && isCore(other)).inOrder((a, b) => { groups.join(a, b); });
  // A face with more neighbours than are kept is a core.
  if (faces.some((_, row) => found.isCut(row))) {
    // What both lists left out.
    yield* closePairs(vectors, limit, (a, b, distance) => {
      if (!found.isCut(a) || !found.isCut(b) || !(nearness(a, b, distance) < 1)) return;
      if (mayBeLinked(constraints, a, b)) groups.join(a, b);
    });
  }
  yield* joinDeferred(found, groups, faces.length, isCore);
  return groupingOf(faces, groups);
}

function* joinDeferred(found: Neighbourhood, groups: Groups, rows: number, isCore: (row: number) => boolean): Steps<void> {
  const withCore = new Set<number>();
  for (let row = 0; row < rows; row++) if (isCore(row)) withCore.add(groups.rootOf(row));
  const edges = edgesBetween(found, rows, (row, other) => !isCore(row) && isCore(other));
  yield* edges.inOrder((row, core) => {
    if (withCore.has(groups.rootOf(row))) return;
    if (groups.join(row, core)) withCore.add(groups.rootOf(core));
  });
}

function edgesBetween(found: Neighbourhood, rows: number, wanted: (row: number, other: number) => boolean): Edges {
  const edges = new Edges();
  for (let row = 0; row < rows; row++) {
    found.forEach(row, (other, nearness) => { if (wanted(row, other)) edges.add(row, other, nearness); });
  }
  return edges;
}

function groupingOf(faces: readonly ClusterFace[], groups: Groups): Grouping {
  const members = new Map<number, string[]>();
  faces.forEach(({ id }, row) => {
    const root = groups.rootOf(row);
    const known = members.get(root);
    if (known === undefined) members.set(root, [id]);
    else known.push(id);
  });
  const all = [...members.values()];
  return { groups: all.filter(({ length }) => length > 1), single: all.filter(({ length }) => length === 1).flat() };
}

