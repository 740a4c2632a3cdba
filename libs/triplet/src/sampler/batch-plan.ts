import { TripletError } from '../errors.ts';

/** How a batch is made up: P identities × K images + R random negatives. */
export interface BatchPlan {
  readonly identities: number;
  readonly imagesPerIdentity: number;
  readonly randomNegatives: number;
}

export function batchSize({ identities, imagesPerIdentity, randomNegatives }: BatchPlan): number {
  return identities * imagesPerIdentity + randomNegatives;
}

/** What a data set holds, by identity. */
export interface ImagesByIdentity {
  readonly labels: ArrayLike<number>;
  /** Image indices of each identity, ascending; identities in the order of their first image. */
  readonly images: readonly Int32Array[];
  /** Places in `images` of those with two images or more: the others have no positive and come as random negatives only. */
  readonly anchors: Int32Array;
}

export function groupImages(labels: ArrayLike<number>): ImagesByIdentity {
  const byLabel = new Map<number, number[]>();
  for (let image = 0; image < labels.length; image++) {
    const label = labels[image]!;
    const images = byLabel.get(label);
    if (images === undefined) byLabel.set(label, [image]);
    else images.push(image);
  }
  const images = [...byLabel.values()].map((group) => Int32Array.from(group));
  const anchors = images.flatMap((group, place) => (group.length >= 2 ? [place] : []));
  return { labels, images, anchors: Int32Array.from(anchors) };
}

/** Refuses a batch that the data set cannot fill without showing an image twice. */
export function checkPlan(plan: BatchPlan, { labels, images, anchors }: ImagesByIdentity): void {
  atLeast('identities', plan.identities, 1);
  atLeast('imagesPerIdentity', plan.imagesPerIdentity, 2);
  atLeast('randomNegatives', plan.randomNegatives, 0);
  const size = batchSize(plan);
  if (anchors.length < plan.identities) {
    throw new TripletError(`identities: a batch takes ${plan.identities} identities with two images or more, the data ` +
      `set has ${anchors.length} (and ${images.length - anchors.length} with one image); ask for fewer`);
  }
  if (labels.length < size) {
    throw new TripletError(`batch: ${plan.identities} identities × ${plan.imagesPerIdentity} images + ${plan.randomNegatives} ` +
      `random negatives are ${size} images, the data set has ${labels.length}; ask for fewer, since no image comes twice`);
  }
  if (images.length < 2) throw new TripletError('data set: expected at least two identities, got one: there are no negatives');
}

function atLeast(name: keyof BatchPlan, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new TripletError(`${name}: expected an integer of at least ${least}, got ${value}`);
  }
}
