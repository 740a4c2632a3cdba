import { sizeOf, type Weights } from '@facenet/architecture';
import type { InferenceSession } from 'onnxruntime-node';
import { gradientOutput, type TrainingGraphs } from '../training/training-graphs.ts';
import type { LaneSetup } from './lane.ts';
import { SharedArrays } from './shared-arrays.ts';

/** What a lane is started with, and where its sums of gradients will be. */
export function laneSetup(
  graphs: TrainingGraphs, weights: SharedArrays, sessionOptions: InferenceSession.SessionOptions,
): { readonly setup: LaneSetup; readonly gradients: SharedArrays } {
  const shapes = weightShapes(graphs);
  const gradients = new SharedArrays(new Map(graphs.trained.map(({ name, shape }) => [name, sizeOf(shape)])));
  const setup = {
    weights: weights.memory,
    weightPlaces: weights.places.map((place) => ({ ...place, shape: shapes.get(place.name)! })),
    gradients: gradients.memory,
    gradientPlaces: gradients.places.map((place) => ({ ...place, output: gradientOutput(place.name) })),
    sessionOptions,
  };
  return { setup, gradients };
}

/** The weights where all lanes see them, checked against what the network needs. */
export function sharedWeights(graphs: TrainingGraphs, given: Weights): SharedArrays {
  const shapes = weightShapes(graphs);
  const shared = new SharedArrays(new Map([...shapes].map(([name, shape]) => [name, sizeOf(shape)])));
  for (const [name, values] of shared.arrays) {
    const source = given.get(name);
    if (source === undefined) throw new Error(`weights: no '${name}', which the network needs`);
    if (source.length !== values.length) {
      throw new Error(`weights '${name}' has ${source.length} numbers; expected ${values.length} = [${shapes.get(name)!.join(', ')}]`);
    }
    values.set(source);
  }
  return shared;
}

/** Parameters and running statistics. */
function weightShapes({ parameters, statistics }: TrainingGraphs): Map<string, readonly number[]> {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  for (const { name, channels } of statistics) {
    for (const part of ['mean', 'variance']) shapes.set(`${name}/${part}`, [1, channels, 1, 1]);
  }
  return shapes;
}
