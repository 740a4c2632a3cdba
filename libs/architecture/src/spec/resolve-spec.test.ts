import { costTable, totalCost } from './costs.ts';
import type { LayerOf, ModelSpec } from './model-spec.ts';
import { models } from './networks.ts';
import { resolveSpec } from './resolve-spec.ts';
import { SpecError } from './spec-error.ts';

function moduleOf(spec: ModelSpec, name: string): LayerOf<'inception'>['branches'] {
  return (spec.layers.find((layer) => layer.name === name) as LayerOf<'inception'>).branches;
}

function outputShape(spec: ModelSpec, name: string): readonly number[] {
  return costTable(spec).find((row) => row.name === name)!.outputShape;
}

describe('resolveSpec', () => {
  it('knows the networks by name', () => {
    for (const [name, spec] of Object.entries(models)) expect(resolveSpec(name)).toEqual(spec);
  });

  it('takes a whole spec as it is', () => {
    expect(resolveSpec(JSON.parse(JSON.stringify(models.nns2)))).toEqual(models.nns2);
  });

  it('says nn4 as nn2 with a smaller input and three branches fewer', () => {
    const dropped = ['inception4e/conv5x5', 'inception5a/conv5x5', 'inception5b/conv5x5'];
    const spec = resolveSpec({ extends: 'nn2', name: 'nn4', input: [3, 96, 96], drop: dropped });
    expect(spec).toEqual(models.nn4);
  });

  it('changes input, embedding, width and normalization together', () => {
    const spec = resolveSpec({ extends: 'nn4', input: [3, 112, 96], embedding: 256, width: 0.5, normalization: 'batch' });
    expect(spec).toMatchObject({
      name: 'nn4-112x96-e256-w0.5-batch', input: [3, 112, 96], embedding: 256, normalization: 'batch',
    });
    // Halves of 256, 96 → 192, 32 → 64, 128, and their sum.
    expect(moduleOf(spec, 'inception4a')).toEqual({
      conv1x1: 128, conv3x3: { reduce: 48, out: 96 }, conv5x5: { reduce: 16, out: 32 }, pool: { kind: 'l2', project: 64 },
    });
    expect(outputShape(spec, 'inception4a')).toEqual([320, 7, 6]);
    expect(outputShape(spec, 'fc')).toEqual([256]);
  });

  it('normalises the embedding by the batch where that is asked for', () => {
    const spec = resolveSpec({ extends: 'nns2', normalization: 'batch', embeddingNormalization: 'batch' });
    expect(spec.name).toBe('nns2-batch-ebatch');
    // By hand: 128 biases fewer, a scale and a shift for each output more.
    const plain = resolveSpec({ extends: 'nns2', normalization: 'batch' });
    expect(totalCost(costTable(spec)).parameters).toBe(totalCost(costTable(plain)).parameters + 128);
    expect(resolveSpec({ extends: spec, name: plain.name, embeddingNormalization: 'none' })).toEqual(plain);
  });

  it('leaves the base alone', () => {
    const before = JSON.stringify(models.nn4);
    resolveSpec({ extends: 'nn4', width: 0.5, drop: ['inception4a/pool', 'inception4b'], embedding: 64 });
    expect(JSON.stringify(models.nn4)).toBe(before);
  });

  it.each([
    // Nearest multiple of 8, a half up, at least 8: 24·0.5 = 12 → 16, 16·0.25 = 4 → 8, 16·0.1 = 1.6 → 8, 24·0.75 = 18 → 16.
    [0.5, { conv3x3: { reduce: 16, out: 24 }, pool: { kind: 'max' } }],
    [0.25, { conv3x3: { reduce: 8, out: 16 }, pool: { kind: 'max' } }],
    [0.1, { conv3x3: { reduce: 8, out: 8 }, pool: { kind: 'max' } }],
    [0.75, { conv3x3: { reduce: 16, out: 40 }, pool: { kind: 'max' } }],
    [2, { conv3x3: { reduce: 48, out: 96 }, pool: { kind: 'max' } }],
  ])('rounds widths by %p to multiples of 8', (width, branches) => {
    expect(moduleOf(resolveSpec({ extends: 'nns2', width }), 'inception3c')).toEqual(branches);
  });

  it('widens hidden fully connected layers and not the embedding', () => {
    const spec = resolveSpec({ extends: 'nns2', width: 0.5 });
    expect(outputShape(spec, 'fc1')).toEqual([448]);
    expect(outputShape(spec, 'fc2')).toEqual([128]);
  });

  it('keeps counts that are no multiple of 8 at width 1', () => {
    const layers = models.nns2.layers.with(0, { kind: 'conv', name: 'conv1', out: 13, kernel: 5, stride: 2 });
    const odd = { ...models.nns2, name: 'odd', layers };
    expect(resolveSpec({ extends: odd, width: 1 })).toEqual(odd);
    expect(resolveSpec({ extends: odd, width: 1.01 }).layers[0]).toMatchObject({ out: 16 });
  });

  it('extends variants of variants', () => {
    const spec = resolveSpec({ extends: { extends: 'nns2', normalization: 'batch' }, embedding: 64 });
    expect(spec).toMatchObject({ name: 'nns2-batch-e64', normalization: 'batch', embedding: 64 });
  });

  it('drops branches and whole layers', () => {
    const spec = resolveSpec({ extends: 'nn2', drop: ['inception3a/pool', 'inception4c'] });
    expect(Object.keys(moduleOf(spec, 'inception3a'))).toEqual(['conv1x1', 'conv3x3', 'conv5x5']);
    expect(outputShape(spec, 'inception3a')).toEqual([224, 28, 28]);
    expect(spec.layers.map(({ name }) => name)).not.toContain('inception4c');
    // 4b and 4c both give 640 channels, so 4d and what follows cost the same without 4c.
    const saved = totalCost(costTable(models.nn2)).parameters - totalCost(costTable(spec)).parameters;
    // 4c's own, 193·32 of 3a's projection, and 32 inputs fewer for 3b: 32·(64 + 96 + 32 + 64).
    expect(saved).toBe(654_112 + 193 * 32 + 32 * 256);
  });

  it('names a variant after what differs only', () => {
    const same = { extends: 'nn4', input: [3, 96, 96], embedding: 128, width: 1, normalization: 'lrn' };
    expect(resolveSpec(same)).toEqual(models.nn4);
    expect(resolveSpec({ extends: 'nn4', drop: ['inception4a/pool'] }).name).toBe('nn4-no.inception4a.pool');
  });

  it.each<[unknown, string, string]>([
    ['nn22', '', `no network is called "nn22"; did you mean 'nn2'?`],
    ['resnet', '', 'no network is called "resnet"; there are nn1, nn2, nn3, nn4, nns1, nns2, nn4.small2'],
    ['toString', '', 'no network is called "toString"; there are nn1, nn2, nn3, nn4, nns1, nns2, nn4.small2'],
    [7, '', 'expected the name of a network or an object, got 7'],
    [null, '', 'expected the name of a network or an object, got null'],
    [[], '', 'expected an object, got []'],
    [{ width: 2 }, '', "expected 'extends' or 'layers' among the keys, got width"],
    [{ extends: 'nn4', embeding: 3 }, 'embeding', "unknown key; did you mean 'embedding'?"],
    [{ extends: 'nn5x' }, 'extends', `no network is called "nn5x"; there are nn1, nn2, nn3, nn4, nns1, nns2, nn4.small2`],
    [{ extends: { extends: 'nns2', width: -1 } }, 'extends.width', 'expected a positive number, got -1'],
    [{ extends: 'nn4', width: Number.NaN }, 'width', 'expected a positive number, got NaN'],
    [{ extends: 'nn4', input: [1, 96, 96] }, 'input[0]', 'expected 3 channels, got 1'],
    [{ extends: 'nn4', normalization: 'layer' }, 'normalization', 'expected "lrn", "batch" or "none", got "layer"'],
    [{ extends: 'nn4', drop: 'inception4a' }, 'drop', 'expected an array, got "inception4a"'],
    [{ extends: 'nn4', drop: [4] }, 'drop[0]', "expected 'layer' or 'layer/branch', got 4"],
    [{ extends: 'nn4', drop: ['inception4a/pool/project'] }, 'drop[0]',
      `expected 'layer' or 'layer/branch', got "inception4a/pool/project"`],
    [{ extends: 'nn4', drop: ['incepton4a'] }, 'drop[0]', `nn4 has no layer "incepton4a"; did you mean 'inception4a'?`],
    [{ extends: 'nn4', drop: ['inception4a/pool', 'inception4e/conv5x5'] }, 'drop[1]',
      `nn4 has no branch of 'inception4e' "conv5x5"; did you mean 'conv3x3'?`],
    [{ extends: 'nn4', drop: ['inception2/conv3x3'] }, 'drop[0]', "'conv3x3' is the only branch of 'inception2'"],
    [{ extends: 'nn4', drop: ['conv1/pool'] }, 'drop[0]', "conv 'conv1' has no branches"],
    [{ extends: 'nn4', drop: ['fc'] }, 'drop[0]', "'fc' is the embedding, which no network is without"],
  ])('refuses %j', (config, path, problem) => {
    const attempt = (): unknown => resolveSpec(config);
    expect(attempt).toThrow(SpecError);
    expect(attempt).toThrow(new SpecError(path, problem));
  });

  it('says where the config stands in a larger document', () => {
    expect(() => resolveSpec({ extends: 'nn4', drop: ['x'] }, 'model')).toThrow('model.drop[0]: nn4 has no layer "x"');
    expect(() => resolveSpec('nn9x', 'model')).toThrow('model: no network is called "nn9x"');
  });
});
