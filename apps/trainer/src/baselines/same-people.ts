import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ImageSet } from '../evaluate/image-set.ts';

/**
 * Names of the identities in `set` that are also among `others`: those whose first picture is the first picture of one
 * of them. Names alone tell nothing, since every set may have its person 1.
 */
export function samePeople(set: ImageSet, others: ImageSet): Set<string> {
  const known = new Set(firstPictures(others).map(({ digest }) => digest));
  return new Set(firstPictures(set).filter(({ digest }) => known.has(digest)).map(({ name }) => name));
}

function firstPictures({ files, labels, identities }: ImageSet): { name: string; digest: string }[] {
  return identities.flatMap((name, label) => {
    const row = labels.indexOf(label);
    return row < 0 ? [] : { name, digest: createHash('sha256').update(readFileSync(files[row]!)).digest('hex') };
  });
}
