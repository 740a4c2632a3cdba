import { negativeRow, type Anchor } from './anchor.ts';
import type { TripletSink } from './sink.ts';

/** Triplets as rows of a batch: the i-th is (anchors[i], positives[i], negatives[i]). */
export interface Triplets {
  readonly anchors: Int32Array;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

/** A sink that writes every triplet down. */
export function createTripletList(): { sink: TripletSink; triplets(): Triplets } {
  const anchors: number[] = [];
  const positives: number[] = [];
  const negatives: number[] = [];
  const add = (anchor: Anchor, positive: number, rank: number): void => {
    anchors.push(anchor.row);
    positives.push(anchor.positives[positive]!);
    negatives.push(negativeRow(anchor, rank));
  };
  return {
    sink: {
      add,
      addNearest(anchor, positive, count) {
        for (let rank = 0; rank < count; rank++) add(anchor, positive, rank);
      },
      close() { /* nothing is kept back */ },
    },
    triplets: () => ({
      anchors: Int32Array.from(anchors), positives: Int32Array.from(positives), negatives: Int32Array.from(negatives),
    }),
  };
}
