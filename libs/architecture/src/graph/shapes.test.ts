import { GraphBuilder } from './builder.ts';
import { graphOf } from './node.ts';
import { ShapeError } from './shape-error.ts';
import { broadcastShapes, samePads } from './shapes.ts';

const window = { kernel: [3, 3], stride: [2, 2], pads: [0, 0, 0, 0] } as const;

describe('shapes that do not fit', () => {
  const g = new GraphBuilder();
  const image = g.input('image', [2, 3, 8, 8]);
  const matrix = g.input('matrix', [2, 3]);
  const constant = (...shape: number[]) => g.constant(0, shape);

  const cases: readonly (readonly [string, () => unknown])[] = [
    ['input has 3 channels, weight expects 4', () => g.conv(image, constant(5, 4, 3, 3), window)],
    ['input has shape [2, 3]; expected rank 4', () => g.conv(matrix, constant(5, 3, 3, 3), window)],
    ['weight has shape [2, 3]; expected rank 4', () => g.conv(image, matrix, window)],
    ['window 9×9 does not fit [2, 3, 8, 8]', () => g.conv(image, constant(5, 3, 9, 9), window)],
    ['stride 0×1; expected at least 1', () => g.maxPool(image, { ...window, stride: [0, 1] })],
    ['pads -1, 0, 0, 0; expected 0 or more', () => g.averagePool(image, { ...window, pads: [-1, 0, 0, 0] })],
    ['expected pads smaller than the window', () => g.maxPool(image, { ...window, pads: [0, 3, 0, 0] })],
    ['dy has shape [2, 5, 4, 4]; expected [2, 5, 3, 3]',
      () => g.convInputGradient(constant(2, 5, 4, 4), constant(5, 3, 3, 3), { ...window, inputShape: [2, 3, 8, 8] })],
    ['dy has shape [1, 5, 3, 3]; expected [2, 5, 3, 3]',
      () => g.convWeightGradient(image, constant(1, 5, 3, 3), { ...window, weightShape: [5, 3, 3, 3] })],
    ['y has shape [2, 3]; expected [2, 3, 3, 3]', () => g.maxPoolGradient(image, matrix, constant(2, 3, 3, 3), window)],
    ['dy has shape [2, 3]; expected [2, 3, 3, 3]', () => g.maxPoolGradient(image, constant(2, 3, 3, 3), matrix, window)],
    ['dy has shape [2, 3]; expected [2, 3, 3, 3]', () => g.averagePoolGradient(matrix, { ...window, inputShape: [2, 3, 8, 8] })],
    ['inner sizes differ: [2, 3] and [2, 3]', () => g.matMul(matrix, matrix)],
    ['right side has shape [2, 3, 8, 8]; expected rank 2', () => g.matMul(matrix, image)],
    ['cannot broadcast [2, 3] with [2]', () => g.add(matrix, constant(2))],
    ['window of 4 channels; expected an odd number', () => g.channelWindowSum(image, 4)],
    ['axis 1 of [5]; expected 0 to 0', () => g.batchMean(constant(5))],
    ['mean has shape [3]; expected [1, 3, 1, 1]', () => g.batchVariance(image, constant(3))],
    ['shift has shape [2, 3]; expected [1, 3]', () => {
      const one = constant(1, 3);
      g.batchNormalize(matrix, one, matrix, one, one, { epsilon: 1e-3, training: false });
    }],
    ['axis 2 of [2, 3]; expected 0 to 1', () => g.reduceSum(matrix, [0, 2])],
    ['cannot broadcast [2, 3] to [2, 1]', () => g.broadcast(matrix, [2, 1])],
    ['cannot reshape [2, 3] to [7]', () => g.reshape(matrix, [7])],
    ['shape [-2, -3]; expected positive integers', () => g.reshape(matrix, [-2, -3])],
    ['permutation [0, 0] of [2, 3]; expected each axis once', () => g.transpose(matrix, [0, 0])],
    ['cannot concatenate [2, 3], [2] along axis 0', () => g.concat([matrix, constant(2)], 0)],
    ['expected at least one part', () => g.concat([], 0)],
    ['slice 2..4 of axis 1 with size 3', () => g.slice(matrix, 1, 2, 2)],
    ['axis -1 of [2, 3]; expected 0 to 1', () => g.slice(matrix, -1, 0, 1)],
    ['padding of -1 and 0; expected 0 or more', () => g.pad(matrix, 0, -1, 0)],
    ['shape [0]; expected positive integers', () => g.input('none', [0])],
    ['shape [1.5]; expected positive integers', () => g.parameter('half', [1.5])],
  ];
  it.each(cases)('%s', (message, make) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });

  it('name the op and where it stands', () => {
    expect(() => g.within('inception3a', () => g.within('conv', () => g.matMul(matrix, matrix))))
      .toThrow("matMul 'inception3a/conv': inner sizes differ");
    expect(g.label).toBe('');
  });
});

describe('samePads', () => {
  // ceil(size / stride) windows; worked out by hand as (outputs − 1) · stride + kernel − size, the odd one at the end.
  it.each([
    [7, 3, 1, 1, 1], [8, 3, 1, 1, 1], [7, 3, 2, 1, 1], [8, 3, 2, 0, 1], [7, 7, 2, 3, 3], [220, 7, 2, 2, 3], [5, 2, 1, 0, 1],
    [6, 2, 2, 0, 0], [6, 1, 2, 0, 0], [9, 1, 1, 0, 0], [1, 5, 2, 2, 2],
  ])('size %i, kernel %i, stride %i: %i before, %i after', (size, kernel, stride, before, after) => {
    const pads = samePads([size, size], [kernel, kernel], [stride, stride]);
    expect(pads).toEqual([before, before, after, after]);
  });

  it('takes rows and columns apart', () => {
    expect(samePads([8, 7], [3, 5], [2, 1])).toEqual([0, 2, 1, 2]);
  });
});

describe('broadcastShapes', () => {
  // NumPy's rules.
  it.each([
    [[2, 3], [3], [2, 3]], [[2, 1], [1, 3], [2, 3]], [[], [2], [2]], [[4, 1, 3], [5, 1], [4, 5, 3]],
  ])('%j and %j give %j', (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });
});

describe('graphOf', () => {
  it('keeps what the outputs reach, each node once and after its inputs', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1]);
    g.relu(g.input('unread', [1]));
    const square = g.multiply(x, x);
    const sum = g.add(square, x);
    expect(graphOf({ sum, square }).nodes).toEqual([x, square, sum]);
  });
});
