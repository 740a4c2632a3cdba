import { GraphBuilder } from '../graph/builder.ts';
import { costTable, totalCost } from './costs.ts';
import { describeModel } from './describe-model.ts';
import { multiplyAddsOf } from './multiply-adds.ts';
import { models } from './networks.ts';
import { resolveSpec } from './resolve-spec.ts';

describe('costTable', () => {
  it('counts scale and shift in place of the bias under batch normalisation, and the same multiply-adds', () => {
    const [plain, batch] = [models.nns2, resolveSpec({ extends: 'nns2', normalization: 'batch' })].map(costTable);
    // 16 outputs of 3·5·5 inputs: a bias each, or a scale and a shift each.
    expect(plain![0]).toMatchObject({ name: 'conv1', parameters: 16 * 75 + 16, multiplyAdds: 4_936_960 });
    expect(batch![0]).toMatchObject({ name: 'conv1', parameters: 16 * 75 + 32, multiplyAdds: 4_936_960 });
    expect(totalCost(batch!).multiplyAdds).toBe(totalCost(plain!).multiplyAdds);
    // After folding nothing but weights and biases is left.
    expect(totalCost(batch!).exportedParameters).toBe(totalCost(plain!).parameters);
  });

  it('counts the numbers that a layer writes', () => {
    const [conv1, pool1] = costTable(models.nns2);
    // The convolution, its bias, its ReLU; the pool alone.
    expect(conv1!.activations).toBe(3 * 16 * 70 * 58);
    expect(pool1!.activations).toBe(16 * 35 * 29);
  });
});

describe('multiplyAddsOf', () => {
  const g = new GraphBuilder();
  const attributes = { stride: [2, 2], pads: [1, 1, 1, 1] } as const;
  const x = g.input('x', [4, 3, 9, 7]);
  const weight = g.parameter('w', [8, 3, 3, 3]);
  const y = g.conv(x, weight, attributes);

  it('counts k·k·cin + 1 per output of a convolution', () => {
    expect(multiplyAddsOf(y)).toBe((27 + 1) * 4 * 8 * 5 * 4);
  });

  it('counts the products of both gradients of a convolution', () => {
    expect(multiplyAddsOf(g.convInputGradient(y, weight, { ...attributes, inputShape: x.shape }))).toBe(27 * 8 * 4 * 5 * 4);
    expect(multiplyAddsOf(g.convWeightGradient(x, y, { ...attributes, weightShape: weight.shape }))).toBe(27 * 8 * 4 * 5 * 4);
  });

  it.each([[[5, 6], [6, 7], false, false], [[6, 5], [6, 7], true, false], [[5, 6], [7, 6], false, true]] as const)(
    'counts inner + 1 per output of a product of %j and %j', (left, right, transposeA, transposeB) => {
      const product = g.matMul(g.input('a', left), g.input('b', right), { transposeA, transposeB });
      expect(multiplyAddsOf(product)).toBe(5 * 7 * (6 + 1));
    },
  );
});

describe('describeModel', () => {
  it('says of nn2 what the paper says', () => {
    const { layers, ...description } = describeModel(models.nn2);
    expect(description).toEqual({
      name: 'nn2', input: [3, 224, 224], embedding: 128, normalization: 'lrn',
      parameters: 7_456_304, multiplyAdds: 1_599_771_872, sizeBytes: 4 * 7_456_304,
    });
    expect(layers).toHaveLength(18);
  });

  it('gives the size after folding', () => {
    // nn4.small2's 3,733,968 less two numbers for each of its normalised channels, which fold into the biases.
    const channels = 64 + (64 + 192) + (64 + 96 + 128 + 16 + 32 + 32) + (64 + 96 + 128 + 32 + 64 + 64)
      + (128 + 256 + 32 + 64) + (256 + 96 + 192 + 32 + 64 + 128) + (160 + 256 + 64 + 128) + 2 * (256 + 96 + 384 + 96);
    expect(describeModel(models['nn4.small2']).sizeBytes).toBe(4 * (3_733_968 - 2 * channels));
  });
});
