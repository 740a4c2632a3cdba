import { forEachParameter, loadSlots, type Optimizer, slots, type TrainedParameter } from './optimizer.ts';

export interface SgdOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

/** v ← μ·v + g, w ← w − lr · v, or with Nesterov w ← w − lr · (g + μ·v). */
export function createSgd(
  { momentum = 0.9, nesterov = false, weightDecay = 0 }: SgdOptions, parameters: readonly TrainedParameter[],
): Optimizer {
  const velocities = slots(parameters, 'velocity');
  return {
    step(weights, gradients, learningRate) {
      forEachParameter(parameters, weights, gradients, weightDecay, (name, weight, gradient, decay) => {
        const velocity = velocities.get(`${name}/velocity`)!;
        for (let i = 0; i < weight.length; i++) {
          const g = gradient[i]! + decay * weight[i]!;
          const v = momentum * velocity[i]! + g;
          velocity[i] = v;
          weight[i] = weight[i]! - learningRate * (nesterov ? g + momentum * v : v);
        }
      });
    },
    state: () => new Map(velocities),
    load: (state) => { loadSlots(velocities, state); },
  };
}
