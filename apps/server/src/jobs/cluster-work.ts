import { setImmediate as pause } from 'node:timers/promises';
import { type ClusterFace, clusterSteps, type Grouping, keepIds, runGently } from '@facenet/clusters';
import type { ModelRegistry } from '../models/model-registry.ts';
import { thresholdsAt } from '../models/thresholds-at.ts';
import type { GalleryStore, Job, Link } from '../store/store.ts';
import { StoreMissing } from '../store/store.ts';
import { newId } from '../store/uuid.ts';
import type { JobContext, JobWork } from './job-runner.ts';

export interface ClusterParts {
  readonly store: GalleryStore;
  readonly models: Pick<ModelRegistry, 'decide'>;
}

const reportMs = 1000;

/** Groups the faces of a collection that nobody has named. It has nowhere to go on from: it begins again. */
export function clusterWork(parts: ClusterParts): JobWork {
  return {
    kind: 'clusters',
    async run(job, context) {
      // What was said while it ran counts: it is grouped again by that.
      while (!context.signal.aborted && !await groupOnce(job, parts, context));
    },
  };
}

/** False where links or faces have changed meanwhile. */
async function groupOnce(job: Job, { store, models }: ClusterParts, { owner, signal }: JobContext): Promise<boolean> {
  const { collectionId } = job;
  const links = await store.links.list(collectionId);
  const faces = await unnamedFaces(store, collectionId, signal);
  if (signal.aborted) return true;
  const total = faces.length;
  const report = reporter(store, job, { owner, signal }, total);
  const options = { threshold: thresholdsAt(models, Number(job.details['far']), 'match'), minFaces: Number(job.details['min_faces']) };
  try {
    const grouping = await runGently(clusterSteps(faces, links, options), {
      pause: async () => { await pause(); await report.flush(); }, signal: report.signal, onProgress: report.note,
    });
    return await store.transaction((inner) => keep(inner, job, owner, grouping, links, total));
  } catch (error) {
    if (report.signal.aborted) return true;
    // A face was removed between the check and the write.
    if (error instanceof StoreMissing && error.what === 'face') return false;
    throw error;
  }
}

async function keep(store: GalleryStore, job: Job, owner: string, { groups, single }: Grouping, used: readonly Link[], total: number): Promise<boolean> {
  const { collectionId } = job;
  await store.clusterings.lock(collectionId);
  if (JSON.stringify(await store.links.list(collectionId)) !== JSON.stringify(used)) return false;
  const unnamed = await unnamedIds(store, collectionId);
  const present = groups.map((faces) => faces.filter((face) => unnamed.has(face))).filter(({ length }) => length > 1);
  const clusters = keepIds(await store.clusterings.list(collectionId), present, newId);
  const ended = await store.jobs.update(job.id, owner, { state: 'done', done: total, total, details: { ...job.details, clusters: clusters.length, single_faces: single.length } });
  // Cancelled, or another's: then the clusters stay as they were.
  if (ended?.state === 'done') await store.clusterings.replace(collectionId, clusters);
  return true;
}

async function unnamedFaces(store: GalleryStore, collectionId: string, signal: AbortSignal): Promise<ClusterFace[]> {
  const faces: ClusterFace[] = [];
  for await (const page of store.faces.scan(collectionId, { pageSize: 1000, unnamed: true })) {
    if (signal.aborted) break;
    for (const { id, photoId, modelId, vector } of page) faces.push({ id, photoId, modelId, vector });
  }
  return faces;
}

async function unnamedIds(store: GalleryStore, collectionId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.faces.list(collectionId, { limit: 5000, personId: null, ...(after === undefined ? {} : { after }) });
    for (const { id } of page.items) ids.add(id);
    after = page.next;
  }
  return ids;
}

/** Writes progress once a second at most, and stops the work where the job is no longer this owner's. */
function reporter(store: GalleryStore, job: Job, { owner, signal }: JobContext, total: number) {
  const gone = new AbortController();
  let share = 0;
  let last = performance.now();
  return {
    signal: AbortSignal.any([signal, gone.signal]),
    note: (value: number): void => { share = value; },
    flush: async (): Promise<void> => {
      if (performance.now() - last < reportMs) return;
      last = performance.now();
      const kept = await store.jobs.update(job.id, owner, { total, done: Math.min(total, Math.round(share * total)) });
      if (kept?.state !== 'running') gone.abort(signal.reason);
    },
  };
}
