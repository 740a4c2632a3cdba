import type { NearestImages, People } from './bootstrap-pairs.ts';
import type { ResampledFigure } from './bootstrap.ts';
import { EvaluationError } from './errors.ts';

/** Identification at rank 1, person by person. */
export interface FirstHits {
  readonly hits: number;
  readonly probes: number;
  readonly withoutMate: number;
  /**
   * The share in a resample: each probe counts as often as its person was drawn. The gallery stays as it is, all people
   * once: it is whom a probe is searched among, and doubling people in it would make no search harder.
   */
  readonly resampled: ResampledFigure;
}

export function firstHits({ mate, other }: NearestImages, { of, count }: People): FirstHits {
  const hitsOf = new Int32Array(count);
  const probesOf = new Int32Array(count);
  of.forEach((person, image) => {
    if (mate[image] === Infinity) return;
    probesOf[person]!++;
    if (mate[image]! < other[image]!) hitsOf[person]!++;
  });
  const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0);
  const probes = sum(probesOf);
  if (probes === 0) throw new EvaluationError('identification: no image has another one of its person');
  return {
    hits: sum(hitsOf), probes, withoutMate: of.length - probes,
    resampled: (times) => {
      let [hits, drawn] = [0, 0];
      for (let person = 0; person < count; person++) {
        hits += times[person]! * hitsOf[person]!;
        drawn += times[person]! * probesOf[person]!;
      }
      return hits / drawn;
    },
  };
}
