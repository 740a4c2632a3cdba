import type { ModelSpec } from '@facenet/architecture';
import type { CollapseState } from '@facenet/triplet';
import type { LossKind, LossOf, LossSettings } from '../../config/loss.ts';
import type { Experiment } from '../../config/schema.ts';
import type { ReconstructionFactory } from '../engine.ts';
import type { Reference } from '../reference/reference.ts';
import { classificationObjective } from './classification-objective.ts';
import { harmonicObjective } from './harmonic-objective.ts';
import type { Objective } from './objective.ts';
import { reconstructionObjective } from './reconstruction-objective.ts';
import { regressionObjective } from './regression-objective.ts';
import { tripletObjective } from './triplet-objective.ts';

/** What an objective may need to know of its run. */
export interface ObjectiveContext extends Pick<Experiment, 'collapse' | 'seed'> {
  /** Length of an embedding. */
  readonly size: number;
  /** Identities to train on. */
  readonly identities: number;
  /** What an objective of this stage remembered, and its weights or those of the stage before. */
  readonly state?: unknown;
  /** v1; needed by the losses that are about it. */
  readonly reference: Reference | undefined;
  readonly head?: ReadonlyMap<string, Float32Array>;
  readonly spec: ModelSpec;
  readonly createReconstruction: ReconstructionFactory;
}

const objectives: { readonly [K in LossKind]: (loss: LossOf<K>, context: ObjectiveContext) => Objective | Promise<Objective> } = {
  triplet: (loss, context) => tripletObjective(loss, context, context.state as CollapseState | undefined),
  softmax: (loss, context) => classificationObjective(loss, { ...context, classes: context.identities }),
  arcface: (loss, context) => classificationObjective(loss, { ...context, classes: context.identities }),
  harmonic: (loss, context) => harmonicObjective(loss, { ...context, reference: referenceOf(context) }, context.state as CollapseState | undefined),
  reconstruction: (loss, context) => reconstructionObjective(loss, context),
  regression: (_, context) => regressionObjective({ ...context, reference: referenceOf(context) }),
};

/** Whether any stage learns from a reference. */
export function needsReference(losses: readonly LossSettings[]): boolean {
  return losses.some(({ kind }) => kind === 'harmonic' || kind === 'regression');
}

function referenceOf({ reference }: ObjectiveContext): Reference {
  if (reference === undefined) throw new Error('internal: no reference was loaded');
  return reference;
}

export async function createObjective<K extends LossKind>(loss: LossOf<K>, context: ObjectiveContext): Promise<Objective> {
  // The table is keyed by the kind, which TypeScript cannot follow through a union.
  return await (objectives[loss.kind] as (loss: LossOf<K>, context: ObjectiveContext) => Objective | Promise<Objective>)(loss, context);
}
