import { pairDistances, type Embeddings, type PairRows } from '@facenet/evaluation';
import type { PictureSource } from '../../data/encoded.ts';
import type { ImageSet } from '../image-set.ts';

/** Pairs and how far apart they are. */
export interface JudgedPairs {
  readonly pairs: PairRows;
  /** Of each pair. */
  readonly distances: Float64Array;
  /** The person of each row that pairs name; undefined where nobody says. */
  readonly people: Int32Array | undefined;
}

/** What a model is measured on. */
export interface TestSet {
  /** Named in every output: the same images under another protocol give other figures. */
  readonly protocol: string;
  readonly images: ImageSet<PictureSource>;
  /** Whether `labels` say who is who, so that all pairs can be formed; pictures of a list may not. */
  readonly peopleKnown: boolean;
  /** Where the pairs come from; undefined without any. */
  readonly pairsFrom?: string;
  /** Whether the figures asked for are those of the pairs, rather than those of all pairs of images. */
  readonly listed: boolean;
  /** Pairs of the images that are left once broken ones are gone, which may be fewer. */
  readonly judge?: (kept: ImageSet<PictureSource>, embeddings: Embeddings) => JudgedPairs | undefined;
}

/** Pairs of images, judged by the distance of their embeddings. */
export function judgeImages(resolve: (kept: ImageSet<PictureSource>) => PairRows | undefined, peopleKnown: boolean): NonNullable<TestSet['judge']> {
  return (kept, embeddings) => {
    const pairs = resolve(kept);
    return pairs && { pairs, distances: pairDistances(embeddings, pairs), people: peopleKnown ? kept.labels : undefined };
  };
}
