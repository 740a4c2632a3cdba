import { checkUnitRows } from '../batch.ts';
import { TripletError } from '../errors.ts';
import { groupRows } from '../identities.ts';
import { sharedWorkspace } from '../kernels/create-workspace.ts';
import type { Workspace } from '../kernels/workspace.ts';

export interface SpreadOutStepOptions {
  /** [n, d], rows of unit length. */
  readonly embeddings: ArrayLike<number>;
  /** [n], equal for faces of one identity. */
  readonly labels: ArrayLike<number>;
  /** d: the length of one embedding. */
  readonly size: number;
  /** Whose memory to use; by default one that all callers share. */
  readonly workspace?: Workspace;
}

export interface SpreadOutStep {
  /** M₁² + [M₂ − 1/d]₊. */
  readonly loss: number;
  /** [n, d], ∂loss/∂embedding. */
  readonly gradient: Float32Array;
  readonly statistics: SpreadOutStatistics;
}

export interface SpreadOutStatistics {
  /** M₁: mean inner product of faces of two people; 0 for directions drawn evenly from the sphere. */
  readonly meanProduct: number;
  /** M₂: mean squared inner product of them; 1/d for directions drawn evenly from the sphere. */
  readonly meanSquaredProduct: number;
}

/**
 * Makes faces of different people lie like directions drawn evenly from the sphere, whose inner products have mean 0 and
 * mean square 1/d: the spread-out regulariser (Zhang et al., Learning Spread-out Local Feature Descriptors, ICCV 2017,
 * arXiv 1708.06320). Triplets alone are content with a few directions of the many; with few directions the nearest
 * strangers of a large gallery come as close as the same person.
 * Throws a TripletError when the rows do not fit or are of one identity.
 */
export function spreadOutStep({ embeddings, labels, size, workspace: memory = sharedWorkspace() }: SpreadOutStepOptions): SpreadOutStep {
  const rows = labels.length;
  if (embeddings.length !== rows * size || rows === 0) {
    throw new TripletError(`embeddings: expected rows of ${size} numbers, got ${embeddings.length} for ${rows} labels`);
  }
  checkUnitRows(embeddings, rows, size, 'embeddings');
  // Refuses a single identity, of which nothing could be spread.
  groupRows(labels);
  const workspace = memory.open(embeddings, rows, size);
  workspace.computeDistances();
  const { distances, weights, stride } = workspace;

  // Of unordered pairs; a product is 1 − d/2.
  let [pairs, sum, squares] = [0, 0, 0];
  forPairs((at) => {
    const product = 1 - distances[at]! / 2;
    pairs++;
    sum += product;
    squares += product * product;
  });
  const [first, second] = [sum / pairs, squares / pairs];
  const excess = second - 1 / size;
  // ∂loss/∂d(i, j) is this over the number of pairs.
  forPairs((at, mirrored) => {
    const product = 1 - distances[at]! / 2;
    weights[at] = weights[mirrored] = -first - (excess > 0 ? product : 0);
  });
  return {
    loss: first * first + Math.max(0, excess),
    gradient: workspace.gradient(1 / pairs),
    statistics: { meanProduct: first, meanSquaredProduct: second },
  };

  function forPairs(visit: (at: number, mirrored: number) => void): void {
    for (let i = 1; i < rows; i++) {
      for (let j = 0; j < i; j++) if (labels[i] !== labels[j]) visit(i * stride + j, j * stride + i);
    }
  }
}
