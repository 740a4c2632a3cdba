import { setImmediate as pause } from 'node:timers/promises';
import type { BodyOf, Endpoints, ResponseOf } from '@facenet/contract';
import { type ClusterEdit, type ClusterFace, type FaceGroup, mergeClusters, runGently, suggestSteps } from '@facenet/clusters';
import { thresholdsAt } from '../models/thresholds-at.ts';
import type { Cluster, Face, GalleryStore, Link } from '../store/store.ts';
import { newId } from '../store/uuid.ts';
import { personBody } from './bodies.ts';
import { giveToPerson, keepEdit, type Memory, openMemory, refusing } from './cluster-memory.ts';
import { clusterBodies, facesWithIds } from './clusters.ts';
import { requireCollection } from './collections.ts';
import { requireThresholds } from './jobs.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { requirePerson } from './persons.ts';
import { found, ServiceError } from './service-error.ts';

/** Pairs of groups that may be one person. All faces are compared, in pieces, so that others are answered meanwhile. */
export async function listSuggestions(parts: ServiceParts, call: Call, collectionId: string, query: { readonly limit: number; readonly far?: number | undefined }): Promise<ResponseOf<Endpoints['listSuggestions']>> {
  const { store, models, settings } = parts;
  const far = query.far ?? settings.defaultFar;
  await requireThresholds(parts, await requireCollection(store, collectionId), far);
  const groups = await readGroups(store, collectionId, call.signal);
  const kinds = new Map(groups.map(({ id, kind }) => [id, kind]));
  const options = { match: thresholdsAt(models, far, 'match'), ambiguous: thresholdsAt(models, far, 'ambiguous'), limit: query.limit };
  const found = await runGently(suggestSteps(groups, await store.links.list(collectionId), options), { pause, signal: call.signal });
  const group = (id: string) => ({ kind: kinds.get(id)!, id });
  return { suggestions: found.map(({ a, b, faceA, faceB, distance, decision }) => ({ a: group(a), b: group(b), face_a: faceA, face_b: faceB, distance, decision })) };
}

async function readGroups(store: GalleryStore, collectionId: string, signal: AbortSignal): Promise<FaceGroup[]> {
  const clusterOf = new Map((await store.clusterings.list(collectionId)).flatMap(({ id, faceIds }) => faceIds.map((face) => [face, id] as const)));
  const groups = new Map<string, { id: string; kind: FaceGroup['kind']; faces: ClusterFace[] }>();
  for await (const page of store.faces.scan(collectionId, { pageSize: 1000 })) {
    signal.throwIfAborted();
    for (const { id: face, personId, photoId, modelId, vector } of page) {
      const id = personId ?? clusterOf.get(face);
      if (id === undefined) continue;
      const group = groups.get(id) ?? { id, kind: personId === null ? 'cluster' as const : 'person' as const, faces: [] };
      group.faces.push({ id: face, photoId, modelId, vector });
      groups.set(id, group);
    }
  }
  return [...groups.values()];
}

/** "Same" joins the groups of the two faces; "different" keeps them apart in every run from now on. */
export function answerSuggestion(call: Call, collectionId: string, { face_a, face_b, answer }: BodyOf<Endpoints['answerSuggestion']>): Commit<ResponseOf<Endpoints['answerSuggestion']>> {
  return async (store) => {
    const memory = await openMemory(store, collectionId);
    const [a, b] = [await sideOf(store, collectionId, memory, face_a), await sideOf(store, collectionId, memory, face_b)];
    if (a.id === b.id) throw new ServiceError('impossible_edit', { what: answer === 'same' ? 'the two faces are together already' : 'the two faces are together; split their cluster or assign one of them' });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: `suggestions.${answer}`, collectionId, details: { face_ids: [face_a, face_b] } });
    if (answer === 'same') return { answer, ...await join(store, collectionId, memory, a, b) };
    await keepEdit(store, collectionId, 'different', apart(memory, { kind: 'cannot', a: face_a, b: face_b }));
    return { answer, clusters: [], person: null };
  };
}

/** A person, or a cluster: of one face where it is in none. */
interface Side {
  readonly id: string;
  readonly face: Face;
  readonly cluster: Cluster | undefined;
}

async function sideOf(store: GalleryStore, collectionId: string, { clusters }: Memory, id: string): Promise<Side> {
  const face = found(await store.faces.get(collectionId, id), 'face');
  if (face.personId !== null) return { id: face.personId, face, cluster: undefined };
  const cluster = clusters.find(({ faceIds }) => faceIds.includes(id)) ?? { id: newId(), faceIds: [id] };
  return { id: cluster.id, face, cluster };
}

async function join(store: GalleryStore, collectionId: string, memory: Memory, a: Side, b: Side): Promise<Pick<ResponseOf<Endpoints['answerSuggestion']>, 'clusters' | 'person'>> {
  const personId = a.face.personId ?? b.face.personId;
  if (a.cluster !== undefined && b.cluster !== undefined) {
    const pair = [a.cluster, b.cluster];
    const clusters = [...memory.clusters.filter(({ id }) => id !== a.id && id !== b.id), ...pair];
    const faces = await facesWithIds(store, collectionId, pair.flatMap(({ faceIds }) => faceIds));
    const edit = refusing(() => mergeClusters({ clusters, links: memory.links, faces }, [a.id, b.id]));
    await keepEdit(store, collectionId, 'merge', edit);
    return { clusters: await clusterBodies(store, collectionId, edit.clusters.filter(({ id }) => id === a.id || id === b.id)), person: null };
  }
  const cluster = a.cluster ?? b.cluster;
  if (cluster === undefined || personId === null) throw new ServiceError('impossible_edit', { what: 'the faces are of two persons who have names; assign the faces of one to the other' });
  const person = await requirePerson(store, { collection_id: collectionId, person_id: personId });
  await giveToPerson(store, collectionId, memory, cluster, person, false);
  return { clusters: [], person: personBody(person) };
}

function apart({ clusters, links }: Memory, link: Link): ClusterEdit {
  const before = links.find(({ a, b }) => (a === link.a && b === link.b) || (a === link.b && b === link.a));
  return { clusters, set: [link], unset: [], undo: { clusters: [], set: before === undefined ? [] : [before], unset: before === undefined ? [{ a: link.a, b: link.b }] : [] } };
}
