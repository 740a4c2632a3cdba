import { checkBatch } from './batch.ts';
import { TripletError } from './errors.ts';
import { groupIdentities } from './identities.ts';
import { sharedWorkspace } from './kernels/create-workspace.ts';
import type { Workspace } from './kernels/workspace.ts';
import { createLossSink, noTriplets } from './loss/loss-sink.ts';
import { divisor, type Reduction } from './loss/reduction.ts';
import type { RandomSource } from './random.ts';
import { selectionDefaults, type Selection } from './selection/selection.ts';
import { walkAnchors } from './selection/walk.ts';
import { summarize, type TripletStatistics } from './statistics.ts';

export interface TripletStepOptions {
  /** [n, d], rows of unit length. */
  readonly embeddings: ArrayLike<number>;
  /** [n], equal for faces of one identity. */
  readonly labels: ArrayLike<number>;
  /** d: the length of one embedding. */
  readonly size: number;
  /** α, a squared distance. */
  readonly margin: number;
  readonly selection?: Selection;
  readonly reduction?: Reduction;
  readonly random: RandomSource;
  /** Whose memory to use; by default one that all callers share. */
  readonly workspace?: Workspace;
}

export interface TripletStep {
  readonly loss: number;
  /** [n, d], ∂loss/∂embedding. */
  readonly gradient: Float32Array;
  readonly statistics: TripletStatistics;
}

/**
 * What a batch of embeddings teaches: selects triplets, and returns their loss and its gradient.
 * @example const { loss, gradient } = tripletStep({ embeddings, labels, size: 128, margin: 0.2, random });
 */
export function tripletStep(options: TripletStepOptions): TripletStep {
  const { embeddings, labels, size, margin, selection = selectionDefaults['semi-hard'], reduction = 'selected', random } = options;
  const { size: rows, dimension, meanNorm } = checkBatch(options);
  if (dimension !== size) {
    throw new TripletError(`embeddings: expected rows of ${size} numbers, got ${embeddings.length} for ${rows} labels`);
  }
  const identities = groupIdentities(labels);
  const workspace = (options.workspace ?? sharedWorkspace()).open(embeddings, rows, dimension);
  workspace.computeDistances();
  const sums = noTriplets();
  const sink = createLossSink(workspace, margin, [{ weight: 1, sums }], () => 0);
  const counts = walkAnchors(workspace, identities, { margin, selection, random }, sink);
  const scale = 1 / Math.max(1, divisor(reduction, { ...sums, pairs: counts.pairs }));
  return {
    loss: sums.loss * scale,
    gradient: workspace.gradient(scale),
    statistics: summarize(counts, sums, embeddings, rows, meanNorm),
  };
}
