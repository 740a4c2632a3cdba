import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { type ImageSet, readImageSet } from '../evaluate/image-set.ts';
import { readPairs } from '../evaluate/protocols/identity-folder.ts';
import { digestOf } from './digest.ts';
import type { Measure } from './schema.ts';

/** What a sweep measures on, found and read. */
export interface MeasuredOn extends Omit<Measure, 'name'> {
  readonly name: string | undefined;
  /** Undefined where only the people held out of a training are measured. */
  readonly set: ImageSet | undefined;
  /** Of settings, pairs and images. */
  readonly digest: string;
}

export function findMeasured({ name, ...measure }: Measure): MeasuredOn {
  const { images, pairs } = measure;
  if (images === undefined && pairs !== undefined) throw new UsageError(`measure: pairs ${pairs} without images; expected measure.images, or --images DIR`);
  // Read now, so that a mistake in it is not found after the first training.
  if (pairs !== undefined) readPairs(pairs);
  const set = images === undefined ? undefined : readImageSet(images);
  return {
    ...measure, set,
    name: images === undefined ? undefined : name ?? path.basename(path.resolve(images)),
    digest: digestOf({ ...measure, images: set && imageNames(set), pairs: pairs === undefined ? undefined : createHash('sha256').update(readFileSync(pairs)).digest('hex') }),
  };
}

/** A digest of the names of identities and images, wherever their folder lies. */
export function imageNames({ files, identities, labels }: ImageSet): string {
  return digestOf([identities, [...labels], files.map((file) => path.basename(file))]);
}
