import { Random } from '@facenet/architecture';
import { type CollapseState, createCollapseGuard, harmonicStep, initialCollapseState } from '@facenet/triplet';
import type { LossOf } from '../../config/loss.ts';
import type { Reference } from '../reference/reference.ts';
import type { Objective } from './objective.ts';
import type { TripletSettings } from './triplet-objective.ts';

export interface HarmonicSettings extends TripletSettings {
  readonly reference: Reference;
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
    async teach({ embeddings, labels, step, ...batch }) {
      const { loss, tripletLoss, gradient, statistics } = harmonicStep({
        embeddings, reference: await reference.of(batch), labels, size, margin, reduction, mix, sameImage, regression,
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
