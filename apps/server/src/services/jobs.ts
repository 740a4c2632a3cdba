import type { JobBody } from '@facenet/contract';
import { requireCollection } from './collections.ts';
import { decide, modelFor } from './model-choice.ts';
import { thresholdsAt } from '../models/thresholds-at.ts';
import type { Collection, Job } from '../store/store.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { found, ServiceError } from './service-error.ts';

/** Begins a grouping of the faces that nobody has named. */
export async function startClusters(parts: ServiceParts, call: Call, collectionId: string, body: { readonly far?: number | undefined; readonly min_faces: number }): Promise<Commit<JobBody>> {
  const far = body.far ?? parts.settings.defaultFar;
  await requireThresholds(parts, await requireCollection(parts.store, collectionId), far);
  return async (store) => {
    const { unnamedFaces } = await store.collections.counts(collectionId);
    const job = await store.jobs.create({ collectionId, kind: 'clusters', total: unnamedFaces, details: { far, min_faces: body.min_faces } });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'clusters.run', collectionId, details: { job_id: job.id, faces: unnamedFaces } });
    return jobBody(job);
  };
}

/** Refused where not one pair of the collection's models can be judged at the rate: nothing would come of it. */
export async function requireThresholds(parts: ServiceParts, collection: Collection, far: number): Promise<void> {
  const { models } = await parts.store.collections.counts(collection.id);
  const ids = models.length > 0 ? models.map(({ modelId }) => modelId) : [modelFor(parts, collection, undefined).modelId];
  const threshold = thresholdsAt(parts.models, far, 'match');
  if (!ids.some((a) => ids.some((b) => threshold(a, b) !== undefined))) decide(parts, { query: ids[0]!, gallery: ids[0]! }, 0, far);
}

/** Begins to embed what crops were kept by another model of the collection's space. */
export async function migrate(parts: ServiceParts, call: Call, collectionId: string, name: string): Promise<Commit<JobBody>> {
  const collection = await requireCollection(parts.store, collectionId);
  const model = found(parts.models.get(name), 'model');
  if (model.spaceId !== collection.spaceId) throw new ServiceError('space_mismatch', { expected_space_id: collection.spaceId, given_space_id: model.spaceId });
  return async (store) => {
    const { faces } = await store.collections.counts(collectionId);
    const details = { model_id: model.modelId, reembedded: 0, kept: 0, failed: 0 };
    const job = await store.jobs.create({ collectionId, kind: 'migrate', total: faces, details });
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'collection.migrate', collectionId, details: { job_id: job.id, model_id: model.modelId } });
    return jobBody(job);
  };
}

export async function getJob({ store }: ServiceParts, call: Call, id: string): Promise<JobBody> {
  return jobBody(mine(call, await store.jobs.get(id)));
}

export function cancelJob(call: Call, id: string): Commit<JobBody> {
  return async (store) => {
    mine(call, await store.jobs.get(id));
    return jobBody(found(await store.jobs.cancel(id), 'job'));
  };
}

/** A job of a collection that the key may not touch is not there for it. */
function mine(call: Call, job: Job | undefined): Job {
  const isTheirs = job !== undefined && call.collectionIds !== null && !call.collectionIds.includes(job.collectionId);
  return found(isTheirs ? undefined : job, 'job');
}

function jobBody({ id, collectionId, kind, state, done, total, details: { error, ...details }, createdAt, updatedAt }: Job): JobBody {
  return {
    id, collection_id: collectionId, kind, state, done, total, progress: state === 'done' ? 1 : total === 0 ? 0 : Math.min(1, done / total), details,
    error: (error ?? null) as JobBody['error'], created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString(),
  };
}
