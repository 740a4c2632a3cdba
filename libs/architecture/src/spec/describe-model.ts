import { costTable, type LayerCost, totalCost } from './costs.ts';
import type { InputSize, ModelSpec, Normalization } from './model-spec.ts';

/** A network in numbers, for lists and reports. */
export interface ModelDescription {
  readonly name: string;
  readonly input: InputSize;
  readonly embedding: number;
  readonly normalization: Normalization;
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
  /** Of the weights in an exported float32 model, where batch normalisation is folded into the convolutions. */
  readonly sizeBytes: number;
  readonly layers: readonly LayerCost[];
}

export function describeModel(spec: ModelSpec): ModelDescription {
  const layers = costTable(spec);
  const { parameters, multiplyAdds, exportedParameters } = totalCost(layers);
  const { name, input, embedding, normalization } = spec;
  return {
    name, input, embedding, normalization, parameters, multiplyAdds, sizeBytes: 4 * exportedParameters, layers,
  };
}
