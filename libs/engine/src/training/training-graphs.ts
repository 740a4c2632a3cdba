import {
  buildNetwork, gradient, type Graph, graphOf, type ModelSpec, type Network, type Parameter, type Shape, type Statistic,
} from '@facenet/architecture';

/** The three graphs of training, all of one static batch, and what their inputs and outputs are called. */
export interface TrainingGraphs {
  /** image → embedding, and the batch's statistics as `${statistic}/mean|variance`. */
  readonly embed: Graph;
  /** image, embeddingGradient → one gradient per trained parameter. */
  readonly backward: Graph;
  /** image, running statistics → embedding. */
  readonly infer: Graph;
  readonly imageShape: Shape;
  readonly embeddingShape: Shape;
  readonly parameters: readonly Parameter[];
  /** Those of them that have gradients. */
  readonly trained: readonly Parameter[];
  readonly statistics: readonly Statistic[];
}

export const inputNames = { image: 'image', embeddingGradient: 'embeddingGradient' } as const;
export const embeddingOutput = 'embedding';

/** The gradient of a parameter as an output; the plain name is the input. */
export function gradientOutput(parameter: string): string {
  return `gradient/${parameter}`;
}

/** `frozen` parameters get no gradient, and nothing that only such a gradient would need is computed. */
export function buildTrainingGraphs(
  spec: ModelSpec, batch: number, frozen: (parameter: string) => boolean = () => false,
): TrainingGraphs {
  const network = buildNetwork(spec, { batch, mode: 'training', frozen });
  const inference = buildNetwork(spec, { batch, mode: 'inference' });
  const { image, embedding, parameters, statistics } = network;
  const trained = parameters.filter(({ name }) => !frozen(name));
  if (trained.length === 0) throw new Error('every parameter is frozen; expected one that trains');
  return {
    embed: graphOf({ [embeddingOutput]: embedding, ...statisticOutputs(statistics) }),
    backward: graphOf(parameterGradients(network, trained)),
    infer: graphOf({ [embeddingOutput]: inference.embedding }),
    imageShape: image.shape,
    embeddingShape: embedding.shape,
    parameters,
    trained,
    statistics,
  };
}

function parameterGradients({ builder, embedding }: Network, parameters: readonly Parameter[]): Graph['outputs'] {
  const seed = builder.input(inputNames.embeddingGradient, embedding.shape);
  const gradients = gradient(builder, embedding, seed, parameters.map(({ node }) => node));
  return Object.fromEntries(parameters.map(({ name }, i) => [gradientOutput(name), gradients[i]!]));
}

function statisticOutputs(statistics: readonly Statistic[]): Graph['outputs'] {
  return Object.fromEntries(statistics.filter(({ ofBatch }) => ofBatch).flatMap(({ name, mean, variance }) => (
    [[`${name}/mean`, mean], [`${name}/variance`, variance]]
  )));
}
