import { Random } from '@facenet/architecture';
import {
  type AllPairs, allPairs, type Embeddings, foldAccuracy, makePairs, mostPairsPerSet, pairDistances, type PairRows, type Person,
  refusalAtFar, resolvePairs, valAtFar, type ValAtFar,
} from '@facenet/evaluation';
import type { Experiment } from '../config/schema.ts';
import type { Dataset } from '../data/dataset.ts';
import type { InputPool } from '../data/input-pool.ts';
import { embedImages } from './embed-images.ts';
import type { Engine } from './engine.ts';

export interface HeldOutResult {
  /** Mean over folds that share no person. */
  readonly accuracy: number;
  readonly accuracyError: number;
  /** The same where one image of each pair is embedded by the reference, both ways; undefined without one. */
  readonly across: Across | undefined;
  /** The threshold that is best over all pairs. */
  readonly threshold: number;
  /** At the smallest false accept rate that the number of pairs can speak about. */
  readonly val: ValAtFar | undefined;
  readonly pairs: AllPairs;
  readonly distances: Float64Array;
  /** What a log line says. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Across {
  readonly accuracy: number;
  readonly accuracyError: number;
}

interface HeldOutOptions {
  readonly pool: InputPool;
  /** Embeds images [n, 3, h, w] with the weights to be measured. */
  readonly infer: Engine['infer'];
  readonly dimension: number;
  /** v1 of the images held out, [images, dimension]. */
  readonly reference: Float32Array | undefined;
}

/** False accept rates from the strictest; the first one that there are pairs enough for is reported. */
const farCandidates = [1e-3, 1e-2, 1e-1];
const largestFar = 0.1;
const folds = 10;
/** Enough for every thread of the engine to have some. */
export const microBatchesAtOnce = 8;

/** The identities kept away from training, and how well the network tells them apart. */
export class HeldOut {
  readonly images: Int32Array;
  readonly labels: Int32Array;
  readonly pairs: PairRows;
  readonly #options: HeldOutOptions;
  readonly #chunk: number;

  /** Undefined where too few people were held out to form two folds of pairs. */
  static of(data: Dataset, experiment: Pick<Experiment, 'data' | 'batch' | 'seed'>, options: HeldOutOptions): HeldOut | undefined {
    const images = Int32Array.from({ length: data.images.files.length - data.trainImages }, (_, i) => data.trainImages + i);
    const labels = images.map((image) => data.labels[image]!);
    const pairs = choosePairs(labels, experiment.data.validation.pairs, experiment.seed);
    return pairs && new HeldOut(images, labels, pairs, microBatchesAtOnce * experiment.batch.microBatch, options);
  }

  private constructor(images: Int32Array, labels: Int32Array, pairs: PairRows, chunk: number, options: HeldOutOptions) {
    this.images = images;
    this.labels = labels;
    this.pairs = pairs;
    this.#chunk = chunk;
    this.#options = options;
  }

  async evaluate(): Promise<HeldOutResult> {
    const { pool, infer, dimension: size, reference } = this.#options;
    const embeddings = { data: await embedImages(this.images, { pool, infer, size, chunk: this.#chunk }), size };
    const distances = pairDistances(embeddings, this.pairs);
    const { accuracy, standardError, threshold } = foldAccuracy(distances, this.pairs);
    const pairs = allPairs(embeddings, this.labels, { largestFar });
    const far = farCandidates.find((candidate) => refusalAtFar(pairs, candidate) === undefined);
    const val = far === undefined ? undefined : valAtFar(pairs, far);
    const across = reference && accuracyAcross(embeddings, { data: reference, size }, this.pairs);
    return {
      accuracy, accuracyError: standardError, across, threshold, val, pairs, distances,
      values: { accuracy, accuracyStandardError: standardError, threshold, ...(val ? { val: val.value, valFar: val.far } : {}),
        ...(across ? { acrossAccuracy: across.accuracy, acrossAccuracyStandardError: across.accuracyError } : {}),
      },
    };
  }
}

/** Each pair counts twice: this network's embedding of the first image and the reference's of the second, and the reverse. */
function accuracyAcross(own: Embeddings, reference: Embeddings, pairs: PairRows): Across {
  const twice = { ...pairs, set: Int32Array.of(...pairs.set, ...pairs.set), same: Uint8Array.of(...pairs.same, ...pairs.same) };
  const distances = [pairDistances(own, pairs, reference), pairDistances(reference, pairs, own)];
  const { accuracy, standardError } = foldAccuracy(Float64Array.of(...distances[0]!, ...distances[1]!), twice);
  return { accuracy, accuracyError: standardError };
}

/** Pairs as LFW's were made, over as many folds as there are people for; images are numbered by their row. */
function choosePairs(labels: Int32Array, wanted: number, seed: number): PairRows | undefined {
  const people = peopleOf(labels).filter(({ numbers }) => numbers.length > 1);
  const sets = Math.min(folds, Math.floor(people.length / 2));
  if (sets < 2) return undefined;
  const perSet = Math.min(Math.floor(wanted / 2 / sets), mostPairsPerSet(people, sets));
  const file = makePairs(people, { sets, perSet, random: new Random(seed, 'validation/pairs') });
  return resolvePairs(file, ({ number }) => number);
}

function peopleOf(labels: Int32Array): Person[] {
  const rows = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const mine = rows.get(label);
    if (mine) mine.push(row);
    else rows.set(label, [row]);
  });
  return [...rows].map(([label, numbers]) => ({ identity: String(label), numbers }));
}
