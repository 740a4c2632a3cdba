import { type AdaGradOptions, createAdaGrad } from './adagrad.ts';
import { type AdamOptions, createAdam } from './adam.ts';
import type { Optimizer, TrainedParameter } from './optimizer.ts';
import { createSgd, type SgdOptions } from './sgd.ts';

export type OptimizerOptions =
  | ({ readonly kind: 'adagrad' } & AdaGradOptions)
  | ({ readonly kind: 'sgd' } & SgdOptions)
  | ({ readonly kind: 'adam' } & AdamOptions)
  | ({ readonly kind: 'adamw' } & AdamOptions);

export const optimizerKinds = ['adagrad', 'sgd', 'adam', 'adamw'] as const satisfies readonly OptimizerOptions['kind'][];

export function createOptimizer(options: OptimizerOptions, parameters: readonly TrainedParameter[]): Optimizer {
  switch (options.kind) {
    case 'adagrad': return createAdaGrad(options, parameters);
    case 'sgd': return createSgd(options, parameters);
    case 'adam': return createAdam(options, parameters, false);
    case 'adamw': return createAdam({ weightDecay: 0.01, ...options }, parameters, true);
    default: {
      const { kind } = options satisfies never as { kind: string };
      throw new Error(`optimizer '${kind}' is unknown; expected one of: ${optimizerKinds.join(', ')}`);
    }
  }
}
