import { buildNetwork, initializeWeights, type ModelSpec, Random, sizeOf } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import type { Experiment } from '../config/schema.ts';
import { checkpointIn, readCheckpoint, trainedWeights } from './checkpoint.ts';
import { parametersMatching } from './parameter-patterns.ts';

/**
 * The weights a run begins with: random ones, or those of `start.from` but for what is reset. A UsageError names what
 * the two networks do not share.
 */
export function startingWeights(spec: ModelSpec, { start, seed, initialization }: Pick<Experiment, 'start' | 'seed' | 'initialization'>): Map<string, Float32Array> {
  if (start === undefined) return initializeWeights(spec, { seed, scheme: initialization });
  // With the seed of the run before, a layer that is reset would be the very one that the others grew up with, and fit it still.
  const weights = initializeWeights(spec, { seed: new Random(seed, 'start.reset').integer(2 ** 31), scheme: initialization });
  const file = checkpointIn(start.from);
  const trained = trainedWeights(readCheckpoint(file));
  const reset = parametersMatching(spec, start.reset, 'start.reset');
  const strange: string[] = [];
  for (const [name, values] of weights) {
    if (reset.has(name) || reset.has(normalizationOf(name))) continue;
    const given = trained.get(name);
    if (given?.length === values.length) values.set(given);
    else strange.push(`'${name}' ${given ? `has ${given.length} numbers there` : 'is not there'}, expected ${shapeOf(spec, name, values)}`);
  }
  if (strange.length === 0) return weights;
  const more = strange.length > 3 ? `; and ${strange.length - 3} more` : '';
  throw new UsageError(`start.from: ${file} does not fit '${spec.name}': ${strange.slice(0, 3).join('; ')}${more}. What should start afresh goes into start.reset, such as [last]`);
}

/** Running statistics start afresh with the scale of their normalisation. */
function normalizationOf(statistic: string): string {
  return statistic.replace(/\/(mean|variance)$/, '/scale');
}

function shapeOf(spec: ModelSpec, name: string, values: Float32Array): string {
  const parameter = buildNetwork(spec, { batch: 1, mode: 'inference' }).parameters.find((each) => each.name === name);
  return parameter ? `[${parameter.shape.join(', ')}] (${sizeOf(parameter.shape)})` : String(values.length);
}
