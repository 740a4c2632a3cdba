import { Random } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import { suggest } from '../cli/suggest.ts';
import type { Experiment } from '../config/schema.ts';
import type { Identity } from './identity.ts';

export interface Split {
  readonly train: readonly Identity[];
  readonly validation: readonly Identity[];
}

/** Whom an experiment learns from and whom it keeps away, with the images of each. */
export function splitFor({ data, seed }: Pick<Experiment, 'data' | 'seed'>, identities: readonly Identity[]): Split {
  const { train, validation } = holdOut(identities, data.validation.identities, seed);
  return {
    // After holding out, so that a part of the data is measured on the same people as the whole.
    train: takeShare(train, data.use, seed),
    validation: validation.map((identity) => thin(identity, data.validation.imagesPerIdentity, seed)),
  };
}

/** Keeps identities away from training: a share (< 1), a number, or those named. */
function holdOut(identities: readonly Identity[], wanted: number | readonly string[], seed: number): Split {
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
  const some = count === 1 ? 2 : count;
  return new Random(seed, 'validation/identities').shuffle(eligible).slice(0, some);
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

/**
 * A share of the identities and of each one's images (at least two of each where there are two), chosen by seed; with
 * the same seed a smaller share is part of a larger one.
 */
function takeShare(identities: readonly Identity[], share: { readonly identities: number; readonly images: number }, seed: number): readonly Identity[] {
  if (share.identities === 1 && share.images === 1) return identities;
  const order = new Random(seed, 'train/identities').shuffle(identities.map(({ name }) => name));
  const chosen = new Set(order.slice(0, atLeastTwo(share.identities * identities.length)));
  return identities.filter(({ name }) => chosen.has(name)).map(({ name, files }) => {
    const some = new Random(seed, `train/${name}`).shuffle([...files]).slice(0, atLeastTwo(share.images * files.length));
    return { name, files: some.sort() };
  });
}

function atLeastTwo(count: number): number {
  return Math.max(2, Math.round(count));
}

/** At most `limit` images of an identity, chosen by seed. */
function thin(identity: Identity, limit: number, seed: number): Identity {
  if (identity.files.length <= limit) return identity;
  const files = new Random(seed, `validation/${identity.name}`).shuffle([...identity.files]).slice(0, limit);
  return { name: identity.name, files: files.sort() };
}
