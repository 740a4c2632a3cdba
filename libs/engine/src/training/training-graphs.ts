import {
  buildNetwork, gradient, type Graph, graphOf, type ModelSpec, type Network, type Parameter, type Shape, type Statistic,
} from '@facenet/architecture';

/** The three graphs of training, all of one static batch, and what their inputs and outputs are called. */
export interface TrainingGraphs {
  /** image → embedding, and the batch statistics as `${statistic}/mean|variance`. */
  readonly embed: Graph;
  /** image, embeddingGradient → one gradient per parameter. */
  readonly backward: Graph;
  /** image, running statistics → embedding. */
  readonly infer: Graph;
  readonly imageShape: Shape;
  readonly embeddingShape: Shape;
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
}

export const inputNames = { image: 'image', embeddingGradient: 'embeddingGradient' } as const;
export const embeddingOutput = 'embedding';

/** The gradient of a parameter as an output; the plain name is the input. */
export function gradientOutput(parameter: string): string {
  return `gradient/${parameter}`;
}

export function buildTrainingGraphs(spec: ModelSpec, batch: number): TrainingGraphs {
  const network = buildNetwork(spec, { batch, mode: 'training' });
  const frozen = buildNetwork(spec, { batch, mode: 'inference' });
  const { image, embedding, parameters, statistics } = network;
  return {
    embed: graphOf({ [embeddingOutput]: embedding, ...statisticOutputs(statistics) }),
    backward: graphOf(parameterGradients(network)),
    infer: graphOf({ [embeddingOutput]: frozen.embedding }),
    imageShape: image.shape,
    embeddingShape: embedding.shape,
    parameters,
    statistics,
  };
}

function parameterGradients({ builder, embedding, parameters }: Network): Graph['outputs'] {
  const seed = builder.input(inputNames.embeddingGradient, embedding.shape);
  const gradients = gradient(builder, embedding, seed, parameters.map(({ node }) => node));
  return Object.fromEntries(parameters.map(({ name }, i) => [gradientOutput(name), gradients[i]!]));
}

function statisticOutputs(statistics: readonly Statistic[]): Graph['outputs'] {
  return Object.fromEntries(statistics.flatMap(({ name, mean, variance }) => (
    [[`${name}/mean`, mean], [`${name}/variance`, variance]]
  )));
}
