import { GraphBuilder } from '../graph/builder.ts';
import { gradient } from '../graph/gradient.ts';
import { graphOf, type Node } from '../graph/node.ts';
import type { OpKind, OpTable, Shape } from '../graph/ops.ts';
import { sizeOf } from '../graph/shapes.ts';
import { interpret } from './interpret.ts';
import { reference } from './reference.ts';

/*
 * Values marked PyTorch come from PyTorch 2.15 in 64 bits (conv2d, max_pool2d, avg_pool2d, local_response_norm,
 * batch_norm, lp_pool2d, normalize; SAME pads by F.pad) on the integers of `pattern`, gradients by its backward() with
 * pattern(·, 2) as the seed. The others are worked out by hand.
 */
const pattern = (shape: Shape, salt = 0): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7 + salt * 3) % 11) - 5);

interface Fed {
  readonly shape: Shape;
  readonly data: readonly number[];
}

interface Case {
  readonly name: string;
  readonly inputs: readonly Fed[];
  readonly build: (g: GraphBuilder, ...inputs: Node[]) => Node;
  readonly expected: readonly number[];
}

const fed = (shape: Shape, data: readonly number[] = pattern(shape)): Fed => ({ shape, data });
const patterned = (shape: Shape, salt: number): Fed => fed(shape, pattern(shape, salt));

function run({ inputs, build }: Pick<Case, 'inputs' | 'build'>): { kinds: OpKind[]; values: number[] } {
  const g = new GraphBuilder();
  const output = build(g, ...inputs.map(({ shape }, i) => g.input(`x${i}`, shape)));
  const graph = graphOf({ output });
  const feeds = new Map(inputs.map(({ data }, i) => [`x${i}`, data]));
  feeds.set('p', [1, 2]);
  return { kinds: graph.nodes.map(({ kind }) => kind), values: [...interpret(graph, feeds)['output']!] };
}

// SAME on an even width and an odd height, and the reverse; strides 1 and 2; kernels odd and even.
const convA = { stride: [1, 1], pads: [1, 1, 1, 1] } as const;
const convB = { stride: [2, 2], pads: [0, 1, 1, 1] } as const;
const convC = { stride: [2, 1], pads: [0, 1, 0, 1] } as const;
const shapesA = [[1, 2, 4, 3], [2, 2, 3, 3], [1, 2, 4, 3]] as const;
const shapesB = [[2, 2, 4, 5], [2, 2, 3, 3], [2, 2, 2, 3]] as const;
const shapesC = [[1, 2, 4, 4], [3, 2, 2, 3], [1, 3, 2, 4]] as const;

const poolA = { kernel: [3, 3], stride: [2, 2], pads: [0, 1, 1, 1] } as const;
const poolB = { kernel: [3, 3], stride: [1, 1], pads: [1, 1, 1, 1] } as const;
const tied = (shape: Shape): Fed => fed(shape, Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 5) - 2));
const ninths = (values: readonly number[]): number[] => values.map((value) => value / 9);

const l2Window = { kernel: [3, 3], stride: [2, 2], pads: [1, 1, 1, 1] } as const;
const localResponseNormalization = (g: GraphBuilder, x: Node): Node => {
  const base = g.add(g.scale(g.channelWindowSum(g.multiply(x, x), 5), 0.5 / 5), g.constant(2));
  return g.multiply(x, g.power(base, -0.75));
};

const channels = (a: number, b: number): Fed => fed([1, 2, 1, 1], [a, b]);
const scaleAndShift = [channels(2, -0.5), channels(1, 3)];
const running = [channels(0.5, -1), channels(4, 0.25)];
const trainedBatchNormalization = (g: GraphBuilder, x: Node, scale: Node, shift: Node): Node => {
  const mean = g.batchMean(x);
  return g.batchNormalize(x, scale, shift, mean, g.batchVariance(x, mean), { epsilon: 1e-3, training: true });
};
const inferredBatchNormalization = (g: GraphBuilder, x: Node, scale: Node, shift: Node, mean: Node, variance: Node): Node =>
  g.batchNormalize(x, scale, shift, mean, variance, { epsilon: 1e-3, training: false });

