import { UsageError } from '../cli/errors.ts';
import type { Experiment } from '../config/schema.ts';
import { loadDataset } from '../data/dataset.ts';
import { type Identity, readIdentityFolder } from '../data/folder.ts';
import { splitFor } from '../data/split.ts';
import { dataDigest } from '../training/run-state.ts';

/** What a run learned from, and who was kept away from it. */
export interface TrainedOn {
  readonly identities: number;
  readonly images: number;
  readonly heldOut: readonly Identity[];
}

/**
 * By the names of the files alone, which is quick. Undefined where the folder is gone, or its list is not the one with
 * this digest: other people would be held out of another list, and some of them may have been trained on.
 */
export function listTrainedOn(experiment: Experiment, digest: string): TrainedOn | undefined {
  try {
    const { train, validation: heldOut } = splitFor(experiment, readIdentityFolder(experiment.data.train));
    const images = countImages(train);
    const all = [...train, ...heldOut];
    const found = dataDigest({
      identities: all.map(({ name }) => name),
      labels: Int32Array.from(all.flatMap(({ files }, label) => files.map(() => label))),
      trainImages: images,
      images: { files: all.flatMap(({ files }) => files) },
    });
    return found === digest ? { identities: train.length, images, heldOut } : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** As above, decoding every image to know the broken ones, which the run left out. */
export async function decodeTrainedOn(
  experiment: Experiment, digest: string, onImage: (done: number, total: number) => void,
): Promise<TrainedOn> {
  const dataset = await loadDataset(experiment, onImage);
  if (dataDigest(dataset) !== digest) {
    throw new UsageError(`${experiment.data.train}: other images than those that the run was trained on, so it cannot be said who was held out`);
  }
  const { identities, labels, trainIdentities, trainImages, images } = dataset;
  const heldOut = identities.slice(trainIdentities).map((name, i): Identity => ({
    name, files: images.files.filter((_, image) => labels[image] === trainIdentities + i),
  }));
  return { identities: trainIdentities, images: trainImages, heldOut };
}

function countImages(identities: readonly Identity[]): number {
  return identities.reduce((sum, { files }) => sum + files.length, 0);
}
