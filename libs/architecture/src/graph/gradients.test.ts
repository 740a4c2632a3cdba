import { Random } from '../random.ts';
import { interpret } from '../reference/interpret.ts';
import { checkGradients } from '../testing/index.ts';
import { GraphBuilder } from './builder.ts';
import { gradient } from './gradient.ts';
import { gradients } from './gradients.ts';
import { graphOf, type Node } from './node.ts';
import type { OpKind, OpTable, Pair, Shape } from './ops.ts';
import { samePads, sizeOf } from './shapes.ts';

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly build: (g: GraphBuilder, ...inputs: Node[]) => Node;
  /** Values in [low, high] instead of normal ones. */
  readonly range?: Pair;
}

const none = [0, 0, 0, 0] as const;

/** SAME windows over odd and even sizes at strides 1 and 2: pads alike on both sides, and one more at the end. */
const windows = [
  { size: [5, 7], kernel: [3, 3], stride: [1, 1] },
  { size: [6, 5], kernel: [3, 3], stride: [2, 2] },
  { size: [7, 8], kernel: [3, 3], stride: [2, 2] },
  { size: [5, 6], kernel: [2, 2], stride: [1, 1] },
  { size: [8, 9], kernel: [7, 7], stride: [2, 2] },
  { size: [6, 7], kernel: [5, 5], stride: [1, 1] },
  { size: [5, 6], kernel: [1, 1], stride: [2, 2] },
  { size: [6, 5], kernel: [3, 2], stride: [2, 1] },
] as const satisfies readonly { size: Pair; kernel: Pair; stride: Pair }[];

function windowCases(make: (size: Pair, kernel: Pair, stride: Pair) => Omit<Case, 'name'>): Case[] {
  return windows.map(({ size, kernel, stride }) => ({
    name: `${kernel.join('×')} stride ${stride.join('×')} on ${size.join('×')}`, ...make(size, kernel, stride),
  }));
}

const pool = (size: Pair, kernel: Pair, stride: Pair) => ({ kernel, stride, pads: samePads(size, kernel, stride) });
const outputOf = (size: Pair, stride: Pair): Pair => [Math.ceil(size[0] / stride[0]), Math.ceil(size[1] / stride[1])];

const broadcasts: readonly (readonly [Shape, Shape])[] = [
  [[2, 3, 2, 2], [2, 3, 2, 2]], [[2, 3, 2, 2], [1, 3, 1, 1]], [[1, 3], [4, 3]], [[], [2, 3]], [[3], [2, 3]],
  [[2, 1], [1, 3]], [[2, 1, 4], [3, 1]],
];

type Binary = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum';
function binary(kind: Binary, range?: Pair): Case[] {
  return broadcasts.map((shapes) => ({
    name: shapes.map((shape) => `[${shape.join(', ')}]`).join(' and '), shapes,
    build: (g, a, b) => g[kind](a, b), ...(range && { range }),
  }));
}

function unary(name: string, build: Case['build'], range?: Pair): Case {
  return { name, shapes: [[3, 5]], build, ...(range && { range }) };
}

const perChannel = (x: Shape): Shape => x.map((size, axis) => (axis === 1 ? size : 1));
const channelShapes: readonly Shape[] = [[3, 2, 4, 5], [1, 3, 3, 2], [5, 4]];

