import { type Candidate, candidatesFor, choose, refusalOf, type Tried } from './choose-runtime.ts';
import type { EmbedderOptions, Runtime } from './embedder.ts';
import { EmbedderError } from './errors.ts';
import type { LoadedFiles } from './link/calls.ts';
import type { WorkerLink } from './link/worker-link.ts';

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

/** Tries the devices one after the other, each in a worker of its own, and keeps the one that is chosen. */
export async function startRuntime({ files, first, start, ...options }: Starting): Promise<Started> {
  const isolated = globalThis.crossOriginIsolated;
  const candidates = candidatesFor(options, { isolated, cores: globalThis.navigator.hardwareConcurrency });
  const refusals = await refusalsOf(candidates, first, options);
  const links = new Map<Candidate, WorkerLink>();
  const tried: Tried[] = [];
  try {
    for (const [i, candidate] of candidates.entries()) {
      const refusal = refusals[i]!;
      if (refusal === null) links.set(candidate, links.size === 0 ? first : start());
      tried.push({ ...candidate, outcome: refusal ?? await tryOut(candidate, links.get(candidate)!, files, options) });
    }
    const { chosen, probes } = choose(tried);
    const { device, threads } = candidates[chosen]!;
    const link = links.get(candidates[chosen]!)!;
    for (const other of links.values()) if (other !== link) other.end();
    return { link, runtime: { device, threads, isolated, probes } };
  } catch (error) {
    for (const link of links.values()) link.end();
    throw error;
  }
}

/** Why a candidate is not tried; null where it is. Its worker and its runtime are not even loaded. */
async function refusalsOf(candidates: readonly Candidate[], first: WorkerLink, { device, signal }: Pick<Starting, 'device' | 'signal'>): Promise<(string | null)[]> {
  if (!candidates.some((each) => each.device === 'webgpu')) return candidates.map(() => null);
  const adapter = await first.call('adapter', null, { signal });
  const refusal = refusalOf(adapter, device === 'webgpu');
  return candidates.map((each) => (each.device === 'webgpu' ? refusal : null));
}

async function tryOut(
  candidate: Candidate, link: WorkerLink, files: LoadedFiles, { signal, onProgress }: Pick<Starting, 'signal' | 'onProgress'>,
): Promise<Tried['outcome']> {
  onProgress?.({ stage: 'starting', device: candidate.device });
  try {
    return await link.call('open', { files, ...candidate }, { signal });
  } catch (error) {
    if (signal?.aborted || !(error instanceof EmbedderError)) throw error;
    return error;
  }
}
