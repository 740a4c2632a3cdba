import { ClusterEditError, type ClusterEdit, type ClusterUndo, mergeClusters } from '@facenet/clusters';
import type { Cluster, GalleryStore, Link, Person } from '../store/store.ts';
import { facesWithIds } from './clusters.ts';
import { requireCollection } from './collections.ts';
import { ServiceError } from './service-error.ts';

/** What takes an edit back, as it is kept. */
export type KeptEdit =
  | { readonly kind: 'merge' | 'split' | 'different'; readonly undo: ClusterUndo }
  | { readonly kind: 'name'; readonly cluster: Cluster; readonly personId: string; readonly madePerson: boolean };

export interface Memory {
  readonly clusters: readonly Cluster[];
  readonly links: readonly Link[];
}

/** What is known when an edit begins; edits of one collection come one after the other. Within a transaction. */
export async function openMemory(store: GalleryStore, collectionId: string): Promise<Memory> {
  await requireCollection(store, collectionId);
  await store.clusterings.lock(collectionId);
  return { clusters: await store.clusterings.list(collectionId), links: await store.links.list(collectionId) };
}

export async function keepEdit(store: GalleryStore, collectionId: string, kind: 'merge' | 'split' | 'different', edit: ClusterEdit): Promise<void> {
  await applyEdit(store, collectionId, edit);
  await store.clusterings.pushEdit(collectionId, { kind, undo: edit.undo } satisfies KeptEdit);
}

export async function applyEdit(store: GalleryStore, collectionId: string, { clusters, set, unset }: Omit<ClusterEdit, 'undo'>): Promise<void> {
  await store.links.unset(collectionId, unset);
  await store.links.set(collectionId, set);
  await store.clusterings.replace(collectionId, clusters);
}

/** An edit that cannot be made is the caller's to know. */
export function refusing<T>(edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (error instanceof ClusterEditError) throw new ServiceError('impossible_edit', { what: error.message });
    throw error;
  }
}

/** The faces of a cluster become a person's, unless a link or a photo says that they are not. */
export async function giveToPerson(store: GalleryStore, collectionId: string, memory: Memory, cluster: Cluster, person: Person, madePerson: boolean): Promise<number> {
  if (!madePerson) await requireOnePerson(store, collectionId, memory, cluster, person);
  await store.clusterings.replace(collectionId, memory.clusters.filter(({ id }) => id !== cluster.id));
  await store.clusterings.pushEdit(collectionId, { kind: 'name', cluster, personId: person.id, madePerson } satisfies KeptEdit);
  return store.faces.assign(collectionId, cluster.faceIds, person.id);
}

async function requireOnePerson(store: GalleryStore, collectionId: string, { links }: Memory, cluster: Cluster, person: Person): Promise<void> {
  const theirs: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.faces.list(collectionId, { limit: 1000, personId: person.id, ...(after === undefined ? {} : { after }) });
    theirs.push(...page.items.map(({ id }) => id));
    after = page.next;
  }
  if (theirs.length === 0) return;
  // To be one person is what a merge of the two asks for.
  const faces = await facesWithIds(store, collectionId, [...theirs, ...cluster.faceIds]);
  refusing(() => mergeClusters({ clusters: [cluster, { id: person.id, faceIds: theirs }], links, faces }, [cluster.id, person.id]));
}
