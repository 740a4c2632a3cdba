import { shuffle, shuffleFirst, randomInteger, type RandomSource } from '../random.ts';
import { batchSize, checkPlan, groupImages, type BatchPlan, type ImagesByIdentity } from './batch-plan.ts';
import { IdentityOrder, type SamplerState } from './identity-order.ts';

export interface SamplerOptions extends BatchPlan {
  /** The identity of each image of the data set. */
  readonly labels: ArrayLike<number>;
  /** Its own state has to be kept beside `state()`, for the same batches after a restart. */
  readonly random: RandomSource;
  readonly state?: SamplerState;
}

export interface SampledBatch {
  /** Exactly P · K + R different images, shuffled so that an identity is spread over the micro-batches. */
  readonly indices: Int32Array;
  /** The identities of those images. */
  readonly labels: Int32Array;
  /** How many of the P identities had fewer than K images. */
  readonly shortIdentities: number;
  /** How many images came in their place: K at a time from further identities, and at random when there are none. */
  readonly filled: number;
  /** How many times all identities had been through when the batch was complete. */
  readonly epoch: number;
}

export interface Sampler {
  /** Images in every batch. */
  readonly size: number;
  next(): SampledBatch;
  state(): SamplerState;
}

/**
 * Identity-balanced batches: P identities, each as often as any other, with K of their images, and R random images of
 * other identities.
 */
export function createSampler(options: SamplerOptions): Sampler {
  const data = groupImages(options.labels);
  checkPlan(options, data);
  const order = new IdentityOrder(data.anchors, options.random, options.state);
  return {
    size: batchSize(options),
    next: () => sampleBatch(options, data, order),
    state: () => order.state(),
  };
}

function sampleBatch(options: SamplerOptions, data: ImagesByIdentity, order: IdentityOrder): SampledBatch {
  const { identities, imagesPerIdentity, randomNegatives, random } = options;
  const balanced = identities * imagesPerIdentity;
  const taken = new Set<number>();
  const batch: number[] = [];
  let shortIdentities = 0;
  let asked = 0;
  while (batch.length < balanced) {
    const identity = order.next(taken);
    if (identity === undefined) break;
    taken.add(identity);
    const images = Int32Array.from(data.images[identity]!);
    const count = Math.min(imagesPerIdentity, images.length, balanced - batch.length);
    shuffleFirst(random, images, count);
    for (let i = 0; i < count; i++) batch.push(images[i]!);
    if (taken.size > identities) continue;
    asked += count;
    if (images.length < imagesPerIdentity) shortIdentities++;
  }
  const missing = balanced + randomNegatives - batch.length;
  batch.push(...randomImages(data, new Set(batch), taken, missing, random));
  const indices = Int32Array.from(batch);
  shuffle(random, indices);
  return {
    indices,
    labels: indices.map((image) => data.labels[image]!),
    shortIdentities,
    filled: balanced - asked,
    epoch: order.epoch,
  };
}

/**
 * Images that are not in the batch, first of identities that are not in it either: they are negatives to everyone. Only
 * when those run out do further images of the batch's own identities come.
 */
function randomImages(
  data: ImagesByIdentity, used: Set<number>, takenIdentities: ReadonlySet<number>, count: number, random: RandomSource,
): number[] {
  const takenLabels = new Set<number>();
  for (const identity of takenIdentities) takenLabels.add(data.labels[data.images[identity]![0]!]!);
  const chosen: number[] = [];
  const take = (image: number): void => {
    used.add(image);
    chosen.push(image);
  };
  // Trying images costs nothing that grows with the data set; the list of what is left is made only when it is short.
  for (let attempts = 4 * count; attempts > 0 && chosen.length < count; attempts--) {
    const image = randomInteger(random, data.labels.length);
    if (!used.has(image) && !takenLabels.has(data.labels[image]!)) take(image);
  }
  for (const ownIdentities of [false, true]) {
    if (chosen.length === count) break;
    const left = Int32Array.from(
      Array.from(data.labels, (_, image) => image)
        .filter((image) => !used.has(image) && (ownIdentities || !takenLabels.has(data.labels[image]!))),
    );
    const taken = Math.min(count - chosen.length, left.length);
    shuffleFirst(random, left, taken);
    for (let i = 0; i < taken; i++) take(left[i]!);
  }
  return chosen;
}
