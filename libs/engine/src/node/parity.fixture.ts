// What the comparisons with the reference start from and measure by.
import { buildNetwork, initializeWeights, type ModelSpec, Random, sizeOf } from '@facenet/architecture';

/** Biases, shifts and running statistics away from 0 and 1, so that a term left out shows. */
export function startingWeights(spec: ModelSpec, seed = 7): Map<string, Float32Array> {
  const weights = initializeWeights(spec, { seed, scheme: 'he' });
  const random = new Random(seed + 1);
  const { parameters, statistics } = buildNetwork(spec, { batch: 1, mode: 'inference' });
  for (const { name, role } of parameters) {
    if (role === 'convolution' || role === 'fullyConnected') continue;
    const values = weights.get(name)!;
    for (let i = 0; i < values.length; i++) values[i]! += 0.1 * random.normal();
  }
  for (const { name } of statistics) {
    const [mean, variance] = [weights.get(`${name}/mean`)!, weights.get(`${name}/variance`)!];
    for (let i = 0; i < mean.length; i++) {
      mean[i] = 0.1 * random.normal();
      variance[i] = 0.5 + random.next();
    }
  }
  return weights;
}

export function randomBatch(spec: ModelSpec, n: number, seed = 9): { images: Float32Array; seed: Float32Array } {
  const random = new Random(seed);
  const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
  return { images: draw(n * sizeOf(spec.input)), seed: draw(n * spec.embedding) };
}

export function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers; expected ${b.length}`);
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= max)) max = difference;
  }
  return max;
}