/** At least one case for each op; each differentiates with respect to all of its inputs. */
const cases: OpTable<{ [K in OpKind]: readonly Case[] }> = {
  input: [unary('itself', (_, x) => x)],
  parameter: [unary('beside an input', (g, x) => g.multiply(x, g.parameter('p', [3, 5])))],
  constant: [unary('beside an input', (g, x) => g.multiply(x, g.constant(3)))],

  conv: [
    ...windowCases((size, kernel, stride) => ({
      shapes: [[2, 3, ...size], [4, 3, ...kernel]],
      build: (g, x, w) => g.conv(x, w, { stride, pads: samePads(size, kernel, stride) }),
    })),
    { name: 'no pads, last rows unused', shapes: [[1, 2, 6, 8], [3, 2, 3, 3]], build: (g, x, w) => g.conv(x, w, { stride: [2, 3], pads: none }) },
    // More output pixels than one block of the reference holds.
    { name: 'a large map', shapes: [[2, 1, 9, 10], [2, 1, 3, 3]], build: (g, x, w) => g.conv(x, w, { stride: [1, 1], pads: [1, 1, 1, 1] }) },
  ],
  convInputGradient: windowCases((size, kernel, stride) => ({
    shapes: [[2, 4, ...outputOf(size, stride)], [4, 3, ...kernel]],
    build: (g, dy, w) => g.convInputGradient(dy, w, { stride, pads: samePads(size, kernel, stride), inputShape: [2, 3, ...size] }),
  })),
  convWeightGradient: windowCases((size, kernel, stride) => ({
    shapes: [[2, 3, ...size], [2, 4, ...outputOf(size, stride)]],
    build: (g, x, dy) => g.convWeightGradient(x, dy, { stride, pads: samePads(size, kernel, stride), weightShape: [4, 3, ...kernel] }),
  })),
  matMul: [[false, false], [false, true], [true, false], [true, true]].map(([transposeA, transposeB]) => ({
    name: `transposeA ${transposeA}, transposeB ${transposeB}`,
    shapes: [transposeA ? [5, 3] : [3, 5], transposeB ? [6, 5] : [5, 6]],
    build: (g, a, b) => g.matMul(a, b, { transposeA: transposeA!, transposeB: transposeB! }),
  })),

  relu: [unary('both signs', (g, x) => g.relu(x))],
  step: [unary('both signs', (g, x) => g.step(x)), unary('times x', (g, x) => g.multiply(x, g.step(x)))],
  sqrt: [unary('positive', (g, x) => g.sqrt(x), [0.1, 4])],
  power: [
    unary('-0.75', (g, x) => g.power(x, -0.75), [0.5, 3]),
    unary('0.5', (g, x) => g.power(x, 0.5), [0.5, 3]),
    unary('0', (g, x) => g.power(x, 0)),
    unary('1', (g, x) => g.power(x, 1)),
    unary('2, both signs', (g, x) => g.power(x, 2)),
    unary('3, both signs', (g, x) => g.power(x, 3)),
  ],

  add: binary('add'),
  subtract: binary('subtract'),
  multiply: [...binary('multiply'), unary('square', (g, x) => g.multiply(x, x))],
  divide: [...binary('divide', [0.5, 2]), unary('by itself plus one', (g, x) => g.divide(x, g.add(x, g.constant(1))), [0.5, 2])],
  maximum: binary('maximum'),

  maxPool: windowCases((size, kernel, stride) => ({
    shapes: [[2, 3, ...size]], build: (g, x) => g.maxPool(x, pool(size, kernel, stride)),
  })),
  maxPoolGradient: [], // refused
  averagePool: windowCases((size, kernel, stride) => ({
    shapes: [[2, 3, ...size]], build: (g, x) => g.averagePool(x, pool(size, kernel, stride)),
  })),
  averagePoolGradient: windowCases((size, kernel, stride) => ({
    shapes: [[2, 3, ...outputOf(size, stride)]],
    build: (g, dy) => g.averagePoolGradient(dy, { ...pool(size, kernel, stride), inputShape: [2, 3, ...size] }),
  })),
  channelWindowSum: [[1, 4], [3, 4], [5, 7], [5, 2]].map(([size, channels]) => ({
    name: `${size} of ${channels}`, shapes: [[2, channels!, 2, 3]], build: (g, x) => g.channelWindowSum(x, size!),
  })),

  batchMean: channelShapes.map((shape) => ({ name: shape.join('×'), shapes: [shape], build: (g, x) => g.batchMean(x) })),
  batchVariance: channelShapes.flatMap((shape) => [
    { name: `${shape.join('×')}, its own mean`, shapes: [shape], build: (g, x) => g.batchVariance(x, g.batchMean(x)) },
    { name: `${shape.join('×')}, any mean`, shapes: [shape, perChannel(shape)], build: (g, x, mean) => g.batchVariance(x, mean) },
  ]),
  batchNormalize: channelShapes.flatMap((shape) => [
    {
      name: `training ${shape.join('×')}`, shapes: [shape, perChannel(shape), perChannel(shape)],
      build: (g, x, scale, shift) => {
        const mean = g.batchMean(x);
        return g.batchNormalize(x, scale, shift, mean, g.batchVariance(x, mean), { epsilon: 1e-3, training: true });
      },
    },
    {
      name: `inference ${shape.join('×')}`, shapes: [shape, ...Array.from({ length: 4 }, () => perChannel(shape))],
      build: (g, x, scale, shift, mean, variance) =>
        g.batchNormalize(x, scale, shift, mean, variance, { epsilon: 1e-3, training: false }),
      range: [0.5, 2],
    },
  ]),

  reduceSum: [[], [0], [1, 3], [0, 1, 2, 3]].map((axes) => ({
    name: `axes ${axes.join()}`, shapes: [[2, 3, 2, 4]], build: (g, x) => g.reduceSum(x, axes),
  })),
  broadcast: [
    { name: 'a scalar', shapes: [[]], build: (g, x) => g.broadcast(x, [2, 3]) },
    { name: 'inner axes', shapes: [[2, 1, 3, 1]], build: (g, x) => g.broadcast(x, [2, 4, 3, 2]) },
    { name: 'new axes', shapes: [[3, 1]], build: (g, x) => g.broadcast(x, [2, 3, 4]) },
  ],
  reshape: [{ name: 'to two axes', shapes: [[2, 3, 2, 2]], build: (g, x) => g.reshape(x, [2, 12]) }],
  transpose: [[0, 1, 2, 3], [1, 0, 2, 3], [3, 0, 1, 2], [2, 3, 1, 0]].map((permutation) => ({
    name: permutation.join(), shapes: [[2, 3, 4, 5]], build: (g, x) => g.transpose(x, permutation),
  })),
  concat: [
    { name: 'channels', shapes: [[2, 3, 2, 2], [2, 1, 2, 2], [2, 2, 2, 2]], build: (g, ...parts) => g.concat(parts, 1) },
    { name: 'first axis', shapes: [[1, 3], [2, 3]], build: (g, ...parts) => g.concat(parts, 0) },
    unary('the same part twice', (g, x) => g.concat([x, x], 1)),
  ],
  slice: [
    { name: 'the middle', shapes: [[2, 5, 3]], build: (g, x) => g.slice(x, 1, 1, 3) },
    { name: 'the end', shapes: [[2, 5, 3]], build: (g, x) => g.slice(x, 2, 2, 1) },
    { name: 'all', shapes: [[2, 5]], build: (g, x) => g.slice(x, 0, 0, 2) },
  ],
  pad: [
    { name: 'both sides', shapes: [[2, 3, 2]], build: (g, x) => g.pad(x, 1, 1, 2) },
    { name: 'last axis', shapes: [[2, 3]], build: (g, x) => g.pad(x, 1, 0, 1) },
  ],
};

