import type { BodyOf, Endpoints, QueryOf, ResponseOf } from '@facenet/contract';
import type { GalleryStore, Person } from '../store/store.ts';
import { faceBody, personBody, removedBody } from './bodies.ts';
import { requireCollection } from './collections.ts';
import { pageBody, pageRequest } from './cursor.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { found, invalid, ServiceError } from './service-error.ts';

interface PersonParams {
  readonly collection_id: string;
  readonly person_id: string;
}

/** How a request says whose a face is. */
export interface Whose {
  readonly person_id?: string | undefined;
  readonly external_id?: string | undefined;
  readonly name?: string | undefined;
}

export async function requirePerson(store: GalleryStore, { collection_id, person_id }: PersonParams): Promise<Person> {
  return found(await store.persons.get(collection_id, person_id), 'person');
}

/** The person meant, made where an external id or a name is new; null where nobody is meant. */
export async function resolvePerson(store: GalleryStore, collectionId: string, { person_id, external_id, name }: Whose): Promise<Person | null> {
  if (person_id !== undefined) {
    if (name !== undefined || external_id !== undefined) throw invalid('person_id', 'says whose it is; name and external_id are for people found or made by them');
    return requirePerson(store, { collection_id: collectionId, person_id });
  }
  if (external_id !== undefined) {
    return await store.persons.findByExternalId(collectionId, external_id)
      ?? await store.persons.create({ collectionId, name: name ?? external_id, externalId: external_id, metadata: {} });
  }
  if (name === undefined) return null;
  const [one, another] = await store.persons.findByName(collectionId, name);
  if (another !== undefined) throw new ServiceError('conflict', { what: 'several persons have this name; say which by person_id or external_id' });
  return one ?? store.persons.create({ collectionId, name, externalId: null, metadata: {} });
}

export function createPerson(collectionId: string, body: BodyOf<Endpoints['createPerson']>): Commit<ResponseOf<Endpoints['createPerson']>> {
  return async (store) => {
    await requireCollection(store, collectionId);
    return personBody(await store.persons.create({ collectionId, name: body.name, externalId: body.external_id, metadata: body.metadata }));
  };
}

export async function listPersons({ store }: ServiceParts, collectionId: string, query: QueryOf<Endpoints['listPersons']>): Promise<ResponseOf<Endpoints['listPersons']>> {
  await requireCollection(store, collectionId);
  const page = await store.persons.list(collectionId, { ...pageRequest('persons', query), name: query.name });
  return pageBody('persons', page, (each) => ({ ...personBody(each), faces: each.faces }));
}

export async function getPerson({ store }: ServiceParts, params: PersonParams): Promise<ResponseOf<Endpoints['getPerson']>> {
  return personBody(await requirePerson(store, params));
}

export async function listPersonFaces({ store }: ServiceParts, params: PersonParams, query: QueryOf<Endpoints['listPersonFaces']>): Promise<ResponseOf<Endpoints['listPersonFaces']>> {
  await requirePerson(store, params);
  return pageBody('faces', await store.faces.list(params.collection_id, { ...pageRequest('faces', query), personId: params.person_id }), faceBody);
}

export function updatePerson({ collection_id, person_id }: PersonParams, body: BodyOf<Endpoints['updatePerson']>): Commit<ResponseOf<Endpoints['updatePerson']>> {
  const { name, external_id: externalId, metadata } = body;
  const change = { ...(name === undefined ? {} : { name }), ...(externalId === undefined ? {} : { externalId }), ...(metadata === undefined ? {} : { metadata }) };
  return async (store) => personBody(found(await store.persons.update(collection_id, person_id, change), 'person'));
}

export function deletePerson(call: Call, params: PersonParams): Commit<ResponseOf<Endpoints['deletePerson']>> {
  return async (store) => {
    await requirePerson(store, params);
    const removed = removedBody(await store.persons.remove(params.collection_id, params.person_id));
    await store.audit.add({
      requestId: call.requestId, keyId: call.keyId, action: 'person.delete', collectionId: params.collection_id, details: { person_id: params.person_id, ...removed },
    });
    return removed;
  };
}
