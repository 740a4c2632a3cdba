import { EvaluationError } from './errors.ts';
import { percentileInterval, type Interval } from './interval.ts';

// Pairs of images are not independent: one person's pairs rise and fall together. People are, so people are drawn.
// Each resample draws as many people as there are, with replacement; a figure's spread over the resamples is its spread
// over other people of the same kind (Efron 1979; for pairs, Bolle, Ratha & Pankanti 2004).

export interface BootstrapOptions {
  readonly resamples?: number;
  readonly seed?: number;
}

/** A figure of a resample in which person p was drawn `times[p]` times; NaN where it has none. */
export type ResampledFigure = (times: Uint16Array) => number;

export const usualResamples = 1000;

/** The figure of each resample. The same people, resamples and seed draw the same resamples, so figures can be paired. */
export function resample(people: number, figure: ResampledFigure, { resamples = usualResamples, seed = 1 }: BootstrapOptions = {}): Float64Array {
  if (people < 2) throw new EvaluationError(`bootstrap over identities: expected at least 2 people, got ${people}`);
  if (!Number.isInteger(resamples) || resamples < 1) throw new EvaluationError(`bootstrap: expected a whole number of resamples, got ${resamples}`);
  const random = generator(seed);
  const times = new Uint16Array(people);
  return Float64Array.from({ length: resamples }, () => {
    times.fill(0);
    for (let i = 0; i < people; i++) times[Math.floor(random() * people)]!++;
    return figure(times);
  });
}

/** The middle 95 % of resampled figures; resamples that have none are left out, and the method says how many had one. */
export function bootstrapInterval(figures: Float64Array): Interval {
  const found = [...figures].filter((figure) => !Number.isNaN(figure));
  if (found.length === 0) throw new EvaluationError(`bootstrap: none of ${figures.length} resamples of the people gives this figure`);
  return percentileInterval(found, `bootstrap over identities, ${found.length} resamples`);
}

/** Uniform numbers in [0, 1): sfc32 (Chris Doty-Humphrey's PractRand), which passes its tests far beyond what is drawn here. */
function generator(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // A small seed takes some rounds to reach every bit.
  for (let i = 0; i < 16; i++) next();
  return next;
}
