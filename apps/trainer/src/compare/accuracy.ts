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
  const { size } = gallery;
  const rows = gallery.data.length / size;
  // One matrix of both, [2 × rows, size], so that a pair may have one image from each.
  const both = new Float32Array(2 * gallery.data.length);
  both.set(gallery.data);
  both.set(query.data, gallery.data.length);
  const accuracy = (first: number, second: number): Accuracy => foldAccuracy(
    pairDistances({ data: both, size }, { ...pairs, first: pairs.first.map((row) => row + first), second: pairs.second.map((row) => row + second) }),
    pairs,
  );
  return {
    gallery: accuracy(0, 0), query: accuracy(rows, rows), cross: accuracy(rows, 0), crossReverse: accuracy(0, rows),
    pairs: pairs.first.length, skipped: pairs.skipped,
  };
}
