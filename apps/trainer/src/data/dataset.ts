import { availableParallelism } from 'node:os';
import type { Experiment } from '../config/schema.ts';
import { UsageError } from '../cli/errors.ts';
import { type Identity, readIdentityFolder } from './folder.ts';
import { type BrokenImage, decodeAll, type SharedImages } from './image-store.ts';
import { splitFor } from './split.ts';

/** The decoded faces of a run: first those to train on, then those of the identities held out. */
export interface Dataset {
  readonly images: SharedImages;
  /** Identity of each image. */
  readonly labels: Int32Array;
  readonly identities: readonly string[];
  readonly trainIdentities: number;
  readonly trainImages: number;
  readonly broken: readonly BrokenImage[];
  /** Training identities with a single image: they can only serve as negatives. */
  readonly single: readonly string[];
}

/** Reads and decodes the folder of faces that the experiment names. */
export async function loadDataset({ data, seed }: Pick<Experiment, 'data' | 'seed'>, onImage: (done: number, total: number) => void): Promise<Dataset> {
  const { train, validation } = splitFor({ data, seed }, readIdentityFolder(data.train));
  const listed = [...train, ...validation];
  const files = listed.flatMap((identity) => identity.files);
  const { images, broken } = await decodeAll(files, {
    budget: data.cacheMegabytes * 1024 * 1024,
    parallel: availableParallelism(),
    onImage: (done) => { onImage(done, files.length); },
  });
  if (data.strict && broken[0]) {
    throw new UsageError(`${broken[0].message}; ${broken.length} broken in all, and data.strict allows none`);
  }
  return arrange(images, broken, train, validation);
}

function arrange(images: SharedImages, broken: readonly BrokenImage[], train: readonly Identity[], validation: readonly Identity[]): Dataset {
  const usable = new Set(images.files);
  const keepUsable = (list: readonly Identity[]): Identity[] => list
    .map(({ name, files }) => ({ name, files: files.filter((file) => usable.has(file)) }))
    .filter(({ files }) => files.length > 0);
  const kept = { train: keepUsable(train), validation: keepUsable(validation) };
  const all = [...kept.train, ...kept.validation];
  if (!kept.train.some(({ files }) => files.length > 1)) {
    throw new UsageError(`data.train: expected an identity with at least two usable images, found none among ${kept.train.length}`);
  }
  return {
    images,
    labels: Int32Array.from(all.flatMap(({ files }, label) => files.map(() => label))),
    identities: all.map(({ name }) => name),
    trainIdentities: kept.train.length,
    trainImages: kept.train.reduce((sum, { files }) => sum + files.length, 0),
    broken,
    single: kept.train.filter(({ files }) => files.length === 1).map(({ name }) => name),
  };
}
