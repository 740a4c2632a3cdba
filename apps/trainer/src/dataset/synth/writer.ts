import { availableParallelism } from 'node:os';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InterruptedError, UsageError } from '../../cli/errors.ts';
import { writeFileAtomically } from '@facenet/files';
import { fileName, personName } from './names.ts';
import { describeScene, drawScene, photoHeight, photoWidth } from './photo.ts';
import type { SynthPlan } from './render.ts';
import type { SynthAnswer, SynthJob } from './synth-worker.ts';

export interface WriteOptions {
  readonly threads?: number;
  /** Called after every picture. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Written {
  readonly images: number;
  /** Pictures that an interrupted run had left and that were kept. */
  readonly kept: number;
}

/** Any change of how pictures look counts it up, so that an interrupted folder is never finished in another style. */
const styleVersion = 1;

/**
 * Renders a data set into `out`, a folder per person. It grows in `out.partial` and gets its name when it is complete,
 * so `out` is never half a data set; an interrupted run goes on where it was.
 */
export async function writeSyntheticDataset(out: string, plan: SynthPlan, options: WriteOptions = {}): Promise<Written> {
  refuseExisting(out);
  const partial = `${out.replace(/[/\\]+$/, '')}.partial`;
  openPartial(partial, plan);
  const jobs = Array.from({ length: plan.identities }, (_, index): SynthJob => ({ plan, index, folder: path.join(partial, personName(index)) }));
  const threads = Math.min(options.threads ?? availableParallelism(), jobs.length);
  const kept = await runWorkers(jobs, threads, plan.identities * plan.images, options);
  if (plan.photos) writeFileAtomically(path.join(partial, 'photos.json'), `${JSON.stringify(annotate(plan), null, 1)}\n`);
  if (existsSync(out)) rmdirSync(out);
  renameSync(partial, out);
  return { images: plan.identities * plan.images, kept };
}

function refuseExisting(out: string): void {
  const entry = statSync(out, { throwIfNoEntry: false });
  if (entry && !entry.isDirectory()) throw new UsageError(`${out}: expected a folder that does not exist yet, found a file`);
  if (entry && readdirSync(out).length > 0) throw new UsageError(`${out}: the folder is not empty; choose another or remove it first`);
}

/** The plan lies in the folder as `synth.json`: it says how to make the same data again, and guards the going on. */
function openPartial(partial: string, plan: SynthPlan): void {
  const file = path.join(partial, 'synth.json');
  const wanted = `${JSON.stringify({ style: styleVersion, ...plan }, null, 2)}\n`;
  mkdirSync(partial, { recursive: true });
  if (!existsSync(file)) {
    if (readdirSync(partial).length > 0) throw new UsageError(`${partial}: not left by an interrupted run; remove it first`);
    writeFileAtomically(file, wanted);
  } else if (readFileSync(file, 'utf8') !== wanted) {
    throw new UsageError(`${partial}: left by an interrupted run with other options (see synth.json in it); repeat these or remove the folder`);
  }
}

/** Hands one person at a time to each worker. */
function runWorkers(jobs: readonly SynthJob[], threads: number, total: number, { onProgress, signal }: WriteOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let done = 0;
    let kept = 0;
    let running = threads;
    const workers = Array.from({ length: threads }, () => new Worker(new URL('./synth-worker.mjs', import.meta.url)));
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', interrupt);
      void Promise.all(workers.map((worker) => worker.terminate())).then(settle);
    };
    const fail = (error: Error): void => { finish(() => { reject(error); }); };
    const interrupt = (): void => { fail(new InterruptedError('interrupted; the same command goes on where this one stopped')); };
    if (signal?.aborted) { interrupt(); return; }
    signal?.addEventListener('abort', interrupt, { once: true });
    const give = (worker: Worker): void => {
      const job = jobs[next++];
      if (job) worker.postMessage(job);
      else if (--running === 0) finish(() => { resolve(kept); });
    };
    for (const worker of workers) {
      worker.on('error', fail);
      worker.on('message', (answer: SynthAnswer) => {
        if (answer.kind === 'failed') fail(new Error(answer.message));
        else if (answer.kind === 'finished') give(worker);
        else {
          kept += answer.kept ? 1 : 0;
          onProgress?.(++done, total);
        }
      });
      give(worker);
    }
  });
}

/** Ground truth of whole photos; it follows from the plan without rendering. */
function annotate(plan: SynthPlan): unknown {
  const { seed, identities, images } = plan;
  const round = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'number' ? Math.round(item * 100) / 100 : item)));
  const photos = Array.from({ length: identities }, (_, index) => Array.from({ length: images }, (_unused, image) => ({
    file: `${personName(index)}/${fileName(image)}`,
    width: photoWidth,
    height: photoHeight,
    faces: describeScene(drawScene(seed, index, image, identities)).map(({ identity, ...truth }) => ({ identity: personName(identity), ...(round(truth) as object) })),
  })));
  return { photos: photos.flat() };
}
