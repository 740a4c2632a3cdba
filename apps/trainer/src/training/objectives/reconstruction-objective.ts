import { buildReconstruction, initializeParameter, type ModelSpec } from '@facenet/architecture';
import type { LossOf } from '../../config/loss.ts';
import type { ReconstructionFactory } from '../engine.ts';
import type { Objective } from './objective.ts';

export interface ReconstructionSettings {
  readonly spec: ModelSpec;
  readonly seed: number;
  /** The decoder of a checkpoint. */
  readonly head?: ReadonlyMap<string, Float32Array>;
  readonly createReconstruction: ReconstructionFactory;
}

/** Tells the picture from the embedding: an autoencoder. The decoder is left behind at export. */
export async function reconstructionObjective(
  { decoder }: LossOf<'reconstruction'>, { spec, seed, head, createReconstruction }: ReconstructionSettings,
): Promise<Objective> {
  const { parameters } = buildReconstruction(spec, decoder, 1);
  const weights = new Map(parameters.map((parameter) => (
    [parameter.name, head?.get(parameter.name) ?? initializeParameter(parameter, { seed, scheme: 'he' })]
  )));
  const engine = await createReconstruction(spec, decoder, weights);
  return {
    parameters,
    weights: engine.weights,
    async teach({ embeddings, images }) {
      const { loss, gradient, gradients } = await engine.teach(embeddings, images);
      return { loss, gradient, headGradients: gradients, measured: {} };
    },
    state: () => null,
    dispose: () => engine.dispose(),
  };
}