const vector = (...data: number[]): Fed => fed([data.length], data);
const matrix = fed([2, 3], [1, 2, 3, 4, 5, 6]);
const other = fed([3, 2], [7, 8, 9, 10, 11, 12]);

const cases: OpTable<{ [K in OpKind]: readonly Case[] }> = {
  input: [{ name: 'by hand', inputs: [vector(1, -2)], build: (_, x) => x, expected: [1, -2] }],
  parameter: [{ name: 'by hand', inputs: [], build: (g) => g.parameter('p', [2]), expected: [1, 2] }],
  constant: [{ name: 'by hand', inputs: [], build: (g) => g.constant(3, [1, 2]), expected: [3, 3] }],

  conv: [
    {
      name: 'PyTorch A', inputs: [fed(shapesA[0]), patterned(shapesA[1], 1)],
      build: (g, x, w) => g.conv(x, w, convA),
      expected: [
        14, -10, -44, 43, -51, -48, 92, -74, -58, 54, -55, -34, -3, -29, 21, -51, 2, 14, -62, 32, 21, -32, 70,
        -5,
      ],
    },
    {
      name: 'PyTorch B', inputs: [fed(shapesB[0]), patterned(shapesB[1], 1)],
      build: (g, x, w) => g.conv(x, w, convB),
      expected: [
        -35, 20, 28, -37, 71, 31, -51, -16, 7, 54, -48, -28, 28, -8, -32, 14, -24, -22, 15, 10, -39, -14, 36,
        42,
      ],
    },
    {
      name: 'PyTorch C', inputs: [fed(shapesC[0]), patterned(shapesC[1], 1)],
      build: (g, x, w) => g.conv(x, w, convC),
      expected: [
        -24, 20, -5, 34, -12, 18, -18, -21, -27, -59, 31, 1, -36, -54, 69, 2, 47, -28, -21, 23, 50, -27, -64,
        47,
      ],
    },
  ],
  convInputGradient: [
    {
      name: 'PyTorch A', inputs: [patterned(shapesA[2], 2), patterned(shapesA[1], 1)],
      build: (g, dy, w) => g.convInputGradient(dy, w, { ...convA, inputShape: shapesA[0] }),
      expected: [
        48, -59, 33, 70, -116, 57, 34, -123, 58, 3, -16, 40, 33, -59, 48, 5, -23, 70, -94, 35, 52, -52, 45, 15,
      ],
    },
    {
      name: 'PyTorch B', inputs: [patterned(shapesB[2], 2), patterned(shapesB[1], 1)],
      build: (g, dy, w) => g.convInputGradient(dy, w, { ...convB, inputShape: shapesB[0] }),
      expected: [
        6, -3, -10, 20, 18, 6, -6, -2, -33, 12, 8, 35, -19, -63, 20, 4, 12, -26, 18, 10, 6, 10, 14, -29, 0, 6,
        -15, 22, 17, -6, 3, 7, -53, 27, 12, 10, -29, -29, 36, -2, -10, 20, 18, -12, 2, -2, -33, 12, 6, 4, -19,
        -63, 20, -7, 4, -26, 18, 10, 2, 2, 14, -29, 0, -2, 8, 22, 17, -6, -6, 10, -53, 27, 12, -8, 0, -29, 36,
        -2, -9, 14,
      ],
    },
    {
      name: 'PyTorch C', inputs: [patterned(shapesC[2], 2), patterned(shapesC[1], 1)],
      build: (g, dy, w) => g.convInputGradient(dy, w, { ...convC, inputShape: shapesC[0] }),
      expected: [
        -7, 5, 46, -36, -7, 1, 45, -43, 2, 4, -10, -17, -1, 1, -10, -5, -7, -3, 44, -50, 26, 4, -34, 20, -4,
        -2, -10, 7, -29, 17, 45, -14,
      ],
    },
  ],
  convWeightGradient: [
    {
      name: 'PyTorch A', inputs: [fed(shapesA[0]), patterned(shapesA[2], 2)],
      build: (g, x, dy) => g.convWeightGradient(x, dy, { ...convA, weightShape: shapesA[1] }),
      expected: [
        23, -42, 2, 0, -60, 17, -44, -30, 52, -29, 28, -14, -45, 57, -24, -32, 81, -32, -5, 43, -29, 8, 26,
        -45, 40, -30, -32, 28, -51, 29, 36, -61, 53, 16, -39, 79,
      ],
    },
    {
      name: 'PyTorch B', inputs: [fed(shapesB[0]), patterned(shapesB[2], 2)],
      build: (g, x, dy) => g.convWeightGradient(x, dy, { ...convB, weightShape: shapesB[1] }),
      expected: [
        9, -3, 12, -23, 8, 33, 7, -15, 13, -9, 41, -3, -41, 8, 18, -41, 20, 27, -42, 69, -6, -62, -1, 49, 15,
        -25, 21, 32, 53, -83, 12, 38, -28, -31, 24, 37,
      ],
    },
    {
      name: 'PyTorch C', inputs: [fed(shapesC[0]), patterned(shapesC[2], 2)],
      build: (g, x, dy) => g.convWeightGradient(x, dy, { ...convC, weightShape: shapesC[1] }),
      expected: [
        13, 32, 18, -32, 2, 7, 9, 22, -26, 19, -41, 7, 6, 25, 20, -25, 10, 12, 14, 20, -23, 16, -39, 2, -23,
        40, -33, 15, -26, 17, -25, 18, 24, 24, 18, -25,
      ],
    },
  ],
  matMul: [
    { name: 'by hand', inputs: [matrix, other], build: (g, a, b) => g.matMul(a, b), expected: [58, 64, 139, 154] },
    {
      name: 'by hand, right transposed', inputs: [matrix, matrix],
      build: (g, a, b) => g.matMul(a, b, { transposeB: true }), expected: [14, 32, 32, 77],
    },
    {
      name: 'by hand, left transposed', inputs: [matrix, matrix],
      build: (g, a, b) => g.matMul(a, b, { transposeA: true }), expected: [17, 22, 27, 22, 29, 36, 27, 36, 45],
    },
    {
      name: 'by hand, both transposed', inputs: [matrix, other],
      build: (g, a, b) => g.matMul(a, b, { transposeA: true, transposeB: true }), expected: [39, 49, 59, 54, 68, 82, 69, 87, 105],
    },
  ],

  relu: [{ name: 'by hand', inputs: [vector(-1, 0, 2)], build: (g, x) => g.relu(x), expected: [0, 0, 2] }],
  step: [{ name: 'by hand', inputs: [vector(-1, 0, 2)], build: (g, x) => g.step(x), expected: [0, 0, 1] }],
  sqrt: [{ name: 'by hand', inputs: [vector(0, 4, 6.25)], build: (g, x) => g.sqrt(x), expected: [0, 2, 2.5] }],
  power: [
    { name: 'by hand, negative', inputs: [vector(16, 1, 81)], build: (g, x) => g.power(x, -0.75), expected: [1 / 8, 1, 1 / 27] },
    { name: 'by hand, square', inputs: [vector(-3, 0, 2)], build: (g, x) => g.power(x, 2), expected: [9, 0, 4] },
  ],
  add: [{ name: 'by hand, a row', inputs: [matrix, vector(10, 20, 30)], build: (g, a, b) => g.add(a, b), expected: [11, 22, 33, 14, 25, 36] }],
  subtract: [{ name: 'by hand, a column', inputs: [matrix, fed([2, 1], [1, 4])], build: (g, a, b) => g.subtract(a, b), expected: [0, 1, 2, 0, 1, 2] }],
  multiply: [{ name: 'by hand, column and row', inputs: [fed([2, 1], [2, 3]), vector(1, 10, 100)], build: (g, a, b) => g.multiply(a, b), expected: [2, 20, 200, 3, 30, 300] }],
  divide: [{ name: 'by hand, a scalar', inputs: [fed([], [12]), matrix], build: (g, a, b) => g.divide(a, b), expected: [12, 6, 4, 3, 2.4, 2] }],
  maximum: [
    { name: 'by hand', inputs: [vector(1, 5, -2), vector(4, 2, -2)], build: (g, a, b) => g.maximum(a, b), expected: [4, 5, -2] },
    {
      name: 'PyTorch, maxout', inputs: [fed([2, 4])],
      build: (g, x) => g.maximum(g.slice(x, 1, 0, 2), g.slice(x, 1, 2, 2)), expected: [-2, 5, 4, 0],
    },
  ],

  maxPool: [
    {
      name: 'PyTorch A', inputs: [tied([1, 2, 4, 5])],
      build: (g, x) => g.maxPool(x, poolA),
      expected: [0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1],
    },
    {
      name: 'PyTorch B', inputs: [tied([1, 1, 3, 4])],
      build: (g, x) => g.maxPool(x, poolB),
      expected: [1, 2, 2, 2, 1, 2, 2, 2, 1, 1, 2, 2],
    },
    {
      name: 'by hand: a pad does not beat negative values', inputs: [fed([1, 1, 1, 2], [-3, -7])],
      build: (g, x) => g.maxPool(x, poolB), expected: [-3, -3],
    },
  ],
  maxPoolGradient: [
    {
      name: 'PyTorch A', inputs: [tied([1, 2, 4, 5]), patterned([1, 2, 2, 3], 2)],
      build: (g, x, dy) => g.maxPoolGradient(x, g.maxPool(x, poolA), dy, poolA),
      expected: [
        0, 1, -3, 0, 4, 0, 0, 0, 0, 0, 0, 0, -4, 0, 3, 0, 0, 0, 0, 0, 0, -1, -5, 0, 2, 0, 0, 0, 0, 0, 0, -2,
        5, 0, 1, 0, 0, 0, 0, 0,
      ],
    },
    {
      name: 'PyTorch B', inputs: [tied([1, 1, 3, 4]), patterned([1, 1, 3, 4], 2)],
      build: (g, x, dy) => g.maxPoolGradient(x, g.maxPool(x, poolB), dy, poolB),
      expected: [0, 0, -2, 0, -3, 0, 0, 6, 0, 0, 0, 0],
    },
  ],
  averagePool: [
    {
      name: 'PyTorch A', inputs: [fed([1, 2, 4, 5])],
      build: (g, x) => g.averagePool(x, poolA),
      expected: ninths([-8, 0, 8, -8, -4, -1, 7, -5, 1, 2, 0, -2]),
    },
    {
      name: 'PyTorch B', inputs: [fed([1, 1, 3, 4])],
      build: (g, x) => g.averagePool(x, poolB),
      expected: ninths([-5, -3, 6, 7, -6, -5, 3, 1, -3, 0, -2, -2]),
    },
    {
      name: 'PyTorch, L2 pool', inputs: [fed([1, 1, 3, 4])],
      build: (g, x) => g.sqrt(g.scale(g.averagePool(g.multiply(x, x), l2Window), 9)),
      expected: [6.244997998398398, 7.615773105863909, 5.916079783099616, 7.745966692414834],
    },
  ],
  averagePoolGradient: [
    {
      name: 'PyTorch A', inputs: [patterned([1, 2, 2, 3], 2)],
      build: (g, dy) => g.averagePoolGradient(dy, { ...poolA, inputShape: [1, 2, 4, 5] }),
      expected: ninths([
        1, -2, -3, 1, 4, 1, -2, -3, 1, 4, 1, -6, -7, 0, 7, 0, -4, -4, -1, 3, -1, -6, -5, -3, 2, -1, -6, -5,
        -3, 2, -3, -3, 0, 3, 3, -2, 3, 5, 6, 1,
      ]),
    },
    {
      name: 'PyTorch B', inputs: [patterned([1, 1, 3, 4], 2)],
      build: (g, dy) => g.averagePoolGradient(dy, { ...poolB, inputShape: [1, 1, 3, 4] }),
      expected: ninths([-3, 0, -2, -2, -3, 5, 2, 4, -1, 3, 1, 0]),
    },
  ],
  channelWindowSum: [
    {
      name: 'by hand', inputs: [fed([1, 4, 1, 2], [1, 10, 2, 20, 3, 30, 4, 40])],
      build: (g, x) => g.channelWindowSum(x, 3), expected: [3, 30, 6, 60, 9, 90, 7, 70],
    },
    {
      name: 'PyTorch, local response normalisation', inputs: [fed([1, 7, 1, 2])],
      build: localResponseNormalization,
      expected: [
        -1.4953487812212205, 0.535129632550456, -0.4857044069781921, 1.33782408137614, 0.206366695851539,
        -0.7203858151400179, 1.070259265100912, 0, -1.070259265100912, 0.7203858151400179,
        -0.2710777412580395, -1.33782408137614, 0.694132059077251, -0.535129632550456,
      ],
    },
  ],

  batchMean: [
    { name: 'PyTorch', inputs: [fed([2, 2, 1, 3])], build: (g, x) => g.batchMean(x), expected: [-5 / 6, 0] },
    { name: 'by hand, vectors', inputs: [matrix], build: (g, x) => g.batchMean(x), expected: [2.5, 3.5, 4.5] },
  ],
  batchVariance: [
    {
      name: 'PyTorch', inputs: [fed([2, 2, 1, 3])], build: (g, x) => g.batchVariance(x, g.batchMean(x)), expected: [10.138888888888888, 11.666666666666666],
    },
    {
      name: 'by hand, vectors', inputs: [matrix], build: (g, x) => g.batchVariance(x, g.batchMean(x)), expected: [2.25, 2.25, 2.25],
    },
  ],
  batchNormalize: [
    {
      name: 'PyTorch, training', inputs: [fed([2, 2, 1, 3]), ...scaleAndShift],
      build: trainedBatchNormalization,
      expected: [
        -1.6169905590644742, 2.7795535801638427, 0.26724264346194726, 2.2681063114888462, 2.8536212622977692,
        3.4391362131066923, 4.03570904851479, 1.523398111812895, -0.9889128248890005, 2.5608637868933077,
        3.1463787377022308, 3.7318936885111538,
      ],
    },
    {
      name: 'PyTorch, inference', inputs: [fed([2, 2, 1, 3]), ...scaleAndShift, ...running],
      build: inferredBatchNormalization,
      expected: [
        -4.4993126288794, 2.4998125351489273, -1.4996875585815452, -2.988035880418494, 1.0039880398605021,
        4.996011960139498, 4.499562582014163, 0.5000624882836909, -3.4994376054467815, -0.9920239202789961, 3,
        6.992023920278997,
      ],
    },
  ],

  reduceSum: [
    { name: 'by hand, columns', inputs: [matrix], build: (g, x) => g.reduceSum(x, [1]), expected: [6, 15] },
    { name: 'by hand, all', inputs: [matrix], build: (g, x) => g.reduceSum(x, [0, 1]), expected: [21] },
    {
      name: 'PyTorch, L2 normalisation', inputs: [fed([2, 3])],
      build: (g, x) => g.divide(x, g.sqrt(g.reduceSum(g.multiply(x, x), [1]))),
      expected: [
        -0.8703882797784892, 0.3481553119113957, -0.3481553119113957, 0.8451542547285166, 0.1690308509457033,
        -0.50709255283711,
      ],
    },
  ],
  broadcast: [
    { name: 'by hand', inputs: [fed([2, 1], [1, 2])], build: (g, x) => g.broadcast(x, [2, 2, 3]), expected: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2] },
  ],
  reshape: [{ name: 'by hand', inputs: [matrix], build: (g, x) => g.reshape(x, [3, 2]), expected: [1, 2, 3, 4, 5, 6] }],
  transpose: [
    { name: 'by hand', inputs: [matrix], build: (g, x) => g.transpose(x, [1, 0]), expected: [1, 4, 2, 5, 3, 6] },
    {
      // y[i, j, k] = x[j, k, i]; the two 2×3 halves are 0…5 and 6…11.
      name: 'by hand, three axes', inputs: [fed([2, 3, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])],
      build: (g, x) => g.transpose(x, [2, 0, 1]), expected: [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11],
    },
  ],
  concat: [
    { name: 'by hand, rows', inputs: [matrix, fed([1, 3], [7, 8, 9])], build: (g, a, b) => g.concat([a, b], 0), expected: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { name: 'by hand, columns', inputs: [matrix, fed([2, 1], [7, 8])], build: (g, a, b) => g.concat([a, b], 1), expected: [1, 2, 3, 7, 4, 5, 6, 8] },
  ],
  slice: [{ name: 'by hand', inputs: [matrix], build: (g, x) => g.slice(x, 1, 1, 2), expected: [2, 3, 5, 6] }],
  pad: [{ name: 'by hand', inputs: [matrix], build: (g, x) => g.pad(x, 1, 1, 2), expected: [0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0] }],
};

