import type { Cluster, Link } from './links.ts';
import { ClusterEditError } from './cluster-error.ts';
import { impossiblePair, type LinkedFace, readConstraints } from './constraints.ts';

type Pair = Pick<Link, 'a' | 'b'>;

/** What a person changed, what it says about faces from now on, and how to take it back. */
export interface ClusterEdit {
  readonly clusters: readonly Cluster[];
  readonly set: readonly Link[];
  readonly unset: readonly Pair[];
  readonly undo: ClusterUndo;
}

/** Plain data, to be kept until it is needed. */
export interface ClusterUndo {
  /** As they were before; also those that the edit removed. */
  readonly clusters: readonly Cluster[];
  readonly set: readonly Link[];
  readonly unset: readonly Pair[];
}

/** What an edit begins with. */
export interface ClusterState {
  readonly clusters: readonly Cluster[];
  readonly links: readonly Link[];
  /** At least those of the clusters that are edited. */
  readonly faces: readonly LinkedFace[];
}

/**
 * Several clusters are one person: they become the largest of them, and all of their faces must be together from now on;
 * a link of one face each would let a look-alike draw others away. Refused where two faces cannot be one person.
 */
export function mergeClusters(state: ClusterState, ids: readonly string[]): ClusterEdit {
  const merged = [...new Set(ids)].map((id) => clusterOf(state, id)).sort((a, b) => b.faceIds.length - a.faceIds.length || (a.id < b.id ? -1 : 1));
  const [kept] = merged;
  if (kept === undefined || merged.length < 2) throw new ClusterEditError(`a merge of ${merged.length} clusters; expected at least 2`);
  const faceIds = merged.flatMap(({ faceIds }) => faceIds).sort();
  requirePossible(state, faceIds);
  return editOf(state, merged, [{ id: kept.id, faceIds }], chain(faceIds), []);
}

/**
 * Some faces of a cluster are another person than the rest: each side must be together from now on, and the two cannot
 * be. Neighbours that are alike do not bring them together again, since a link holds each face on its side. The larger
 * side keeps the id.
 */
export function splitCluster(state: ClusterState, id: string, faceIds: readonly string[], newId: () => string): ClusterEdit {
  const cluster = clusterOf(state, id);
  const part = new Set(faceIds);
  const missing = faceIds.find((face) => !cluster.faceIds.includes(face));
  if (missing !== undefined) throw new ClusterEditError(`the cluster ${id} has no face ${missing}`);
  const sides = [cluster.faceIds.filter((face) => part.has(face)).sort(), cluster.faceIds.filter((face) => !part.has(face)).sort()] as const;
  if (sides.some(({ length }) => length === 0)) {
    throw new ClusterEditError(`a split of ${sides[0].length} from ${sides[1].length} faces; expected at least one on each side`);
  }
  const [smaller, larger] = sides[0].length <= sides[1].length ? sides : [sides[1], sides[0]];
  const links = [...sides.flatMap(chain), link('cannot', sides[0][0]!, sides[1][0]!)];
  const inCluster = new Set(cluster.faceIds);
  const across = state.links.filter(({ kind, a, b }) => kind === 'must' && inCluster.has(a) && inCluster.has(b) && part.has(a) !== part.has(b));
  return editOf(state, [cluster], [{ id, faceIds: larger }, { id: newId(), faceIds: smaller }], links, across);
}

/** Puts clusters back as they were. Faces that came since stay where they are; those that are gone stay gone. */
export function undoEdit(clusters: readonly Cluster[], undo: ClusterUndo): Omit<ClusterEdit, 'undo'> {
  const present = new Set(clusters.flatMap(({ faceIds }) => faceIds));
  const returned = new Set(undo.clusters.flatMap(({ faceIds }) => faceIds));
  const before = undo.clusters.map(({ id, faceIds }): Cluster => ({ id, faceIds: faceIds.filter((face) => present.has(face)) }));
  const back = new Map(before.map((cluster) => [cluster.id, cluster]));
  const others = clusters.map(({ id, faceIds }): Cluster => {
    const rest = faceIds.filter((face) => !returned.has(face));
    const own = back.get(id);
    back.delete(id);
    return { id, faceIds: own ? [...own.faceIds, ...rest].sort() : rest };
  });
  return { clusters: sorted([...others, ...back.values()]), set: undo.set, unset: undo.unset };
}

function editOf(
  { clusters, links }: ClusterState, before: readonly Cluster[], after: readonly Cluster[], set: readonly Link[], removed: readonly Pair[],
): ClusterEdit {
  const gone = new Set(before.map(({ id }) => id));
  const said = new Map(links.map((each) => [keyOf(each), each]));
  const setKeys = new Set(set.map(keyOf));
  const unset = removed.filter((pair) => !setKeys.has(keyOf(pair)));
  const replaced = [...set, ...unset].flatMap((pair) => said.get(keyOf(pair)) ?? []);
  return {
    clusters: sorted([...clusters.filter(({ id }) => !gone.has(id)), ...after]),
    set, unset: unset.map(({ a, b }) => ({ a, b })),
    undo: {
      clusters: before.map(({ id, faceIds }) => ({ id, faceIds: [...faceIds] })),
      set: replaced,
      unset: set.filter((pair) => !said.has(keyOf(pair))).map(({ a, b }) => ({ a, b })),
    },
  };
}

function requirePossible({ faces, links }: ClusterState, faceIds: readonly string[]): void {
  const wanted = new Set(faceIds);
  const within = faces.filter(({ id }) => wanted.has(id));
  const constraints = readConstraints(within, links.filter(({ kind }) => kind === 'cannot'));
  const pair = impossiblePair(within.map((_, row) => row), constraints);
  if (pair === undefined) return;
  const [a, b] = pair;
  const why = constraints.cannot[a]?.has(b) ? 'were said not to be one person' : 'are of one photo';
  throw new ClusterEditError(`the faces ${within[a]!.id} and ${within[b]!.id} ${why}, so their clusters cannot be merged`);
}

function clusterOf({ clusters }: ClusterState, id: string): Cluster {
  const found = clusters.find((cluster) => cluster.id === id);
  if (found === undefined) throw new ClusterEditError(`no cluster ${id}`);
  return found;
}

/** Links of each to the next: as good as links of all with all. */
function chain(faceIds: readonly string[]): Link[] {
  return faceIds.slice(1).map((face, i) => link('must', faceIds[i]!, face));
}

function link(kind: Link['kind'], a: string, b: string): Link {
  return a < b ? { kind, a, b } : { kind, a: b, b: a };
}

function keyOf({ a, b }: Pair): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function sorted(clusters: readonly Cluster[]): Cluster[] {
  return clusters.filter(({ faceIds }) => faceIds.length > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
}
