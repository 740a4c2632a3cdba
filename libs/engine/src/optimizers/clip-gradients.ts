import type { Arrays } from './optimizer.ts';

/** A gradient that is no number any more; `parameters` names where. */
export class NonFiniteGradientError extends Error {
  override name = 'NonFiniteGradientError';
  readonly parameters: readonly string[];

  constructor(parameters: readonly string[]) {
    const others = parameters.length > 1 ? ` and ${parameters.length - 1} more` : '';
    super(`the gradient of '${parameters[0]}'${others} is not finite`);
    this.parameters = parameters;
  }
}

/** Euclidean length of all gradients together; NonFiniteGradientError names the parameters with NaN or infinity. */
export function gradientNorm(gradients: Arrays): number {
  let total = 0;
  const broken: string[] = [];
  for (const [name, values] of gradients) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
    // Squares of 32-bit numbers cannot overflow 64 bits, so this is NaN or infinite exactly when a value is.
    if (!Number.isFinite(sum)) broken.push(name);
    total += sum;
  }
  if (broken.length > 0) throw new NonFiniteGradientError(broken);
  return Math.sqrt(total);
}

/** Scales all gradients in place so that together they are no longer than `maxNorm`; returns the length before. */
export function clipGradients(gradients: Arrays, maxNorm: number): number {
  if (!(maxNorm > 0)) throw new Error(`gradients clipped to ${maxNorm}; expected a positive length`);
  const norm = gradientNorm(gradients);
  if (norm <= maxNorm) return norm;
  const factor = maxNorm / norm;
  for (const values of gradients.values()) for (let i = 0; i < values.length; i++) values[i]! *= factor;
  return norm;
}
