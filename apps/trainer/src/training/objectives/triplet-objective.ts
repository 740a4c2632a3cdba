import { Random } from '@facenet/architecture';
import { type CollapseState, createCollapseGuard, initialCollapseState, spreadOutStep, tripletLoss, type Triplets, tripletStep } from '@facenet/triplet';
import type { LossOf } from '../../config/loss.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Lesson, Objective } from './objective.ts';

export interface TripletSettings extends Pick<Experiment, 'collapse' | 'seed'> {
  readonly size: number;
}

/** Triplets selected within the batch, watched for collapse. */
export function tripletObjective(
  { margin, selection, reduction, spreadOut }: LossOf<'triplet'>, { collapse, seed, size }: TripletSettings, saved?: CollapseState,
): Objective<CollapseState> {
  const guard = createCollapseGuard(collapse, saved ?? initialCollapseState);
  return {
    parameters: [],
    weights: new Map(),
    teach({ step, embeddings, labels, triplets }) {
      const spread = spreadOut === 0 ? (lesson: Lesson): Lesson => lesson : withSpreadOut(embeddings, labels, size, spreadOut);
      if (triplets) return spread(lessonOf(triplets, embeddings, { size, margin, reduction }));
      const { loss, gradient, statistics } = tripletStep({
        embeddings, labels, size, margin, reduction,
        selection: guard.selection(selection), random: new Random(seed, `selection/${step}`),
      });
      const verdict = guard.observe({ step, loss, margin, statistics });
      return spread({
        loss, gradient, headGradients: new Map(), measured: { ...statistics },
        ...('message' in verdict ? { note: verdict.message } : {}),
      });
    },
    state: () => guard.state(),
  };
}

/** Triplets that were chosen offline. Nothing is selected here, so nothing can collapse by it unseen: the guard waits. */
function lessonOf(triplets: Triplets, embeddings: Float32Array, { size, margin, reduction }: Pick<LossOf<'triplet'>, 'margin' | 'reduction'> & { readonly size: number }): Lesson {
  const { loss, gradient, active } = tripletLoss(embeddings, size, triplets, margin);
  const selected = triplets.anchors.length;
  // It is a mean over all of them; in a list every triplet is a pair of its own.
  const scale = reduction === 'active' && active > 0 ? selected / active : 1;
  return {
    loss: scale * loss, gradient: Float32Array.from(gradient, (value) => scale * value), headGradients: new Map(),
    measured: { offlineLoss: scale * loss, offlineActiveShare: selected === 0 ? null : active / selected },
  };
}

/** Adds the spread-out regulariser to a lesson about the same batch. */
function withSpreadOut(embeddings: Float32Array, labels: Int32Array, size: number, weight: number): (lesson: Lesson) => Lesson {
  return (lesson) => {
    const { loss, gradient, statistics } = spreadOutStep({ embeddings, labels, size });
    return {
      ...lesson,
      loss: lesson.loss + weight * loss,
      gradient: lesson.gradient.map((slope, i) => slope + weight * gradient[i]!),
      measured: { ...lesson.measured, tripletLoss: lesson.loss, ...statistics },
    };
  };
}
