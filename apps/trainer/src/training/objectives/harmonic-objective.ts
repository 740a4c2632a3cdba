import { Random } from '@facenet/architecture';
import { type CollapseState, createCollapseGuard, harmonicStep, initialCollapseState } from '@facenet/triplet';
import type { LossOf } from '../../config/loss.ts';
import type { Objective } from './objective.ts';
import { rowsOf } from './regression-objective.ts';
import type { TripletSettings } from './triplet-objective.ts';

export interface HarmonicSettings extends TripletSettings {
  /** [images, size], v1 of every training image. */
  readonly reference: Float32Array;
}

/** Triplets whose anchors, positives and negatives come from this network and from a frozen one. */
export function harmonicObjective(
  { margin, selection, reduction, mix, sameImage, regression }: LossOf<'harmonic'>,
  { collapse, seed, size, reference }: HarmonicSettings, saved?: CollapseState,
): Objective<CollapseState> {
  const guard = createCollapseGuard(collapse, saved ?? initialCollapseState);
  return {
    parameters: [],
    weights: new Map(),
    teach({ step, embeddings, labels, indices }) {
      const { loss, tripletLoss, gradient, statistics } = harmonicStep({
        embeddings, reference: rowsOf(reference, indices, size), labels, size, margin, reduction, mix, sameImage, regression,
        selection: guard.selection(selection), random: new Random(seed, `selection/${step}`),
      });
      const verdict = guard.observe({ step, loss: tripletLoss, margin, statistics });
      const { combinations, ...measured } = statistics;
      const shares = Object.entries(combinations).map(([name, { activeShare }]) => [`active ${name}`, activeShare] as const);
      return {
        loss, gradient, headGradients: new Map(), measured: { ...measured, ...Object.fromEntries(shares) },
        ...('message' in verdict ? { note: verdict.message } : {}),
      };
    },
    state: () => guard.state(),
  };
}
