import { forEachParameter, loadSlots, type Optimizer, slots, type TrainedParameter } from './optimizer.ts';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/**
 * Kingma and Ba (2015), with the bias of both means corrected. Decay is part of the gradient; `decoupled` (AdamW,
 * Loshchilov and Hutter 2019) shrinks the weights by lr · decay instead.
 */
export function createAdam(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
  parameters: readonly TrainedParameter[], decoupled: boolean,
): Optimizer {
  const means = slots(parameters, 'mean');
  const squares = slots(parameters, 'meanSquare');
  const steps = new Map([['steps', new Float32Array(1)]]);
  const all = new Map([...means, ...squares, ...steps]);
  return {
    step(weights, gradients, learningRate) {
      const count = steps.get('steps')!;
      const t = count[0]! + 1;
      count[0] = t;
      const rate = learningRate / (1 - beta1 ** t);
      const correction = 1 / (1 - beta2 ** t);
      forEachParameter(parameters, weights, gradients, weightDecay, (name, weight, gradient, decay) => {
        const mean = means.get(`${name}/mean`)!;
        const square = squares.get(`${name}/meanSquare`)!;
        const kept = decoupled ? 1 - learningRate * decay : 1;
        const added = decoupled ? 0 : decay;
        for (let i = 0; i < weight.length; i++) {
          const g = gradient[i]! + added * weight[i]!;
          const m = beta1 * mean[i]! + (1 - beta1) * g;
          const v = beta2 * square[i]! + (1 - beta2) * g * g;
          mean[i] = m;
          square[i] = v;
          weight[i] = kept * weight[i]! - rate * m / (Math.sqrt(v * correction) + epsilon);
        }
      });
    },
    state: () => new Map(all),
    load: (state) => { loadSlots(all, state); },
  };
}
