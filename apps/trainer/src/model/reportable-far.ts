import { refusalAtFar, usualFars } from '@facenet/evaluation';
import type { ImageSet } from '../evaluate/image-set.ts';

const usual = 1e-3;

/** The false-accept rate of a report on a set of faces: the usual one, or the smallest that so few pairs can say anything about. */
export function reportableFar({ labels, identities }: Pick<ImageSet, 'labels' | 'identities'>): number {
  const images = new Float64Array(identities.length);
  for (const label of labels) images[label]!++;
  const same = images.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const pairsDifferent = (labels.length * (labels.length - 1)) / 2 - same;
  const possible = usualFars.filter((far) => far >= usual && refusalAtFar({ pairsDifferent }, far) === undefined);
  return possible.at(-1) ?? usual;
}
