import { CliError } from '../cli/errors.ts';

/** The network diverged: some number is not finite. */
export class DivergedError extends CliError {
  override readonly name = 'DivergedError';
}

type Tensors = ReadonlyMap<string, Float32Array>;

/** Stops the run when an embedding is NaN or infinite, naming the first weight that is, if one is. */
export function checkEmbeddings(step: number, embeddings: Float32Array, weights: Tensors): void {
  if (allFinite(embeddings)) return;
  const culprit = firstBroken(weights);
  throw diverged(step, culprit ? `weight '${culprit}' is not finite` : 'the embeddings are not finite although every weight is');
}

/** Stops the run when the gradient's norm is NaN or infinite, naming the first parameter whose gradient is. */
export function checkGradient(step: number, norm: number, gradients: Tensors): void {
  if (Number.isFinite(norm)) return;
  const culprit = firstBroken(gradients);
  throw diverged(step, culprit ? `the gradient of '${culprit}' is not finite` : 'the norm of the gradient is beyond what a number can hold');
}

function diverged(step: number, what: string): DivergedError {
  return new DivergedError(`step ${step}: ${what}; a lower learningRate.peak, a longer learningRate.warmup or a clipNorm may help. Checkpoints up to here are intact.`);
}

function firstBroken(tensors: Tensors): string | undefined {
  return [...tensors].find(([, values]) => !allFinite(values))?.[0];
}

function allFinite(values: Float32Array): boolean {
  // Infinity and NaN survive multiplication by zero, so one sum tells for all.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
