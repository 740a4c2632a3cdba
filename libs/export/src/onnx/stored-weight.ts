import { scaleNameOf, type StoredWeight } from '../precision/stored-weight.ts';
import type { OnnxBuilder, Value } from './builder.ts';
import { dataTypeOf } from './tensor.ts';

/**
 * A weight stored in fewer bits, under its own name, and the nodes that make float32 of it. They read nothing else, so a
 * runtime computes them once, when it loads the model.
 */
export function emitStoredWeight(model: OnnxBuilder, name: string, { tensor, scale }: StoredWeight): Value {
  const numbers = model.node('Cast', [model.initializer(name, tensor)], { to: { int: dataTypeOf('float32') } }, `${name}/Cast`);
  if (scale === undefined) return numbers;
  return model.node('Mul', [numbers, model.initializer(scaleNameOf(name), scale)], {}, `${name}/Mul`);
}
