import { type Parameter, sizeOf } from '@facenet/architecture';

/** What an optimiser must know of a parameter. */
export type TrainedParameter = Pick<Parameter, 'name' | 'shape' | 'role'>;

export type Arrays = ReadonlyMap<string, Float32Array>;

/** Changes weights in place, parameter by parameter, and remembers what it needs from step to step. */
export interface Optimizer {
  step(weights: Arrays, gradients: Arrays, learningRate: number): void;
  /** Everything that a later run needs to go on exactly here: live arrays, to be copied or written out. */
  state(): Map<string, Float32Array>;
  /** Takes over what `state` gave; every array must be there and fit. */
  load(state: Arrays): void;
}

/** One array per parameter, each under `${parameter}/${what}`. */
export function slots(parameters: readonly TrainedParameter[], what: string, initial = 0): Map<string, Float32Array> {
  return new Map(parameters.map(({ name, shape }) => [`${name}/${what}`, new Float32Array(sizeOf(shape)).fill(initial)]));
}

export function loadSlots(own: Arrays, given: Arrays): void {
  for (const [name, values] of own) values.set(arrayOf(given, name, values.length, 'optimiser state'));
}

/** The array of one parameter, of the size it must have. */
export function arrayOf(arrays: Arrays, name: string, size: number, what: string): Float32Array {
  const values = arrays.get(name);
  if (values === undefined) throw new Error(`${what}: no '${name}'`);
  if (values.length !== size) throw new Error(`${what} '${name}' has ${values.length} numbers; expected ${size}`);
  return values;
}

/** Walks over weights, gradients and decay of every parameter. */
export function forEachParameter(
  parameters: readonly TrainedParameter[], weights: Arrays, gradients: Arrays, weightDecay: number,
  update: (name: string, weight: Float32Array, gradient: Float32Array, decay: number) => void,
): void {
  for (const { name, shape, role } of parameters) {
    const size = sizeOf(shape);
    const weight = arrayOf(weights, name, size, 'weights');
    const gradient = arrayOf(gradients, name, size, 'gradients');
    // Pulling biases and the affine part of a normalisation towards zero only shrinks what they are there for.
    const decayed = role === 'convolution' || role === 'fullyConnected';
    update(name, weight, gradient, decayed ? weightDecay : 0);
  }
}
