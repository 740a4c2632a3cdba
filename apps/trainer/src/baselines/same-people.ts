import { createHash } from 'node:crypto';
import { storedBytes } from '../data/decode.ts';
import type { ImageSet } from '../evaluate/image-set.ts';

/**
 * Names of the identities in `set` that are also among `others`: those whose first picture is the first picture of one
 * of them. Names alone tell nothing, since every set may have its person 1.
 */
export async function samePeople(set: ImageSet, others: ImageSet): Promise<Set<string>> {
  const known = new Set((await firstPictures(others)).map(({ digest }) => digest));
  return new Set((await firstPictures(set)).filter(({ digest }) => known.has(digest)).map(({ name }) => name));
}

async function firstPictures({ files, labels, identities }: ImageSet): Promise<{ name: string; digest: string }[]> {
  const found: { name: string; digest: string }[] = [];
  for (const [label, name] of identities.entries()) {
    const row = labels.indexOf(label);
    if (row >= 0) found.push({ name, digest: createHash('sha256').update(await storedBytes(files[row]!)).digest('hex') });
  }
  return found;
}
