import { initializeParameter } from '@facenet/architecture';
import { classificationStep } from '@facenet/triplet';
import type { LossOf } from '../../config/loss.ts';
import type { Objective } from './objective.ts';

export interface ClassificationSettings {
  readonly classes: number;
  /** Length of an embedding. */
  readonly size: number;
  readonly seed: number;
  /** Class directions of an earlier stage or of a checkpoint. */
  readonly head?: ReadonlyMap<string, Float32Array> | undefined;
}

const weightName = 'class-head/weight';
/** Of the first weights. Only directions count, so the shorter they are, the faster a step turns them: they must turn far. */
const startingDeviation = 0.01;

/** Tells the identities of the training set apart by one direction each. */
export function classificationObjective(
  loss: LossOf<'softmax'> | LossOf<'arcface'>, { classes, size, seed, head }: ClassificationSettings,
): Objective<null> {
  const parameter = { name: weightName, shape: [classes, size], role: 'fullyConnected' } as const;
  const carried = head?.get(weightName);
  // Another embedding size means another head.
  const weight = carried?.length === classes * size
    ? carried.slice()
    : initializeParameter({ ...parameter, fanIn: size, fanOut: classes, gain: size * startingDeviation ** 2 }, { seed, scheme: 'he' });
  const margin = loss.kind === 'arcface' ? loss.margin : 0;
  return {
    parameters: [parameter],
    weights: new Map([[weightName, weight]]),
    teach({ embeddings, labels }) {
      const { headGradient, gradient, statistics, ...step } = classificationStep({
        embeddings, labels, head: weight, size, scale: loss.scale, margin,
      });
      return { loss: step.loss, gradient, headGradients: new Map([[weightName, headGradient]]), measured: { ...statistics } };
    },
    state: () => null,
  };
}
