import { parseModelSpec } from './parse-model-spec.ts';
import { SpecError } from './spec-error.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A small valid network, a fresh copy each time. */
function valid() {
  return {
    name: 'small', input: [3, 32, 24], embedding: 16, normalization: 'lrn',
    layers: [
      { kind: 'conv', name: 'conv1', out: 8, kernel: 5, stride: 2 },
      { kind: 'maxPool', name: 'pool1', kernel: 3, stride: 2 },
      { kind: 'lrn', name: 'norm1' },
      {
        kind: 'inception', name: 'mixed', branches: {
          conv1x1: 8, conv3x3: { reduce: 4, out: 8 }, conv5x5: { reduce: 4, out: 8 }, pool: { kind: 'l2', project: 8 },
        },
      },
      { kind: 'inception', name: 'half', stride: 2, branches: { conv3x3: { reduce: 4, out: 8 }, pool: { kind: 'max' } } },
      { kind: 'fullyConnected', name: 'fc1', units: 32, activation: 'maxout' },
      { kind: 'embedding', name: 'fc2' },
    ],
  };
}

/** `valid()` with the value at a path like `layers[3].branches.conv1x1` replaced, or removed by undefined. */
function changed(path: string, value: unknown): unknown {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const root: unknown = valid();
  let at = root as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[keys.at(-1)!] = value;
  return JSON.parse(JSON.stringify(root));
}

describe('parseModelSpec', () => {
  it('gives back a valid spec', () => {
    expect(parseModelSpec(valid())).toEqual(valid());
  });

  it('leaves out a stride of 1 in a module, the default', () => {
    expect(parseModelSpec(changed('layers[3].stride', 1))).toEqual(valid());
  });

  it.each<[string, unknown, string]>([
    ['name', undefined, 'missing'],
    ['name', 'a/b', `expected a name of letters, digits, '.', '_' and '-', got "a/b"`],
    ['input', [3, 32], 'expected [3, rows, columns], got [3,32]'],
    ['input', 'large', 'expected [3, rows, columns], got "large"'],
    ['input[0]', 1, 'expected 3 channels, got 1'],
    ['input[2]', 0, 'expected a positive integer, got 0'],
    ['embedding', 12.5, 'expected a positive integer, got 12.5'],
    ['embedding', 70_000, 'expected a positive integer of at most 65536, got 70000'],
    ['embedding', null, 'expected a positive integer, got null'],
    ['normalization', 'bacth', `expected "lrn", "batch" or "none", got "bacth"; did you mean 'batch'?`],
    ['normalization', 'spectral', 'expected "lrn", "batch" or "none", got "spectral"'],
    ['bias', true, 'expected "always", got true'],
    ['biass', 'always', "unknown key; did you mean 'bias'?"],
    ['colour', 1, 'unknown key; known are name, input, embedding, normalization, bias, layers'],
    ['layers', {}, 'expected an array, got {}'],
    ['layers', [], 'expected the last layer to be of kind "embedding", got undefined'],
    ['layers[1]', 7, 'expected an object, got 7'],
    ['layers[1]', null, 'expected an object, got null'],
    ['layers[1]', [], 'expected an object, got []'],
    ['layers[0].kind', undefined, 'missing'],
    ['layers[0].kind', 'cnov', `expected "conv", "maxPool", "lrn", "inception", "averagePool", "fullyConnected" or ` +
      `"embedding", got "cnov"; did you mean 'conv'?`],
    ['layers[0].strid', 1, "unknown key; did you mean 'stride'?"],
    ['layers[0].stride', 3, 'expected 1 or 2, got 3'],
    ['layers[0].kernel', 4, 'expected an odd size, got 4'],
    ['layers[0].out', -8, 'expected a positive integer, got -8'],
    ['layers[2].name', 'conv1', '"conv1" is also the name of layers[0]'],
    ['layers[3].branches', {}, 'expected at least one branch'],
    ['layers[3].branches.conv3x3', 8, 'expected an object, got 8'],
    ['layers[3].branches.conv3x3.out', 'x', 'expected a positive integer, got "x"'],
    ['layers[3].branches.conv3x3.reduce', undefined, 'missing'],
    ['layers[3].branches.conv7x7', 8, "unknown key; did you mean 'conv1x1'?"],
    ['layers[3].branches.pool.kind', 'average', 'expected "max" or "l2", got "average"'],
    ['layers[4].branches.conv1x1', 8, 'a module of stride 2 has no 1×1 branch'],
    ['layers[5].activation', 'tanh', 'expected "relu" or "maxout", got "tanh"'],
    ['layers[5]', { kind: 'embedding', name: 'e' }, 'layers follow the embedding'],
  ])('names %s when it is %j', (path, value, problem) => {
    const attempt = (): unknown => parseModelSpec(changed(path, value));
    expect(attempt).toThrow(SpecError);
    expect(attempt).toThrow(new SpecError(path, problem));
  });

  it('refuses a layer that reads a map behind one that gives a vector', () => {
    const spec = valid();
    spec.layers.splice(6, 0, { kind: 'averagePool', name: 'average' });
    expect(() => parseModelSpec(spec))
      .toThrow("layers[6]: averagePool 'average' reads a map, but 'fc1' before it gives a vector");
  });

  it.each<[Json, string]>([
    [null, 'expected an object, got null'], ['nn2', 'expected an object, got "nn2"'], [[], 'expected an object, got []'],
  ])('refuses %j as a whole', (value, message) => {
    expect(() => parseModelSpec(value)).toThrow(message);
  });

  it('says where the spec stands in a larger document', () => {
    const attempt = (): unknown => parseModelSpec(changed('layers[0].out', 0), 'model');
    expect(attempt).toThrow('model.layers[0].out: expected a positive integer, got 0');
  });
});
