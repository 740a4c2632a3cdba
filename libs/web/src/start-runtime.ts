import { type Candidate, candidatesFor, choose, isMeasured, isRight, refusalOf, type Tried } from './choose-runtime.ts';
import type { EmbedderOptions, Probe, Runtime } from './embedder.ts';
import { EmbedderError } from './errors.ts';
import type { LoadedFiles } from './link/calls.ts';
import type { WorkerLink } from './link/worker-link.ts';
import { isChosen, recallChoice, rememberChoice } from './remembered-choice.ts';

export interface Started {
  readonly link: WorkerLink;
  readonly runtime: Omit<Runtime, 'readyMs'>;
}

export interface Starting extends Pick<EmbedderOptions, 'device' | 'threads' | 'onProgress' | 'signal'> {
  readonly files: LoadedFiles;
  /** The one that loaded the files; it becomes the first candidate's. */
  readonly first: WorkerLink;
  readonly start: () => WorkerLink;
}

/** Keeps the device that computes rightly and fastest: the one of the last visit, or what trying all of them shows. */
export async function startRuntime({ files, first, start, ...options }: Starting): Promise<Started> {
  const isolated = globalThis.crossOriginIsolated;
  const candidates = candidatesFor(options, { isolated, cores: globalThis.navigator.hardwareConcurrency });
  const workers = new Workers(first, start);
  try {
    const { link, probes } = await again(candidates, files, workers, options) ?? await tryAll(candidates, files, workers, options);
    workers.endAllBut(link);
    const { device, threads } = probes.find(isChosen)!;
    return { link, runtime: { device, threads, isolated, probes } };
  } catch (error) {
    workers.endAllBut(undefined);
    throw error;
  }
}

interface Kept {
  readonly link: WorkerLink;
  readonly probes: readonly Probe[];
}

type Options = Pick<Starting, 'device' | 'signal' | 'onProgress'>;

/** The choice of the last visit, tried again for its numbers alone. */
async function again(candidates: readonly Candidate[], files: LoadedFiles, workers: Workers, options: Options): Promise<Kept | undefined> {
  const known = candidates.length > 1 ? recallChoice({ modelId: files.modelId, candidates }, Date.now()) : undefined;
  if (!known) return undefined;
  const { device, threads } = known.probes.find(isChosen)!;
  const link = workers.next();
  const outcome = await tryOut({ device, threads }, link, files, options);
  if (!isMeasured(outcome) || !isRight(outcome)) return undefined;
  const { milliseconds, difference } = outcome;
  return { link, probes: known.probes.map((probe) => (isChosen(probe) ? { ...probe, milliseconds, difference } : probe)) };
}

/** One after the other, or they would slow each other; each in a worker of its own, since a runtime is begun once. */
async function tryAll(candidates: readonly Candidate[], files: LoadedFiles, workers: Workers, options: Options): Promise<Kept> {
  const refusals = await refusalsOf(candidates, workers, options);
  const links = new Map<number, WorkerLink>();
  const tried: Tried[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const refusal = refusals[i]!;
    if (refusal === null) links.set(i, workers.next());
    tried.push({ ...candidate, outcome: refusal ?? await tryOut(candidate, links.get(i)!, files, options) });
  }
  const { chosen, probes } = choose(tried);
  if (candidates.length > 1) rememberChoice({ modelId: files.modelId, candidates }, { probes, at: Date.now() });
  return { link: links.get(chosen)!, probes };
}

/** Why a candidate is not tried; null where it is. Of one that is not, neither worker nor runtime are loaded. */
async function refusalsOf(candidates: readonly Candidate[], workers: Workers, { device, signal }: Options): Promise<(string | null)[]> {
  if (!candidates.some((each) => each.device === 'webgpu')) return candidates.map(() => null);
  const adapter = await workers.peek().call('adapter', null, { signal });
  const refusal = refusalOf(adapter, device === 'webgpu');
  return candidates.map((each) => (each.device === 'webgpu' ? refusal : null));
}

async function tryOut(candidate: Candidate, link: WorkerLink, files: LoadedFiles, { signal, onProgress }: Options): Promise<Tried['outcome']> {
  onProgress?.({ stage: 'starting', device: candidate.device });
  try {
    return await link.call('open', { files, ...candidate }, { signal });
  } catch (error) {
    if (signal?.aborted || !(error instanceof EmbedderError)) throw error;
    return error;
  }
}

/** The first is there already; others are started when they are needed. */
class Workers {
  readonly #all: WorkerLink[];
  readonly #start: () => WorkerLink;
  #used = 0;

  constructor(first: WorkerLink, start: () => WorkerLink) {
    this.#all = [first];
    this.#start = start;
  }

  /** One in which nothing was opened; it stays so. */
  peek(): WorkerLink {
    if (this.#used === this.#all.length) this.#all.push(this.#start());
    return this.#all[this.#used]!;
  }

  /** One to open something in. */
  next(): WorkerLink {
    const link = this.peek();
    this.#used++;
    return link;
  }

  endAllBut(kept: WorkerLink | undefined): void {
    for (const link of this.#all) if (link !== kept) link.end();
  }
}
