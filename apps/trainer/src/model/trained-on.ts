import { UsageError } from '../cli/errors.ts';
import type { Experiment } from '../config/schema.ts';
import { loadDataset } from '../data/dataset.ts';
import type { Identity } from '../data/identity.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { splitFor } from '../data/split.ts';
import { dataDigest } from '../training/run-state.ts';
import type { TrainingPeople } from './training-digests.ts';

/** What a run learned from, and who was kept away from it. */
export type TrainedOn = TrainingPeople;

/**
 * By the names of the files alone, which is quick. Undefined where the folder is gone, or its list is not the one with
 * this digest: other people would be held out of another list, and some of them may have been trained on.
 */
export function listTrainedOn(experiment: Experiment, digest: string): TrainedOn | undefined {
  try {
    const { train, validation: heldOut } = splitFor(experiment, readIdentities(experiment.data.train));
    const all = [...train, ...heldOut];
    const found = dataDigest({
      identities: all.map(({ name }) => name),
      labels: Int32Array.from(all.flatMap(({ files }, label) => files.map(() => label))),
      trainImages: countImages(train),
      images: { files: all.flatMap(({ files }) => files) },
    });
    return found === digest ? { train, heldOut } : undefined;
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
  const { identities, labels, trainIdentities, images } = dataset;
  const files = identities.map((): string[] => []);
  images.files.forEach((file, image) => { files[labels[image]!]!.push(file); });
  const people = identities.map((name, i): Identity => ({ name, files: files[i]! }));
  return { train: people.slice(0, trainIdentities), heldOut: people.slice(trainIdentities) };
}

export function countImages(identities: readonly Identity[]): number {
  return identities.reduce((sum, { files }) => sum + files.length, 0);
}
