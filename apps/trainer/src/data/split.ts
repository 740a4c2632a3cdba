import { Random } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import { suggest } from '../cli/suggest.ts';
import type { Identity } from './folder.ts';

export interface Split {
  readonly train: readonly Identity[];
  readonly validation: readonly Identity[];
}

/** Keeps identities away from training: a share (< 1), a number, or those named. */
export function holdOut(identities: readonly Identity[], wanted: number | readonly string[], seed: number): Split {
  const chosen = new Set(typeof wanted === 'number' ? chooseSome(identities, wanted, seed) : checkNames(identities, wanted));
  const split = {
    train: identities.filter(({ name }) => !chosen.has(name)),
    validation: identities.filter(({ name }) => chosen.has(name)),
  };
  if (split.train.length < 2) {
    throw new UsageError(`data.validation.identities: ${split.validation.length} of ${identities.length} identities held out leave ${split.train.length} to train on; expected at least 2`);
  }
  return split;
}

/** Only identities with two images can form a pair of one person. */
function chooseSome(identities: readonly Identity[], wanted: number, seed: number): string[] {
  const eligible = identities.filter(({ files }) => files.length >= 2).map(({ name }) => name);
  const count = wanted < 1 ? Math.round(wanted * identities.length) : Math.floor(wanted);
  // One held-out identity has no one to be confused with.
  const atLeastTwo = count === 1 ? 2 : count;
  return new Random(seed, 'validation/identities').shuffle(eligible).slice(0, atLeastTwo);
}

function checkNames(identities: readonly Identity[], wanted: readonly string[]): readonly string[] {
  const known = identities.map(({ name }) => name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const near = suggest(name, known);
    throw new UsageError(`data.validation.identities: no identity '${name}' in the folder${near ? `; did you mean '${near}'?` : ''}`);
  }
  return wanted;
}

/** At most `limit` images of an identity, chosen by seed. */
export function thin(identity: Identity, limit: number, seed: number): Identity {
  if (identity.files.length <= limit) return identity;
  const files = new Random(seed, `validation/${identity.name}`).shuffle([...identity.files]).slice(0, limit);
  return { name: identity.name, files: files.sort() };
}
