import { Random } from '@facenet/architecture';
import { selectTriplets, type Triplets } from '@facenet/triplet';
import type { OfflineSettings } from '../config/loss.ts';

/** Triplets of images that were chosen with the weights of an earlier step. */
export interface TripletFile {
  /** The first step whose batch may come from it. */
  readonly from: number;
  /** Of the batches that are made of them. */
  readonly share: number;
  /** Anchor, positive and negative of each triplet, one after the other: images of the data set. */
  readonly images: readonly number[];
}

export interface OfflineBatch {
  /** [n], images of the data set. */
  readonly indices: Int32Array;
  /** Rows of the batch. */
  readonly triplets: Triplets;
}

export interface OfflineSource {
  /** [images], the identity of every training image. */
  readonly labels: Int32Array;
  readonly seed: number;
  /** How many batches are drawn before they are needed: triplets chosen now can serve after that many steps. */
  readonly ahead: number;
}

/**
 * Offline selection: every so many steps triplets are chosen with the latest weights among a part of the training set,
 * and some of the following batches are made of them. A batch depends on its step and the triplets in force then alone, so
 * that a resumed run repeats it.
 */
export class OfflineSelection {
  readonly #source: OfflineSource;
  #files: readonly TripletFile[];

  constructor(source: OfflineSource, saved: readonly TripletFile[] = []) {
    this.#source = source;
    this.#files = saved;
  }

  /** Those in force or coming; JSON. */
  get state(): readonly TripletFile[] {
    return this.#files;
  }

  /** From the batches on that have not been drawn yet, all are chosen online. */
  end(step: number): void {
    if (this.#files.length > 0) this.#add(step, 0, []);
  }

  /** Chooses anew after `step`; `embed` gives the embeddings [n, size] of images by the latest weights. */
  async refresh(
    step: number, { images, selection, share }: OfflineSettings, margin: number, embed: (images: Int32Array) => Promise<Float32Array>,
  ): Promise<number> {
    const random = new Random(this.#source.seed, `offline/${step}`);
    const subset = this.#subset(images, random);
    const labels = subset.map((image) => this.#source.labels[image]!);
    const { anchors, positives, negatives } = selectTriplets({ embeddings: await embed(subset), labels, margin, selection, random });
    const chosen: number[] = [];
    for (let i = 0; i < anchors.length; i++) chosen.push(subset[anchors[i]!]!, subset[positives[i]!]!, subset[negatives[i]!]!);
    this.#add(step, share, chosen);
    return anchors.length;
  }

  /** The batch of `step`, or undefined where it is to be chosen online. */
  batch(step: number, size: number): OfflineBatch | undefined {
    const file = this.#files.findLast(({ from }) => from <= step);
    if (file === undefined || file.images.length === 0) return undefined;
    const random = new Random(this.#source.seed, `offline-batch/${step}`);
    if (random.next() >= file.share) return undefined;
    return this.#fill(file, size, random);
  }

  #add(step: number, share: number, images: readonly number[]): void {
    const from = step + this.#source.ahead + 1;
    const inForce = this.#files.findLast((file) => file.from <= step + 1);
    const coming = this.#files.filter((file) => file.from > step + 1);
    this.#files = [...(inForce ? [inForce] : []), ...coming, { from, share, images }];
  }

  /** Whole identities, chosen at random, until there are images enough. */
  #subset(wanted: number, random: Random): Int32Array {
    const { labels } = this.#source;
    const identities = random.shuffle([...new Set(labels)]);
    const imagesOf = new Map<number, number[]>(identities.map((label) => [label, []]));
    labels.forEach((label, image) => { imagesOf.get(label)!.push(image); });
    const subset: number[] = [];
    for (const label of identities) {
      if (subset.length >= wanted) break;
      subset.push(...random.shuffle(imagesOf.get(label)!).slice(0, mostOfOne));
    }
    return Int32Array.from(subset);
  }

  /** Triplets in random order, an image once, until no further one fits; the rest of the batch are random images. */
  #fill({ images }: TripletFile, size: number, random: Random): OfflineBatch {
    const order = random.shuffle(Array.from({ length: images.length / 3 }, (_, i) => i));
    const rowOf = new Map<number, number>();
    const rows: number[][] = [[], [], []];
    for (const triplet of order) {
      const three = images.slice(3 * triplet, 3 * triplet + 3);
      if (rowOf.size + three.filter((image) => !rowOf.has(image)).length > size) break;
      three.forEach((image, part) => {
        if (!rowOf.has(image)) rowOf.set(image, rowOf.size);
        rows[part]!.push(rowOf.get(image)!);
      });
    }
    const indices = [...rowOf.keys()];
    while (indices.length < size) indices.push(random.integer(this.#source.labels.length));
    const [anchors, positives, negatives] = rows.map((part) => Int32Array.from(part));
    return { indices: Int32Array.from(indices), triplets: { anchors: anchors!, positives: positives!, negatives: negatives! } };
  }
}

/** Of one identity in a subset, so that a few large ones do not fill it. */
const mostOfOne = 40;
