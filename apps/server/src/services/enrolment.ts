import type { BodyOf, BulkEnrolResponse, Endpoints, EnrolResponse, ImageInput, Rejected } from '@facenet/contract';
import type { Face, GalleryStore, NewFace, Person } from '../store/store.ts';
import { faceBody, personBody } from './bodies.ts';
import { requireCollection } from './collections.ts';
import { modelFor } from './model-choice.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { resolvePerson, type Whose } from './persons.ts';
import { type Sample, samplesOfEmbeddings, samplesOfPictures } from './samples.ts';
import { ServiceError } from './service-error.ts';

/** What a file was called, kept beside its bytes for the answer alone. */
export type NameOf = (picture: ImageInput) => string | null;

type EnrolBody = Omit<BodyOf<Endpoints['enrol']>, 'face'> & { readonly face?: 'only' | 'largest' | 'all' | undefined };

/** Faces of one person, or of nobody yet. What cannot be used is rejected with its reason; the rest is enrolled. */
export async function enrol(parts: ServiceParts, call: Call, collectionId: string, body: EnrolBody, nameOf: NameOf): Promise<Commit<EnrolResponse>> {
  const collection = await requireCollection(parts.store, collectionId);
  const isNamed = (body.person_id ?? body.external_id ?? body.name) !== undefined;
  const pictures = body.image === undefined ? body.images ?? [] : [body.image];
  const results = body.embeddings !== undefined
    ? samplesOfEmbeddings(collection, body.embeddings, body.metadata)
    : await samplesOfPictures(parts, call, { collection, model: modelFor(parts, collection, body.model) }, pictures, { ...body, face: body.face ?? (isNamed ? 'only' : 'all') });
  const rejected = rejectedOf(results, pictures, nameOf);
  const samples = results.flatMap((each) => (each instanceof ServiceError ? [] : each));
  if (samples.length === 0) throw nothingOf(results, rejected);
  return async (store) => {
    await requireCollection(store, collectionId);
    const person = await resolvePerson(store, collectionId, body);
    const faces = await store.faces.add(samples.map((each) => newFace(collectionId, person, each)));
    await recordEnrolment(store, call, collectionId, faces, rejected.length);
    return { person: person === null ? null : personBody(person), faces: faces.map(faceBody), rejected_images: rejected };
  };
}

/** Faces of many people; one that cannot be used does not spoil the others. */
export async function enrolMany(parts: ServiceParts, call: Call, collectionId: string, body: BodyOf<Endpoints['bulkEnrol']>, nameOf: NameOf): Promise<Commit<BulkEnrolResponse>> {
  const collection = await requireCollection(parts.store, collectionId);
  const pictures = body.images ?? [];
  const results = body.embeddings !== undefined
    ? samplesOfEmbeddings(collection, body.embeddings, undefined)
    : await samplesOfPictures(parts, call, { collection, model: modelFor(parts, collection, body.model) }, pictures, { ...body, face: body.face ?? 'only' });
  return async (store) => {
    await requireCollection(store, collectionId);
    const owned = await inOrder(results, (each, index) => (each instanceof ServiceError ? Promise.resolve(each) : withOwner(store, collectionId, body.people[index]!, each)));
    const rejected = rejectedOf(owned, pictures, nameOf);
    const accepted = owned.flatMap((each, index) => (each instanceof ServiceError ? [] : [{ ...each, index }]));
    if (accepted.length === 0) throw nothingOf(owned, rejected);
    const faces = await store.faces.add(accepted.map(({ person, sample }) => newFace(collectionId, person, sample)));
    await recordEnrolment(store, call, collectionId, faces, rejected.length);
    const enrolled = accepted.map(({ index, person }, i) => ({ index, person: person === null ? null : personBody(person), face: faceBody(faces[i]!) }));
    return { enrolled, rejected_images: rejected };
  };
}

async function withOwner(store: GalleryStore, collectionId: string, whose: Whose, samples: readonly Sample[]): Promise<{ person: Person | null; sample: Sample } | ServiceError> {
  try {
    return { person: await resolvePerson(store, collectionId, whose), sample: samples[0]! };
  } catch (error) {
    if (error instanceof ServiceError) return error as ServiceError;
    throw error;
  }
}

/** One after another, so that a person made for one item is found for the next. */
async function inOrder<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await work(item, index));
  return results;
}

function newFace(collectionId: string, person: Person | null, sample: Sample): NewFace {
  return { ...sample, collectionId, personId: person?.id ?? null };
}

function rejectedOf<T>(results: readonly (T | ServiceError)[], pictures: readonly ImageInput[], nameOf: NameOf): Rejected[] {
  return results.flatMap((each, index) => (each instanceof ServiceError
    ? [{ index, filename: pictures[index] === undefined ? null : nameOf(pictures[index]), reason: each.code, message: each.message }] : []));
}

/** Of one picture the reason itself. */
function nothingOf<T>(results: readonly (T | ServiceError)[], rejected: Rejected[]): ServiceError {
  const [only] = results;
  return results.length === 1 && only instanceof ServiceError ? only : new ServiceError('nothing_enrolled', { rejected_images: rejected });
}

async function recordEnrolment(store: GalleryStore, call: Call, collectionId: string, faces: readonly Face[], rejected: number): Promise<void> {
  await store.audit.add({
    requestId: call.requestId, keyId: call.keyId, action: 'faces.enrol', collectionId,
    details: {
      faces: faces.length, rejected, face_ids: faces.map(({ id }) => id).slice(0, 100),
      person_ids: [...new Set(faces.flatMap(({ personId }) => (personId === null ? [] : [personId])))].slice(0, 100),
    },
  });
}
