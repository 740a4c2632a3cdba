import type { Progress } from '../cli/progress.ts';
import type { Dataset } from '../data/dataset.ts';
import type { BrokenImage } from '../data/image-store.ts';

/** The first few are named; of the rest there may be millions. */
export function reportBroken(progress: Progress): (image: BrokenImage) => void {
  let met = 0;
  return ({ message }) => {
    met++;
    if (met <= 5 || Number.isInteger(Math.log10(met))) progress.line(`broken and replaced (${met} so far): ${message}`);
  };
}

/** Says what a run learns from, and what is odd about it. */
export function describeData(data: Dataset, faces: number, progress: Progress): void {
  const heldOut = data.images.files.length - data.trainImages;
  progress.line(`${data.trainImages} images of ${data.trainIdentities} identities to train on; ${heldOut} images of ${data.identities.length - data.trainIdentities} identities held out`);
  const [first] = data.broken;
  if (first) progress.line(`${data.broken.length} broken images ${data.unchecked > 0 ? 'found so far' : 'left out'}, such as ${first.message}`);
  if (data.unchecked > 0) progress.line(`${data.unchecked} images are read when they are needed, since data.cacheMegabytes is less than all of them take; a broken one is replaced by another of its identity`);
  if (data.single.length > 0) progress.line(`${data.single.length} identities with one image can only be negatives, such as ${data.single[0]}`);
  const counts = new Map<number, number>();
  for (const label of data.labels.subarray(0, data.trainImages)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const short = [...counts.values()].filter((count) => count > 1 && count < faces).length;
  if (short > 0) progress.line(`${short} identities have fewer than ${faces} images: they give what they have, and others fill the batch`);
}
