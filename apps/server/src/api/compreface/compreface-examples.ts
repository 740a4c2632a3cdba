import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { id, image, text } from '@facenet/contract';
import { enrol } from '../../services/enrolment.ts';
import { deleteFaces } from '../../services/faces.ts';
import { ServiceError } from '../../services/service-error.ts';
import type { Face, GalleryStore } from '../../store/store.ts';
import { filenameOf } from '../form.ts';
import { type ComprefaceContext, keep, route } from './compreface-context.ts';
import { allPersons, requireSubject } from './compreface-subjects.ts';

const url = '/api/v1/recognition/faces';
const score = z.coerce.number().min(0).max(1).optional();
const imageParams = z.strictObject({ image_id: id });

export function serveExamples(app: FastifyInstance, context: ComprefaceContext): void {
  const { parts } = context;
  route(app, context, {
    method: 'POST', url, scope: 'enrol', status: 201, summary: 'Add an example of a subject', files: ['file'],
    query: z.object({ subject: text(200), det_prob_threshold: score }), body: z.strictObject({ file: image }),
    answer: async ({ query, body, call, collection }) => {
      const enrolment = { image: body.file, name: query.subject, min_detection_score: query.det_prob_threshold, quality_gate: 'off' as const };
      const { faces } = await keep(context, await enrol(parts, call, (await collection()).id, enrolment, filenameOf));
      return { image_id: faces[0]!.id, subject: query.subject };
    },
  });
  route(app, context, {
    method: 'GET', url, scope: 'read', summary: 'Examples, page by page',
    query: z.object({ page: z.coerce.number().int().min(0).max(1e6).default(0), size: z.coerce.number().int().min(1).max(1000).default(20), subject: text(200).optional() }),
    answer: async ({ query, collection }) => {
      const faces = await namedFaces(parts.store, (await collection()).id, query.subject);
      const first = query.page * query.size;
      return {
        faces: faces.slice(first, first + query.size).map(({ face, subject }) => ({ image_id: face.id, subject })),
        page_number: query.page, page_size: query.size, total_pages: Math.ceil(faces.length / query.size), total_elements: faces.length,
      };
    },
  });
  route(app, context, {
    method: 'DELETE', url, scope: 'enrol', summary: 'Delete all examples of a subject, or of all', query: z.object({ subject: text(200).optional() }),
    answer: async ({ query, call, collection }) => {
      const { id: collectionId } = await collection();
      const ids = (await namedFaces(parts.store, collectionId, query.subject)).map(({ face }) => face.id);
      for (let start = 0; start < ids.length; start += 1000) await keep(context, deleteFaces(call, collectionId, ids.slice(start, start + 1000)));
      return { deleted: ids.length };
    },
  });
  route(app, context, {
    method: 'DELETE', url: `${url}/:image_id`, scope: 'enrol', summary: 'Delete an example', params: imageParams,
    answer: async ({ params, call, collection }) => {
      const { id: collectionId } = await collection();
      const [deleted] = await examplesOf(parts.store, collectionId, [params.image_id]);
      if (deleted === undefined) throw new ServiceError('not_found', { what: 'example' });
      await keep(context, deleteFaces(call, collectionId, [params.image_id]));
      return deleted;
    },
  });
  route(app, context, {
    method: 'POST', url: `${url}/delete`, scope: 'enrol', summary: 'Delete several examples', body: z.array(id).min(1).max(1000),
    answer: async ({ body, call, collection }) => {
      const { id: collectionId } = await collection();
      const deleted = await examplesOf(parts.store, collectionId, body);
      if (deleted.length > 0) await keep(context, deleteFaces(call, collectionId, deleted.map(({ image_id }) => image_id)));
      return deleted;
    },
  });
}

async function examplesOf(store: GalleryStore, collectionId: string, ids: readonly string[]): Promise<{ image_id: string; subject: string | null }[]> {
  const faces = await Promise.all([...new Set(ids)].map((each) => store.faces.get(collectionId, each)));
  return Promise.all(faces.filter((each) => each !== undefined).map(async (face) => {
    const person = face.personId === null ? undefined : await store.persons.get(collectionId, face.personId);
    return { image_id: face.id, subject: person?.name ?? null };
  }));
}

/** Its pages have numbers and totals, so all examples are gone through: for galleries of the size that it served. */
async function namedFaces(store: GalleryStore, collectionId: string, subject: string | undefined): Promise<{ face: Face; subject: string }[]> {
  const persons = subject === undefined ? await allPersons(store, collectionId) : await requireSubject(store, collectionId, subject);
  const faces: { face: Face; subject: string }[] = [];
  for (const person of persons) {
    for (let after: string | null | undefined; after !== null;) {
      const page = await store.faces.list(collectionId, { limit: 100, after, personId: person.id });
      faces.push(...page.items.map((face) => ({ face, subject: person.name })));
      after = page.next;
    }
  }
  return faces;
}
