import { availableParallelism } from 'node:os';
import type { Manifest } from '@facenet/export';
import type { Provider } from '@facenet/engine/node';
import { BatchedEmbedder, type Preparer } from './batched-embedder.ts';
import { chooseProvider, type ProviderChoice } from './choose-provider.ts';
import { ModelThread } from './model-thread.ts';

export interface InferenceOptions {
  readonly provider?: ProviderChoice;
  /** Cores for one model; all that this process may use unless told. */
  readonly cores?: number;
  /** Sessions that share them, each with a batch of its own; what suits the number of cores unless told. */
  readonly sessions?: number;
  readonly maxBatch?: number;
  readonly maxWaitMs?: number;
  /** Images that may wait or run; more are refused. */
  readonly capacity?: number;
}

export const inferenceDefaults = { provider: 'cpu', maxBatch: 8, maxWaitMs: 0, capacity: 256 } as const satisfies InferenceOptions;

export interface OpenedEmbedder {
  readonly manifest: Manifest;
  readonly provider: Provider;
  /** How the provider came to be chosen. */
  readonly why: string;
  readonly sessions: number;
  readonly threads: number;
  readonly embedder: BatchedEmbedder;
}

/** Threads inside an operation gain little beyond eight: then further sessions take the other cores. */
const threadsOfSession = 8;

/** Opens a bundle for many requests at once: checked, timed and warm when the promise ends. */
export async function openEmbedder(folder: string, preparer: Preparer, options: InferenceOptions = {}): Promise<OpenedEmbedder> {
  const { provider: choice, maxBatch, maxWaitMs, capacity } = { ...inferenceDefaults, ...options };
  const { cores = availableParallelism() } = options;
  // A graphics card has one queue, whatever the cores.
  const sessionsOn = (provider: Provider): number => options.sessions ?? (provider === 'cpu' ? Math.max(1, Math.floor(cores / threadsOfSession)) : 1);
  const open = (provider: Provider): Promise<ModelThread> => {
    const threads = Math.max(1, Math.floor(cores / sessionsOn(provider)));
    return ModelThread.open({ folder, provider, threads, maxBatch });
  };
  const { provider, opened: first, why } = await chooseProvider(choice, open);
  const sessions = sessionsOn(provider);
  const runners = [first];
  try {
    while (runners.length < sessions) runners.push(await open(provider));
  } catch (error) {
    await Promise.all(runners.map((runner) => runner.dispose()));
    throw error;
  }
  const { manifest } = first.opened;
  return {
    manifest, provider, why, sessions,
    threads: Math.max(1, Math.floor(cores / sessions)),
    embedder: new BatchedEmbedder(manifest, runners, preparer, { maxBatch, maxWaitMs, capacity }),
  };
}