/** Whole compositions backwards; each op's own gradient is checked beside the rules. */
const backward: readonly (Omit<Case, 'expected'> & { seedShape: Shape; expected: readonly (readonly number[])[] })[] = [
  {
    name: 'local response normalisation', inputs: [fed([1, 7, 1, 2])], seedShape: [1, 7, 1, 2],
    build: localResponseNormalization,
    expected: [
        [
          -0.22150730206096408, -0.6228888482258348, 0.7078197527842538, 0.44951400149962323,
          -0.6383140149700437, 0.35390917041546543, 0.44427689912164325, -0.9786062840492806,
          -0.30483320247584356, 0.0315348089875811, 1.1604979996691012, -0.34350127263103614,
          -0.7067749132237306, 0.8258328295384063,
        ],
      ],
  },
  {
    name: 'batch normalisation, training', inputs: [fed([2, 2, 1, 3]), ...scaleAndShift], seedShape: [2, 2, 1, 3],
    build: trainedBatchNormalization,
    expected: [
        [
          -0.5677125120444727, -0.7193723039585925, 2.3282283239624237, -0.22999774320818617, 0.598066897248178,
          -0.18403457701999593, 1.211254920046005, -2.6499995279631907, 0.3976010999578265, 0.18403457701999593,
          -0.598066897248178, 0.22999774320818617,
        ],
        [-10.258602991532742, -8.489966786729383],
        [-2, 3],
      ],
  },
  {
    name: 'batch normalisation, inference', inputs: [fed([2, 2, 1, 3]), ...scaleAndShift, ...running], seedShape: [2, 2, 1, 3],
    build: inferredBatchNormalization,
    expected: [
        [
          0.9998750234326181, -2.9996250702978546, 3.9995000937304725, 0, 3.992023920278996,
          -2.9940179402092473, -0.9998750234326181, -4.9993751171630905, 1.9997500468652363, 1.996011960139498,
          -4.990029900348746, -0.998005980069749,
        ],
        [-14.998125351489271, -51.89631096362695],
        [-2, 3],
      ],
  },
  {
    name: 'L2 normalisation', inputs: [fed([2, 3])], seedShape: [2, 3],
    build: (g, x) => g.divide(x, g.sqrt(g.reduceSum(g.multiply(x, x), [1]))),
    expected: [
        [
          -0.32705498997737176, -0.32177990949386565, 0.49585756544956355, 0.31391443747059183,
          -0.6133405162886949, 0.31874389035475487,
        ],
      ],
  },
  {
    name: 'L2 pool', inputs: [fed([1, 1, 3, 4])], seedShape: [1, 1, 2, 2],
    build: (g, x) => g.sqrt(g.scale(g.averagePool(g.multiply(x, x), l2Window), 9)),
    expected: [
        [
          -0.8006407690254357, -0.467582289548161, 0.7878385971583353, -1.969596492895838, 0.8362515575879004,
          -1.3269967770261983, -1.5756771943166705, 0, -2.704493615131253, 2.02837021134844, 0, 0,
        ],
      ],
  },
];

/** Rounding of sums of a few dozen terms. */
function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  values.forEach((value, i) => { expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-13 * scale); });
}

describe('reference', () => {
  it.each(Object.keys(reference) as OpKind[])('%s has a value case that contains it', (kind) => {
    expect(cases[kind].some((one) => run(one).kinds.includes(kind))).toBe(true);
  });

  const all = Object.entries(cases).flatMap(([kind, list]) => list.map((one) => [kind, one.name, one] as const));
  it.each(all)('%s: %s', (_, __, one) => { expectClose(run(one).values, one.expected); });

  it.each(backward.map((one) => [one.name, one] as const))('gradient of %s: PyTorch', (_, { inputs, build, seedShape, expected }) => {
    expected.forEach((values, i) => {
      const withSeed = (g: GraphBuilder, ...given: Node[]): Node =>
        gradient(g, build(g, ...given.slice(1)), given[0]!, [given[1 + i]!])[0]!;
      expectClose(run({ inputs: [patterned(seedShape, 2), ...inputs], build: withSeed }).values, values);
    });
  });
});
