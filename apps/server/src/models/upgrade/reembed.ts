import type { Pixels } from '@facenet/face';
import { BusyError, type Embedder } from '../../inference/embedder.ts';
import type { Face, FaceStore, Job, JobStore } from '../../store/store.ts';
import type { LoadedModel } from '../model-registry.ts';

/** What a job of this kind needs; of the store only what it uses. */
export interface ReembedParts {
  readonly faces: Pick<FaceStore, 'scan' | 'crop' | 'replaceVector'>;
  readonly jobs: Pick<JobStore, 'update'>;
  readonly model: Pick<LoadedModel, 'modelId' | 'embedder'>;
  /** Of an encoded crop. */
  readonly decode: (crop: Uint8Array) => Promise<Pixels>;
  /** Whose claim of the job it is. */
  readonly owner: string;
  readonly pause: (seconds: number) => Promise<void>;
}

export interface ReembedOptions {
  /** Faces between two reports of progress; they are embedded together. */
  readonly pageSize?: number;
  /** The process ends: the job stays as it is, for another owner to go on with. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the faces so far. */
export interface ReembedCounts {
  readonly reembedded: number;
  /** Of the target model already, or without a crop. */
  readonly kept: number;
  /** Their crop cannot be used; they keep their vector. */
  readonly failed: number;
}

/**
 * Goes through a collection, the oldest face first, and replaces vectors of other models by the target's where a crop
 * was kept. Progress is stored after each page with the id to go on after: a page that was cut off is done again, which
 * changes nothing, since its faces are of the target model by then. Gives the job as it was left.
 */
export async function reembed(job: Job, parts: ReembedParts, { pageSize = 64, signal }: ReembedOptions = {}): Promise<Job> {
  const { faces, jobs, owner } = parts;
  let counts = countsOf(job);
  let current = job;
  for await (const page of faces.scan(job.collectionId, { pageSize, ...(job.cursor !== null && { after: job.cursor }) })) {
    if (signal?.aborted) return current;
    if (page.length === 0) continue;
    const ofPage = await reembedPage(page, parts, signal).catch((error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
    if (ofPage === undefined) return current;
    counts = added(counts, ofPage);
    const updated = await jobs.update(job.id, owner, {
      done: current.done + page.length, cursor: page.at(-1)!.id, details: { ...job.details, ...counts },
    });
    // Gone, or claimed by another owner: it is theirs to go on with.
    if (updated === undefined) return current;
    current = updated;
    if (current.state !== 'running') return current;
  }
  return await jobs.update(job.id, owner, { state: 'done', total: current.done, details: { ...job.details, ...counts } }) ?? current;
}

async function reembedPage(page: readonly Face[], parts: ReembedParts, signal: AbortSignal | undefined): Promise<ReembedCounts> {
  const { faces, model } = parts;
  const old = page.filter((face) => face.modelId !== model.modelId && face.hasCrop);
  const crops = await Promise.all(old.map((face) => readCrop(face, parts)));
  const usable = old.flatMap((face, i) => (crops[i] === undefined ? [] : [{ face, crop: crops[i] }]));
  const vectors = await embedPatiently(model.embedder, usable.map(({ crop }) => crop), parts, signal);
  let reembedded = 0;
  for (const [i, { face }] of usable.entries()) {
    // False for one that was deleted meanwhile.
    if (await faces.replaceVector(face.collectionId, face.id, model.modelId, vectors[i]!)) reembedded++;
  }
  return { reembedded, kept: page.length - old.length, failed: old.length - usable.length };
}

async function readCrop(face: Face, { faces, decode }: ReembedParts): Promise<Pixels | undefined> {
  const crop = await faces.crop(face.collectionId, face.id);
  if (crop === undefined) return undefined;
  return decode(crop).catch(() => undefined);
}

/** People who wait come first: where the queue is full, this waits as it is told to, and asks for less at once. */
async function embedPatiently(
  embedder: Embedder, crops: readonly Pixels[], { pause }: Pick<ReembedParts, 'pause'>, signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  const atOnce = Math.max(1, Math.floor(embedder.load.capacity / 4));
  while (vectors.length < crops.length) {
    try {
      vectors.push(...await embedder.embed(crops.slice(vectors.length, vectors.length + atOnce), { signal }));
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      await pause(error.retryAfterSeconds);
    }
  }
  return vectors;
}

function countsOf({ details }: Job): ReembedCounts {
  const count = (name: keyof ReembedCounts): number => (typeof details[name] === 'number' ? details[name] : 0);
  return { reembedded: count('reembedded'), kept: count('kept'), failed: count('failed') };
}

function added(a: ReembedCounts, b: ReembedCounts): ReembedCounts {
  return { reembedded: a.reembedded + b.reembedded, kept: a.kept + b.kept, failed: a.failed + b.failed };
}
