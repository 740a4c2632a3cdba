import type { Cluster, ClusterEdit, ClusterUndo, Link } from '@facenet/clusters';
import type { AlbumFace } from './album.ts';

/** What takes an edit back. */
export type Edit =
  | { readonly kind: 'merge' | 'split' | 'different'; readonly undo: ClusterUndo }
  /** `keptBefore`: those that the gallery had before they were named. */
  | { readonly kind: 'name'; readonly group: Cluster; readonly personId: string; readonly madePerson: boolean; readonly keptBefore: readonly string[] };

/** Everything an album knows but pictures. Named faces stay in it, so that a name can be taken back. */
export interface Memory {
  readonly faces: ReadonlyMap<string, AlbumFace>;
  /** Faces that a person of the gallery has. */
  readonly named: ReadonlySet<string>;
  readonly photos: ReadonlySet<string>;
  readonly groups: readonly Cluster[];
  readonly links: readonly Link[];
  readonly edits: readonly Edit[];
}

export const emptyMemory: Memory = { faces: new Map(), named: new Set(), photos: new Set(), groups: [], links: [], edits: [] };

/** Faces that nobody has named. */
export function unnamed({ faces, named }: Memory): AlbumFace[] {
  return [...faces.values()].filter(({ id }) => !named.has(id));
}

/** After an edit of groups, or after one was taken back. */
export function withEdit(memory: Memory, { clusters, set, unset }: Omit<ClusterEdit, 'undo'>): Memory {
  const gone = new Set([...set, ...unset].map(keyOf));
  return { ...memory, groups: clusters, links: [...memory.links.filter((link) => !gone.has(keyOf(link))), ...set] };
}

export function keyOf({ a, b }: Pick<Link, 'a' | 'b'>): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Faces leave their groups; a group that is left empty is none. */
export function withoutFaces(groups: readonly Cluster[], faceIds: ReadonlySet<string>): Cluster[] {
  return groups.map(({ id, faceIds: all }) => ({ id, faceIds: all.filter((face) => !faceIds.has(face)) })).filter(({ faceIds: left }) => left.length > 0);
}

/** After the gallery changed elsewhere: `faces` are its own now, and `before` those that it had. What was deleted there is gone here. */
export function withGallery(memory: Memory, faces: ReadonlyMap<string, string | null>, before: ReadonlySet<string>): Memory {
  const gone = new Set([...before].filter((id) => memory.faces.has(id) && !faces.has(id)));
  const named = new Set([...memory.faces.keys()].filter((id) => (faces.has(id) ? faces.get(id) !== null : memory.named.has(id) && !gone.has(id))));
  const isSame = gone.size === 0 && named.size === memory.named.size && [...named].every((id) => memory.named.has(id));
  if (isSame) return memory;
  return {
    ...memory, named,
    faces: new Map([...memory.faces].filter(([id]) => !gone.has(id))),
    groups: withoutFaces(memory.groups, new Set([...gone, ...named])),
    links: memory.links.filter(({ a, b }) => !gone.has(a) && !gone.has(b)),
  };
}
