import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { text } from '@facenet/contract';
import { deletePerson, updatePerson } from '../../services/persons.ts';
import { ServiceError } from '../../services/service-error.ts';
import type { GalleryStore, Person } from '../../store/store.ts';
import { type ComprefaceContext, keep, route } from './compreface-context.ts';

const url = '/api/v1/recognition/subjects';
const subject = z.strictObject({ subject: text(200) });

export function serveSubjects(app: FastifyInstance, context: ComprefaceContext): void {
  const { store } = context.parts;
  route(app, context, {
    method: 'GET', url, scope: 'read', summary: 'Names of all subjects',
    answer: async ({ collection }) => ({ subjects: [...new Set((await allPersons(store, (await collection()).id)).map(({ name }) => name))] }),
  });
  route(app, context, {
    method: 'POST', url, scope: 'enrol', status: 201, summary: 'Add a subject', body: subject,
    answer: async ({ body, collection }) => {
      const { id } = await collection();
      if ((await store.persons.findByName(id, body.subject)).length > 0) throw new ServiceError('conflict', { what: 'the subject exists' });
      await store.persons.create({ collectionId: id, name: body.subject, externalId: null, metadata: {} });
      return { subject: body.subject };
    },
  });
  route(app, context, {
    method: 'PUT', url: `${url}/:subject`, scope: 'enrol', summary: 'Rename a subject', params: subject, body: subject,
    answer: async ({ params, body, collection }) => {
      const { id } = await collection();
      for (const person of await requireSubject(store, id, params.subject)) await keep(context, updatePerson({ collection_id: id, person_id: person.id }, { name: body.subject }));
      return { updated: true };
    },
  });
  route(app, context, {
    method: 'DELETE', url: `${url}/:subject`, scope: 'enrol', summary: 'Delete a subject with its examples', params: subject,
    answer: async ({ params, collection, call }) => {
      const { id } = await collection();
      for (const person of await requireSubject(store, id, params.subject)) await keep(context, deletePerson(call, { collection_id: id, person_id: person.id }));
      return { subject: params.subject };
    },
  });
  route(app, context, {
    method: 'DELETE', url, scope: 'admin', summary: 'Delete all subjects',
    answer: async ({ collection, call }) => {
      const { id } = await collection();
      const persons = await allPersons(store, id);
      for (const person of persons) await keep(context, deletePerson(call, { collection_id: id, person_id: person.id }));
      return { deleted: persons.length };
    },
  });
}

/** Names are not unique here, so a subject may be several persons. */
export async function requireSubject(store: GalleryStore, collectionId: string, name: string): Promise<readonly Person[]> {
  const persons = await store.persons.findByName(collectionId, name);
  if (persons.length === 0) throw new ServiceError('not_found', { what: 'subject' });
  return persons;
}

export async function allPersons(store: GalleryStore, collectionId: string): Promise<Person[]> {
  const persons: Person[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.persons.list(collectionId, { limit: 100, after });
    persons.push(...page.items);
    after = page.next;
  }
  return persons;
}
