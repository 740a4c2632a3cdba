import type { Endpoints, ResponseOf } from '@facenet/contract';
import * as edits from '@facenet/clusters';
import type { Cluster, GalleryStore } from '../store/store.ts';
import { newId } from '../store/uuid.ts';
import { personBody } from './bodies.ts';
import { applyEdit, giveToPerson, keepEdit, type KeptEdit, type Memory, openMemory, refusing } from './cluster-memory.ts';
import { clusterBodies, facesWithIds } from './clusters.ts';
import type { Call, Commit } from './parts.ts';
import { resolvePerson, type Whose } from './persons.ts';
import { found, ServiceError } from './service-error.ts';

export function mergeClusters(call: Call, collectionId: string, ids: readonly string[]): Commit<ResponseOf<Endpoints['mergeClusters']>> {
  return async (store) => {
    const memory = await openMemory(store, collectionId);
    const merged = ids.map((id) => clusterOf(memory, id));
    const faces = await facesWithIds(store, collectionId, merged.flatMap(({ faceIds }) => faceIds));
    const edit = refusing(() => edits.mergeClusters({ ...memory, faces }, ids));
    await keepEdit(store, collectionId, 'merge', edit);
    await note(store, call, collectionId, 'clusters.merge', { cluster_ids: ids });
    return { clusters: await clusterBodies(store, collectionId, edit.clusters.filter(({ id }) => ids.includes(id))) };
  };
}

export function splitCluster(call: Call, collectionId: string, id: string, faceIds: readonly string[]): Commit<ResponseOf<Endpoints['splitCluster']>> {
  return async (store) => {
    const memory = await openMemory(store, collectionId);
    clusterOf(memory, id);
    const partId = newId();
    const edit = refusing(() => edits.splitCluster({ ...memory, faces: [] }, id, faceIds, () => partId));
    await keepEdit(store, collectionId, 'split', edit);
    await note(store, call, collectionId, 'clusters.split', { cluster_ids: [id, partId] });
    return { clusters: await clusterBodies(store, collectionId, edit.clusters.filter((each) => each.id === id || each.id === partId)) };
  };
}

export function nameCluster(call: Call, { collection_id: collectionId, cluster_id: id }: { readonly collection_id: string; readonly cluster_id: string }, whose: Whose): Commit<ResponseOf<Endpoints['nameCluster']>> {
  return async (store) => {
    const memory = await openMemory(store, collectionId);
    const cluster = clusterOf(memory, id);
    const madePerson = await isNewPerson(store, collectionId, whose);
    const person = found(await resolvePerson(store, collectionId, whose) ?? undefined, 'person');
    const faces = await giveToPerson(store, collectionId, memory, cluster, person, madePerson);
    await note(store, call, collectionId, 'clusters.name', { cluster_ids: [id], person_id: person.id, faces });
    return { person: personBody(person), faces };
  };
}

/** Takes back the last edit, and what it said about faces. */
export function undoEdit(call: Call, collectionId: string): Commit<ResponseOf<Endpoints['undoClusterEdit']>> {
  return async (store) => {
    const memory = await openMemory(store, collectionId);
    const edit = await store.clusterings.popEdit(collectionId) as KeptEdit | undefined;
    if (edit === undefined) throw new ServiceError('impossible_edit', { what: 'there is no edit to take back' });
    const ids = edit.kind === 'name' ? [edit.cluster.id] : edit.undo.clusters.map(({ id }) => id);
    if (edit.kind === 'name') await undoName(store, collectionId, memory, edit);
    else await applyEdit(store, collectionId, await withPresentFaces(store, collectionId, edits.undoEdit(memory.clusters, edit.undo)));
    await note(store, call, collectionId, 'clusters.undo', { edit: edit.kind, cluster_ids: ids });
    const now = (await store.clusterings.list(collectionId)).filter(({ id }) => ids.includes(id));
    return { undone: edit.kind, clusters: await clusterBodies(store, collectionId, now) };
  };
}

/** Links of faces that were removed meanwhile went with them. */
async function withPresentFaces<T extends Pick<edits.ClusterEdit, 'set'>>(store: GalleryStore, collectionId: string, edit: T): Promise<T> {
  const present = new Set((await facesWithIds(store, collectionId, [...new Set(edit.set.flatMap(({ a, b }) => [a, b]))])).map(({ id }) => id));
  return { ...edit, set: edit.set.filter(({ a, b }) => present.has(a) && present.has(b)) };
}

async function undoName(store: GalleryStore, collectionId: string, { clusters }: Memory, { cluster, personId, madePerson }: Extract<KeptEdit, { kind: 'name' }>): Promise<void> {
  // Faces that were given to somebody else since stay there.
  const back = (await facesWithIds(store, collectionId, cluster.faceIds)).filter((face) => face.personId === personId).map(({ id }) => id);
  await store.faces.assign(collectionId, back, null);
  const old = clusters.find(({ id }) => id === cluster.id);
  const restored: Cluster = { id: cluster.id, faceIds: [...old?.faceIds ?? [], ...back].sort() };
  const others = clusters.filter(({ id }) => id !== cluster.id);
  await store.clusterings.replace(collectionId, restored.faceIds.length === 0 ? others : [...others, restored]);
  if (!madePerson) return;
  const { items } = await store.faces.list(collectionId, { limit: 1, personId });
  if (items.length === 0) await store.persons.remove(collectionId, personId);
}

async function isNewPerson(store: GalleryStore, collectionId: string, { person_id, external_id, name }: Whose): Promise<boolean> {
  if (person_id !== undefined) return false;
  if (external_id !== undefined) return await store.persons.findByExternalId(collectionId, external_id) === undefined;
  return name !== undefined && (await store.persons.findByName(collectionId, name)).length === 0;
}

function clusterOf({ clusters }: Memory, id: string): Cluster {
  return found(clusters.find((cluster) => cluster.id === id), 'cluster');
}

async function note(store: GalleryStore, { requestId, keyId }: Call, collectionId: string, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
  await store.audit.add({ requestId, keyId, action, collectionId, details });
}
