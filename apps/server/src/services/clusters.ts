import type { ClusterBody, Endpoints, ResponseOf } from '@facenet/contract';
import type { Cluster, Face, GalleryStore } from '../store/store.ts';
import { requireCollection } from './collections.ts';
import { pageBody, pageRequest } from './cursor.ts';
import type { ServiceParts } from './parts.ts';

const facesPerQuery = 5000;

/** Faces with these ids, in the order of ids; those that are gone are left out. */
export async function facesWithIds(store: GalleryStore, collectionId: string, ids: readonly string[]): Promise<Face[]> {
  const faces: Face[] = [];
  for (let start = 0; start < ids.length; start += facesPerQuery) {
    const { items } = await store.faces.list(collectionId, { limit: facesPerQuery, ids: ids.slice(start, start + facesPerQuery) });
    faces.push(...items);
  }
  return faces;
}

export async function clusterBodies(store: GalleryStore, collectionId: string, clusters: readonly Cluster[]): Promise<ClusterBody[]> {
  const faces = await facesWithIds(store, collectionId, clusters.flatMap(({ faceIds }) => faceIds));
  const quality = new Map(faces.map((face) => [face.id, face.quality ?? 0]));
  return clusters.map(({ id, faceIds }) => ({
    id, size: faceIds.length, face_ids: [...faceIds],
    cover_face_id: faceIds.reduce((best, face) => ((quality.get(face) ?? -1) > (quality.get(best) ?? -1) ? face : best)),
  }));
}

export async function listClusters({ store }: ServiceParts, collectionId: string, query: { limit: number; cursor?: string | undefined }): Promise<ResponseOf<Endpoints['listClusters']>> {
  const { limit, after } = pageRequest('clusters', query);
  await requireCollection(store, collectionId);
  const all = [...await store.clusterings.list(collectionId)].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rest = after === undefined ? all : all.filter(({ id }) => id > after);
  const page = rest.slice(0, limit);
  const bodies = await clusterBodies(store, collectionId, page);
  return pageBody('clusters', { items: bodies, next: rest.length > limit ? page.at(-1)!.id : null }, (each) => each);
}
