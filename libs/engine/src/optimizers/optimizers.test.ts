import { clipGradients, gradientNorm, NonFiniteGradientError } from './clip-gradients.ts';
import { createOptimizer, type OptimizerOptions } from './create-optimizer.ts';
import type { TrainedParameter } from './optimizer.ts';

const weight: TrainedParameter = { name: 'fc/weight', shape: [2, 2], role: 'fullyConnected' };
const first = [0.5, -1.25, 2, 0];
const gradients = [[0.1, -0.2, 0, 1.5], [-0.3, 0.4, 0.05, 0.5], [0.2, 0.2, -0.1, -2]];

function train(options: OptimizerOptions, parameter = weight): Float32Array {
  const optimizer = createOptimizer(options, [parameter]);
  const weights = new Map([[parameter.name, Float32Array.from(first)]]);
  for (const gradient of gradients) optimizer.step(weights, new Map([[parameter.name, Float32Array.from(gradient)]]), 0.1);
  return weights.get(parameter.name)!;
}

// Three steps at rate 0.1 with optax 0.2.8 (jax 0.10.2) in float64: sgd(0.1, momentum=0.9), the same after
// add_decayed_weights(0.05), nesterov=True, adam(0.1), after add_decayed_weights(0.05), adamw(0.1, weight_decay=0.05),
// adagrad(0.1, initial_accumulator_value=0.1, eps=0).
const optax: readonly [string, OptimizerOptions, readonly number[]][] = [
  ['sgd', { kind: 'sgd' }, [0.5099, -1.2918, 2.0005, -0.3015]],
  ['sgd with decay', { kind: 'sgd', weightDecay: 0.05 }, [0.495974688, -1.257066844, 1.94466475, -0.29840375]],
  ['sgd with Nesterov', { kind: 'sgd', nesterov: true }, [0.50891, -1.32762, 2.00545, -0.27135]],
  ['adam', { kind: 'adam' }, [0.447540222, -1.238534436, 1.957014951, -0.178709456]],
  ['adam with decay', { kind: 'adam', weightDecay: 0.05 }, [0.428619258, -1.201711828, 1.727680021, -0.178235373]],
  ['adamw', { kind: 'adamw', weightDecay: 0.05 }, [0.440828064, -1.220692478, 1.927536769, -0.177276424]],
  ['adagrad', { kind: 'adagrad', initialAccumulator: 0.1 }, [0.496106076, -1.303877143, 2.014196864, -0.051008]],
];

test.each(optax)('%s gives the weights that optax gives', (_, options, expected) => {
  const weights = train(options);
  expected.forEach((value, i) => { expect(weights[i]).toBeCloseTo(value, 5); });
});

test('biases, scales and shifts are not decayed', () => {
  for (const role of ['bias', 'scale', 'shift'] as const) {
    const parameter: TrainedParameter = { ...weight, role };
    expect(train({ kind: 'sgd', weightDecay: 0.5 }, parameter)).toEqual(train({ kind: 'sgd' }, parameter));
  }
});

test.each(optax)('%s goes on from a saved state as if it had never stopped', (_, options) => {
  const weights = new Map([[weight.name, Float32Array.from(first)]]);
  const step = (optimizer: ReturnType<typeof createOptimizer>, gradient: readonly number[]) => {
    optimizer.step(weights, new Map([[weight.name, Float32Array.from(gradient)]]), 0.1);
  };
  const before = createOptimizer(options, [weight]);
  step(before, gradients[0]!);
  const saved = new Map([...before.state()].map(([name, values]) => [name, values.slice()]));
  const after = createOptimizer(options, [weight]);
  after.load(saved);
  step(after, gradients[1]!);
  step(after, gradients[2]!);
  expect(weights.get(weight.name)).toEqual(train(options));
});

test('refuses what does not fit, by name', () => {
  const optimizer = createOptimizer({ kind: 'adam' }, [weight]);
  expect(() => { optimizer.step(new Map(), new Map(), 1); }).toThrow("weights: no 'fc/weight'");
  expect(() => { optimizer.load(new Map([['fc/weight/mean', new Float32Array(3)]])); })
    .toThrow("optimiser state 'fc/weight/mean' has 3 numbers; expected 4");
  expect(() => createOptimizer({ kind: 'lion' } as unknown as OptimizerOptions, []))
    .toThrow("optimizer 'lion' is unknown; expected one of: adagrad, sgd, adam, adamw");
});

describe('clipping', () => {
  // |(3, 4), (12)| = 13.
  const arrays = () => new Map([['a', Float32Array.of(3, 4)], ['b', Float32Array.of(12)]]);

  test('shortens all gradients together to the length asked for', () => {
    const gradients = arrays();
    expect(clipGradients(gradients, 6.5)).toBe(13);
    expect(gradients).toEqual(new Map([['a', Float32Array.of(1.5, 2)], ['b', Float32Array.of(6)]]));
  });

  test('leaves shorter gradients as they are', () => {
    const gradients = arrays();
    expect(clipGradients(gradients, 13.1)).toBe(13);
    expect(gradients).toEqual(arrays());
  });

  test('names the parameters whose gradient is not finite', () => {
    const broken = new Map([...arrays(), ['c', Float32Array.of(1, NaN)], ['d', Float32Array.of(Infinity)]]);
    expect(() => gradientNorm(broken)).toThrow(NonFiniteGradientError);
    expect(() => gradientNorm(broken)).toThrow("the gradient of 'c' and 1 more is not finite");
    expect(gradientNorm(new Map([['large', Float32Array.of(3e38, 3e38)]]))).toBeCloseTo(3e38 * Math.SQRT2, -32);
  });
});
