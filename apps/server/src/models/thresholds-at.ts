import { type ModelRegistry, ThresholdError } from './model-registry.ts';

/** Of every pair of models the threshold at a rate; undefined where no loaded bundle knows it. A pair is looked up once. */
export function thresholdsAt(models: Pick<ModelRegistry, 'decide'>, far: number, which: 'match' | 'ambiguous'): (modelA: string, modelB: string) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (a, b) => {
    // The same way round for both orders, or a pair would be near in one and far in the other.
    const [query, gallery] = a < b ? [a, b] : [b, a];
    const key = `${query} ${gallery}`;
    if (!known.has(key)) known.set(key, thresholdOf(models, query, gallery, far, which));
    return known.get(key);
  };
}

function thresholdOf(models: Pick<ModelRegistry, 'decide'>, query: string, gallery: string, far: number, which: 'match' | 'ambiguous'): number | undefined {
  try {
    const { threshold, ambiguousBelow } = models.decide({ query, gallery }, 0, far);
    return which === 'match' ? threshold : ambiguousBelow;
  } catch (error) {
    if (error instanceof ThresholdError) return undefined;
    throw error;
  }
}
