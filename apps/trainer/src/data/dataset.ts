import { availableParallelism } from 'node:os';
import type { Experiment } from '../config/schema.ts';
import { UsageError } from '../cli/errors.ts';
import type { Identity } from './identity.ts';
import { type BrokenImage, decodeAll, type DecodedImages, type SharedImages } from './image-store.ts';
import { readIdentities } from './readers/readers.ts';
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
  /** Training images that are first read when they are trained on, since the set is larger than `data.cacheMegabytes`. */
  readonly unchecked: number;
  /** Training identities with a single image: they can only serve as negatives. */
  readonly single: readonly string[];
}

/** Reads the faces that the experiment names, and decodes as many as are to be kept in memory. */
export async function loadDataset({ data, seed }: Pick<Experiment, 'data' | 'seed'>, onImage: (done: number, total: number) => void): Promise<Dataset> {
  const { train, validation } = splitFor({ data, seed }, readIdentities(data.train));
  const files = [...train, ...validation].flatMap((identity) => identity.files);
  const decoded = await decodeAll(files, {
    budget: data.cacheMegabytes * 1024 * 1024,
    checkFrom: train.reduce((sum, identity) => sum + identity.files.length, 0),
    parallel: availableParallelism(),
    onImage: (done) => { onImage(done, files.length); },
  });
  const { broken } = decoded;
  if (data.strict && broken[0]) {
    throw new UsageError(`${broken[0].message}; ${broken.length} broken in all, and data.strict allows none`);
  }
  return arrange(decoded, train, validation);
}

function arrange({ kept: places, images, broken, unchecked }: DecodedImages, train: readonly Identity[], validation: readonly Identity[]): Dataset {
  let place = 0;
  let next = 0;
  // Both lists are in the same order.
  const isKept = (): boolean => {
    const found = places[next] === place++;
    if (found) next++;
    return found;
  };
  const keepUsable = (list: readonly Identity[]): Identity[] => list
    .map(({ name, files }) => ({ name, files: files.filter(isKept) }))
    .filter(({ files }) => files.length > 0);
  const kept = { train: keepUsable(train), validation: keepUsable(validation) };
  const all = [...kept.train, ...kept.validation];
  if (!kept.train.some(({ files }) => files.length > 1)) {
    throw new UsageError(`data.train: expected an identity with at least two usable images, found none among ${kept.train.length}`);
  }
  const labels = new Int32Array(new SharedArrayBuffer(images.files.length * Int32Array.BYTES_PER_ELEMENT));
  let end = 0;
  all.forEach(({ files }, label) => { labels.fill(label, end, end += files.length); });
  return {
    images: { ...images, labels },
    labels,
    identities: all.map(({ name }) => name),
    trainIdentities: kept.train.length,
    trainImages: kept.train.reduce((sum, { files }) => sum + files.length, 0),
    broken,
    unchecked,
    single: kept.train.filter(({ files }) => files.length === 1).map(({ name }) => name),
  };
}