/** Ops whose own gradient is refused, with the message. */
const refused: Partial<Record<OpKind, string>> = { maxPoolGradient: 'second-order gradients through a max pool' };

function draw(random: Random, shape: Shape, range: Pair | undefined): number[] {
  return Array.from({ length: sizeOf(shape) }, () => (range ? range[0] + (range[1] - range[0]) * random.next() : random.normal()));
}

function prepare({ shapes, build, range }: Case) {
  const g = new GraphBuilder();
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, shape));
  const output = build(g, ...inputs);
  const parameters = graphOf({ output }).nodes.filter((node) => node.kind === 'parameter');
  const random = new Random(5);
  const wrt = [...inputs, ...parameters];
  const names = [...inputs.map((_, i) => `x${i}`), ...parameters.map(() => 'p')];
  const feeds = new Map(names.map((name, i) => [name, draw(random, wrt[i]!.shape, range)]));
  return { g, output, wrt, feeds };
}

describe('gradients', () => {
  it.each(Object.keys(gradients) as OpKind[])('%s has a case that contains it, or is refused', (kind) => {
    const contains = cases[kind].some((one) => graphOf({ output: prepare(one).output }).nodes.some((node) => node.kind === kind));
    expect(contains).toBe(refused[kind] === undefined);
  });

  const all = Object.entries(cases).flatMap(([kind, list]) => list.map((one) => [kind, one.name, one] as const));
  it.each(all)('%s: %s', (_, __, one) => {
    const { g, output, wrt, feeds } = prepare(one);
    for (const check of checkGradients(g, output, { wrt, feeds, samples: 20 })) {
      expect(check).toMatchObject({ skipped: 0 });
      expect(check.error).toBeLessThan(1e-6);
    }
  });

  it('refuses second-order gradients through a max pool', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 2, 2]);
    const attributes = { kernel: [2, 2], stride: [2, 2], pads: none } as const;
    const y = g.maxPool(x, attributes);
    const dx = g.within('pool1', () => g.maxPoolGradient(x, y, g.constant(1, y.shape), attributes));
    expect(() => gradient(g, dx, g.constant(1, dx.shape), [x])).toThrow(`maxPoolGradient 'pool1': ${refused.maxPoolGradient!}`);
  });
});

