import { regressionStep } from '@facenet/triplet';
import type { Reference } from '../reference/reference.ts';
import type { Objective } from './objective.ts';

export interface RegressionSettings {
  readonly size: number;
  readonly reference: Reference;
}

/** Draws every embedding to the reference's of the same image. */
export function regressionObjective({ size, reference }: RegressionSettings): Objective<null> {
  return {
    parameters: [],
    weights: new Map(),
    async teach({ embeddings, ...batch }) {
      const { loss, gradient } = regressionStep({ embeddings, reference: await reference.of(batch), size });
      return { loss, gradient, headGradients: new Map(), measured: { referenceDistance: loss } };
    },
    state: () => null,
  };
}
