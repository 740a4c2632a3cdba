import type { Random } from '@facenet/architecture';
import { createSampler, type Sampler, TripletError } from '@facenet/triplet';
import { UsageError } from '../cli/errors.ts';
import type { Experiment } from '../config/schema.ts';
import type { Plan } from '../data/batch-loader.ts';
import type { Dataset } from '../data/dataset.ts';
import type { OfflineSelection } from './offline-selection.ts';
import type { RunState } from './run-state.ts';

/** Draws batches as `batch` asks; a UsageError where micro-batches or the data do not fit it. */
export function openSampler({ batch }: Experiment, { labels, trainImages }: Dataset, random: Random, { sampler }: RunState): Sampler {
  const size = batch.identities * batch.faces + batch.negatives;
  if (size % batch.microBatch !== 0) {
    throw new UsageError(`batch: ${batch.identities} identities × ${batch.faces} faces + ${batch.negatives} negatives are ${size} images, which is no multiple of microBatch ${batch.microBatch}`);
  }
  try {
    return createSampler({
      labels: labels.subarray(0, trainImages), random,
      identities: batch.identities, imagesPerIdentity: batch.faces, randomNegatives: batch.negatives,
      ...(sampler ? { state: sampler } : {}),
    });
  } catch (error) {
    if (error instanceof TripletError) throw new UsageError(`batch: ${error.message}`);
    throw error;
  }
}

/** Batches by the sampler, or of triplets that were chosen offline where there are any for the step. */
export function planner(data: Dataset, sampler: Sampler, random: Random, offline: OfflineSelection): (step: number) => Plan {
  return (step) => {
    const chosen = offline.batch(step, sampler.size);
    if (chosen) {
      const labels = chosen.indices.map((index) => data.labels[index]!);
      return { step, ...chosen, labels, measured: { offlineTriplets: chosen.triplets.anchors.length }, after: { sampler: sampler.state(), random: random.state } };
    }
    const { indices, labels, shortIdentities, filled, epoch } = sampler.next();
    return { step, indices, labels, measured: { shortIdentities, filled, epoch }, after: { sampler: sampler.state(), random: random.state } };
  };
}
