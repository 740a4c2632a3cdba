import { noTriplets, type LossSums } from '../loss/loss-sink.ts';
import { combinations, type Combination, type Mix, type Source } from './mix.ts';

/** In the order of their rows in the union: 0 … n − 1 are v2, n … 2n − 1 are v1 of the same images. */
export const sources = ['v2', 'v1'] as const satisfies readonly Source[];

/** The triplets whose anchors are of one source and whose positives are of one: to a selection rule, one batch. */
export interface View {
  readonly anchor: Source;
  readonly positive: Source;
  /** By the source of the negatives, in the order of `sources`. */
  readonly parts: readonly ViewPart[];
}

export interface ViewPart {
  readonly combination: Combination;
  readonly negative: Source;
  /** Relative to the heaviest combination: where all count alike, pair weights stay whole numbers. */
  readonly weight: number;
  readonly sums: LossSums;
}

/** The views of a mix that have triplets at all, with empty sums. */
export function viewsOf(mix: Mix): View[] {
  const heaviest = Math.max(...Object.values(mix));
  return sources.flatMap((anchor) => sources.flatMap((positive): View[] => {
    const parts = sources.flatMap((negative): ViewPart[] => {
      const combination = combinations.find((name) => name === `${anchor}-${positive}-${negative}`);
      if (combination === undefined || mix[combination] === 0) return [];
      return [{ combination, negative, weight: mix[combination] / heaviest, sums: noTriplets() }];
    });
    return parts.length === 0 ? [] : [{ anchor, positive, parts }];
  }));
}
