import { type Provider, ProviderError, providers } from '@facenet/engine/node';
import { BundleError } from '@facenet/export';

export type ProviderChoice = Provider | 'auto';

export const providerChoices = ['auto', ...providers] as const satisfies readonly ProviderChoice[];

/** Something opened on a provider, and how fast it was when tried. */
export interface Candidate {
  readonly opened: { readonly batchMs: number };
  dispose(): Promise<void>;
}

export interface Chosen<T> {
  readonly provider: Provider;
  readonly opened: T;
  /** What was found, for the log: every provider that was tried, its time or why it cannot be used. */
  readonly why: string;
}

/**
 * Opens a model on the provider that is asked for, or fails: never on another one. `auto` opens it on all that are
 * there, times each with a real batch and keeps the fastest.
 */
export async function chooseProvider<T extends Candidate>(choice: ProviderChoice, open: (provider: Provider) => Promise<T>): Promise<Chosen<T>> {
  if (choice !== 'auto') {
    const opened = await open(choice);
    return { provider: choice, opened, why: `${choice}: as configured, ${timeOf(opened)}` };
  }
  const found: { readonly provider: Provider; readonly opened: T }[] = [];
  const notes: string[] = [];
  // The CPU first: what does not load there is no model, and its error says so.
  for (const provider of providers) {
    try {
      const opened = await open(provider);
      found.push({ provider, opened });
      notes.push(`${provider}: ${timeOf(opened)}`);
    } catch (error) {
      if (provider === 'cpu' || !(error instanceof ProviderError || error instanceof BundleError)) {
        await Promise.all(found.map(({ opened }) => opened.dispose()));
        throw error;
      }
      notes.push(`${provider}: ${error instanceof ProviderError ? error.reason : error.message}`);
    }
  }
  const [best, ...others] = found.sort((a, b) => a.opened.opened.batchMs - b.opened.opened.batchMs);
  await Promise.all(others.map(({ opened }) => opened.dispose()));
  return { ...best!, why: `${best!.provider} is the fastest that is there (${notes.join('; ')})` };
}

function timeOf({ opened: { batchMs } }: Candidate): string {
  return `${batchMs.toPrecision(3)} ms a batch`;
}
