import type { Parameter, ParameterRole } from './spec/network.ts';
import { buildNetwork } from './spec/build-network.ts';
import type { ModelSpec } from './spec/model-spec.ts';
import { sizeOf } from './graph/shapes.ts';
import { Random } from './random.ts';

/** Parameters and running statistics by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Variance of the weights: `he` keeps the mean square of the signal forwards, `xavier` is between both directions. */
export type InitializationScheme = (typeof initializationSchemes)[number];
export const initializationSchemes = ['he', 'xavier'] as const;

export type InitializationDistribution = (typeof initializationDistributions)[number];
export const initializationDistributions = ['normal', 'uniform'] as const;

export interface InitializationOptions {
  readonly seed: number;
  readonly scheme: InitializationScheme;
  /** `normal` by default. */
  readonly distribution?: InitializationDistribution;
}

/**
 * First weights of a network: the same numbers for the same seed on every machine. Each parameter draws from a stream
 * of its own, named after it, so leaving out a layer does not change the others.
 */
export function initializeWeights(spec: ModelSpec, options: InitializationOptions): Map<string, Float32Array> {
  const network = buildNetwork(spec, { batch: 1, mode: 'inference' });
  const weights = new Map<string, Float32Array>();
  for (const parameter of network.parameters) weights.set(parameter.name, initializeParameter(parameter, options));
  for (const { name, channels } of network.statistics) {
    weights.set(`${name}/mean`, new Float32Array(channels));
    weights.set(`${name}/variance`, new Float32Array(channels).fill(1));
  }
  return weights;
}

/** One parameter alone, e.g. to start a last layer afresh. */
export function initializeParameter(
  parameter: Omit<Parameter, 'node'>, { seed, scheme, distribution = 'normal' }: InitializationOptions,
): Float32Array {
  const values = new Float32Array(sizeOf(parameter.shape));
  const start = starts[parameter.role];
  if (start !== 'random') return values.fill(start);
  const deviation = Math.sqrt(variances[scheme](parameter));
  fillers[distribution](values, deviation, new Random(seed, parameter.name));
  return values;
}

const starts: Readonly<Record<ParameterRole, 'random' | number>> = {
  convolution: 'random', fullyConnected: 'random', bias: 0, scale: 1, shift: 0,
};

const variances: Readonly<Record<InitializationScheme, (parameter: Pick<Parameter, 'fanIn' | 'fanOut' | 'gain'>) => number>> = {
  // He et al. (2015), with the gain of what follows instead of a fixed 2.
  he: ({ fanIn, gain }) => gain / fanIn,
  // Glorot and Bengio (2010).
  xavier: ({ fanIn, fanOut }) => 2 / (fanIn + fanOut),
};

const fillers: Readonly<
  Record<InitializationDistribution, (values: Float32Array, deviation: number, random: Random) => void>
> = {
  normal: (values, deviation, random) => {
    for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
  },
  uniform: (values, deviation, random) => {
    // The uniform distribution on ±√3 has variance 1.
    const limit = Math.sqrt(3) * deviation;
    for (let i = 0; i < values.length; i++) values[i] = limit * (2 * random.next() - 1);
  },
};
