import { forEachParameter, loadSlots, type Optimizer, slots, type TrainedParameter } from './optimizer.ts';

export interface AdaGradOptions {
  /** First value of the sums of squares. */
  readonly initialAccumulator?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** Duchi et al. (2011): s ← s + g², w ← w − lr · g / (√s + ε). */
export function createAdaGrad(
  { initialAccumulator = 0, epsilon = 1e-10, weightDecay = 0 }: AdaGradOptions, parameters: readonly TrainedParameter[],
): Optimizer {
  const sums = slots(parameters, 'sumOfSquares', initialAccumulator);
  return {
    step(weights, gradients, learningRate) {
      forEachParameter(parameters, weights, gradients, weightDecay, (name, weight, gradient, decay) => {
        const sum = sums.get(`${name}/sumOfSquares`)!;
        for (let i = 0; i < weight.length; i++) {
          const g = gradient[i]! + decay * weight[i]!;
          const s = sum[i]! + g * g;
          sum[i] = s;
          weight[i] = weight[i]! - learningRate * g / (Math.sqrt(s) + epsilon);
        }
      });
    },
    state: () => new Map(sums),
    load: (state) => { loadSlots(sums, state); },
  };
}
