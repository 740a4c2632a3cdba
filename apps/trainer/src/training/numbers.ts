import { clipGradients, NonFiniteGradientError } from '@facenet/engine';
import { CliError } from '../cli/errors.ts';

/** The network diverged: some number is not finite. */
export class DivergedError extends CliError {
  override readonly name = 'DivergedError';
}

type Tensors = ReadonlyMap<string, Float32Array>;

/** Stops the run when an embedding is NaN or infinite, naming the first weight that is, if one is. */
export function checkEmbeddings(step: number, embeddings: Float32Array, weights: Tensors): void {
  if (allFinite(embeddings)) return;
  const culprit = [...weights].find(([, values]) => !allFinite(values))?.[0];
  throw diverged(step, culprit ? `the weight '${culprit}' is not finite` : 'the embeddings are not finite, although every weight is');
}

/** Clips, and stops the run when a gradient is NaN or infinite, naming its parameter. 0 is no limit. */
export function clip(step: number, gradients: Tensors, maxNorm: number): number {
  try {
    return clipGradients(gradients, maxNorm || Infinity);
  } catch (error) {
    if (error instanceof NonFiniteGradientError) throw diverged(step, error.message);
    throw error;
  }
}

function diverged(step: number, what: string): DivergedError {
  return new DivergedError(`step ${step}: ${what}; a lower learningRate.peak, a longer learningRate.warmup or a clipNorm may help. Checkpoints up to here are intact.`);
}

function allFinite(values: Float32Array): boolean {
  // Infinity and NaN survive multiplication by zero, so one sum tells for all.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