/** The gradients of Σ output with respect to the inputs at given values; for places where differences mean nothing. */
function gradientAt(values: readonly { shape: Shape; data: readonly number[] }[], build: Case['build']): number[][] {
  const g = new GraphBuilder();
  const inputs = values.map(({ shape }, i) => g.input(`x${i}`, shape));
  const output = build(g, ...inputs);
  const found = gradient(g, output, g.constant(1, output.shape), inputs);
  const graph = graphOf(Object.fromEntries(found.entries()));
  const result = interpret(graph, new Map(values.map(({ data }, i) => [`x${i}`, data])));
  return found.map((_, i) => [...result[String(i)]!]);
}

describe('conventions at kinks (from the definitions in the op list)', () => {
  it('relu, step and sqrt at 0 pass nothing', () => {
    const x = { shape: [3], data: [-1, 0, 4] };
    expect(gradientAt([x], (g, x) => g.relu(x))).toEqual([[0, 0, 1]]);
    expect(gradientAt([x], (g, x) => g.step(x))).toEqual([[0, 0, 0]]);
    expect(gradientAt([{ shape: [2], data: [0, 4] }], (g, x) => g.sqrt(x))).toEqual([[0, 0.25]]);
  });

  it('maximum gives a tie to the second', () => {
    const [a, b] = [{ shape: [3], data: [1, 2, 3] }, { shape: [3], data: [2, 2, 2] }];
    expect(gradientAt([a, b], (g, a, b) => g.maximum(a, b))).toEqual([[0, 0, 1], [1, 1, 0]]);
  });

  // 3×3 stride 1 on a flat 3×3 map: by hand, the first of each window in row-major order is its top left corner.
  it('overlapping max pools give each tie to the first of its window', () => {
    const flat = { shape: [1, 1, 3, 3], data: Array.from({ length: 9 }, () => 7) };
    const attributes = { kernel: [3, 3], stride: [1, 1], pads: [1, 1, 1, 1] } as const;
    expect(gradientAt([flat], (g, x) => g.maxPool(x, attributes))).toEqual([[4, 2, 0, 2, 1, 0, 0, 0, 0]]);
  });

  it('ties of a max pool below 0 lose to no pad', () => {
    const x = { shape: [1, 1, 2, 3], data: [-5, -2, -2, -2, -9, -2] };
    const attributes = { kernel: [3, 3], stride: [2, 2], pads: [0, 1, 1, 1] } as const;
    // Windows: columns 0–1 with first −2 at (0, 1); columns 1–2 with first −2 at (0, 1).
    expect(gradientAt([x], (g, x) => g.maxPool(x, attributes))).toEqual([[0, 2, 0, 0, 0, 0]]);
  });
});
