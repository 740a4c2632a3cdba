import { foldAccuracy, pairDistances, type Accuracy, type Embeddings, type PairRows } from '@facenet/evaluation';

/** LFW's accuracy of each cell; across, the first image of a pair is the probe. */
export interface CellAccuracies {
  readonly gallery: Accuracy;
  readonly query: Accuracy;
  readonly cross: Accuracy;
  readonly crossReverse: Accuracy;
  readonly pairs: number;
  /** Pairs left out because an image is missing. */
  readonly skipped: number;
}

export function cellAccuracies(gallery: Embeddings, query: Embeddings, pairs: PairRows): CellAccuracies {
  const accuracy = (probes: Embeddings, mates: Embeddings): Accuracy => foldAccuracy(pairDistances(probes, pairs, mates), pairs);
  return {
    gallery: accuracy(gallery, gallery), query: accuracy(query, query), cross: accuracy(query, gallery), crossReverse: accuracy(gallery, query),
    pairs: pairs.first.length, skipped: pairs.skipped,
  };
}
