import { Random } from '@facenet/architecture';
import { type CollapseState, createCollapseGuard, initialCollapseState, tripletStep } from '@facenet/triplet';
import type { LossOf } from '../../config/loss.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Objective } from './objective.ts';

export interface TripletSettings extends Pick<Experiment, 'collapse' | 'seed'> {
  readonly size: number;
}

/** Triplets selected within the batch, watched for collapse. */
export function tripletObjective(
  { margin, selection, reduction }: LossOf<'triplet'>, { collapse, seed, size }: TripletSettings, saved?: CollapseState,
): Objective<CollapseState> {
  const guard = createCollapseGuard(collapse, saved ?? initialCollapseState);
  return {
    parameters: [],
    weights: new Map(),
    teach({ step, embeddings, labels }) {
      const { loss, gradient, statistics } = tripletStep({
        embeddings, labels, size, margin, reduction,
        selection: guard.selection(selection), random: new Random(seed, `selection/${step}`),
      });
      const verdict = guard.observe({ step, loss, margin, statistics });
      return {
        loss, gradient, headGradients: new Map(), measured: { ...statistics },
        ...('message' in verdict ? { note: verdict.message } : {}),
      };
    },
    state: () => guard.state(),
  };
}
