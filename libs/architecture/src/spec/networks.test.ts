import { costTable, totalCost } from './costs.ts';
import { type ModelName, models } from './networks.ts';
import { parseModelSpec } from './parse-model-spec.ts';
import type { VariantConfig } from './resolve-spec.ts';
import { resolveSpec } from './resolve-spec.ts';

type Row = readonly [layer: string, output: string, parameters: number, multiplyAdds: number | `${number}M`];

/** `56x56x64` for [64, 56, 56]: the paper writes rows × columns × channels. */
function paperShape(shape: readonly number[]): string {
  const [channels, ...map] = shape;
  return [...map.filter((size) => size > 1), channels].join('x');
}

/** As Table 2 prints them: millions, one decimal. */
function millions(multiplyAdds: number): string {
  return `${(multiplyAdds / 1e6).toFixed(1)}M`;
}

function expectRows(name: ModelName, rows: readonly Row[]): void {
  const table = costTable(models[name]);
  const actual = rows.map(([layer, , , printed]) => {
    const row = table.find((candidate) => candidate.name === layer)!;
    const multiplyAdds = typeof printed === 'number' ? row.multiplyAdds : millions(row.multiplyAdds);
    return [layer, paperShape(row.outputShape), row.parameters, multiplyAdds];
  });
  expect(actual).toEqual(rows);
  expect(table).toHaveLength(rows.length);
}

describe('the six networks', () => {
  it.each<[ModelName, string, number, number]>([
    // The totals of Tables 1 and 2 and section 3.3 before rounding: 140M/1.6B, 7.5M/1.6B, –, 6.6M/285M, 26M/220M,
    // 4.3M/20M. Sums over the layers by k·k·cin·cout + cout, done by hand.
    ['nn1', '220x220', 140_025_664, 1_608_287_104],
    ['nn2', '224x224', 7_456_304, 1_599_771_872],
    ['nn3', '160x160', 7_456_304, 816_274_400],
    ['nn4', '96x96', 6_607_888, 285_330_432],
    ['nns1', '165x165', 25_906_840, 222_618_008],
    ['nns2', '140x116', 4_287_144, 19_888_904],
  ])('%s at %s has %i parameters and %i multiply-adds', (name, input, parameters, multiplyAdds) => {
    expect(models[name].input.slice(1).join('x')).toBe(input);
    expect(models[name].embedding).toBe(128);
    expect(totalCost(costTable(models[name]))).toMatchObject({ parameters, multiplyAdds });
  });

  it('nn1 has the layers of Table 1', () => {
    expectRows('nn1', [
      ['conv1', '110x110x64', 9_472, 114_611_200],
      ['pool1', '55x55x64', 0, 0],
      ['rnorm1', '55x55x64', 0, 0],
      ['conv2a', '55x55x64', 4_160, 12_584_000],
      ['conv2', '55x55x192', 110_784, 335_121_600],
      ['rnorm2', '55x55x192', 0, 0],
      ['pool2', '28x28x192', 0, 0],
      ['conv3a', '28x28x192', 37_056, 29_051_904],
      ['conv3', '28x28x384', 663_936, 520_525_824],
      ['pool3', '14x14x384', 0, 0],
      ['conv4a', '14x14x384', 147_840, 28_976_640],
      ['conv4', '14x14x256', 884_992, 173_458_432],
      ['conv5a', '14x14x256', 65_792, 12_895_232],
      ['conv5', '14x14x256', 590_080, 115_655_680],
      ['conv6a', '14x14x256', 65_792, 12_895_232],
      ['conv6', '14x14x256', 590_080, 115_655_680],
      ['pool4', '7x7x256', 0, 0],
      ['fc1', '4096', 102_768_640, 102_768_640],
      ['fc2', '4096', 33_562_624, 33_562_624],
      ['fc7128', '128', 524_416, 524_416],
    ]);
  });

  it('nn2 has the modules of Table 2', () => {
    expectRows('nn2', [
      ['conv1', '112x112x64', 9_472, '118.8M'],
      ['pool1', '56x56x64', 0, 0],
      ['norm1', '56x56x64', 0, 0],
      ['inception2', '56x56x192', 114_944, '360.5M'],
      ['norm2', '56x56x192', 0, 0],
      ['pool2', '28x28x192', 0, 0],
      ['inception3a', '28x28x256', 163_696, '128.3M'],
      ['inception3b', '28x28x320', 227_776, '178.6M'],
      ['inception3c', '14x14x640', 397_792, '108.2M'],
      ['inception4a', '14x14x640', 545_536, '106.9M'],
      ['inception4b', '14x14x640', 595_216, '116.7M'],
      ['inception4c', '14x14x640', 654_112, '128.2M'],
      ['inception4d', '14x14x640', 722_224, '141.6M'],
      ['inception4e', '7x7x1024', 717_408, '56.3M'],
      ['inception5a', '7x7x1024', 1_588_464, '77.8M'],
      ['inception5b', '7x7x1024', 1_588_464, '77.8M'],
      ['averagePool', '1024', 0, 0],
      ['fc', '128', 131_200, '0.1M'],
    ]);
  });

  it('nn3 has the modules of nn2 on smaller maps', () => {
    expect(models.nn3.layers).toEqual(models.nn2.layers);
    // 160 → 80 → 40 → 20 → 10 → 5 by ceil(in / 2).
    expect(costTable(models.nn3).find(({ name }) => name === 'inception5b')!.outputShape).toEqual([1024, 5, 5]);
  });

  it('nn4 has no 5×5 in 4e, 5a and 5b', () => {
    expectRows('nn4', [
      ['conv1', '48x48x64', 9_472, 21_823_488],
      ['pool1', '24x24x64', 0, 0],
      ['norm1', '24x24x64', 0, 0],
      ['inception2', '24x24x192', 114_944, 66_207_744],
      ['norm2', '24x24x192', 0, 0],
      ['pool2', '12x12x192', 0, 0],
      ['inception3a', '12x12x256', 163_696, 23_572_224],
      ['inception3b', '12x12x320', 227_776, 32_799_744],
      // Reductions at 12×12: (320 + 1)(128 + 32)·144; halved to 6×6: (1152·256 + 256 + 800·64 + 64)·36.
      ['inception3c', '6x6x640', 397_792, 7_395_840 + 12_471_552],
      ['inception4a', '6x6x640', 545_536, 19_639_296],
      ['inception4b', '6x6x640', 595_216, 21_427_776],
      ['inception4c', '6x6x640', 654_112, 23_548_032],
      ['inception4d', '6x6x640', 722_224, 26_000_064],
      // 641·160·36 at 6×6, then (1440·256 + 256)·9 at 3×3; the parameters are 641·160 + 1441·256.
      ['inception4e', '3x3x896', 471_456, 3_692_160 + 3_320_064],
      // 897·(384 + 192 + 128) + 1729·384.
      ['inception5a', '3x3x896', 1_295_424, 11_658_816],
      ['inception5b', '3x3x896', 1_295_424, 11_658_816],
      ['averagePool', '896', 0, 0],
      ['fc', '128', 114_816, 114_816],
    ]);
  });

  it('nns1 has the modules of its table', () => {
    expectRows('nns1', [
      ['conv1', '83x83x32', 4_736, 32_626_304],
      ['pool1', '42x42x32', 0, 0],
      ['norm1', '42x42x32', 0, 0],
      ['inception2', '42x42x96', 28_800, 50_803_200],
      ['norm2', '42x42x96', 0, 0],
      ['pool2', '21x21x96', 0, 0],
      ['inception3a', '21x21x160', 44_120, 19_456_920],
      ['inception3b', '21x21x208', 77_584, 34_214_544],
      // 209·80·441 + (577·128 + 401·32)·121
      ['inception3c', '11x11x368', 103_408, 7_373_520 + 10_489_248],
      ['inception4a', '11x11x352', 187_056, 22_633_776],
      // 353·80·121 + 721·160·36
      ['inception4e', '6x6x512', 143_600, 3_417_040 + 4_152_960],
      ['inception5a', '6x6x448', 346_656, 12_479_616],
      ['fc1', '1536', 24_774_144, 24_774_144],
      ['fc2', '128', 196_736, 196_736],
    ]);
  });

  it('nns2 has the modules of its table, on maps that are not square', () => {
    expectRows('nns2', [
      ['conv1', '70x58x16', 1_216, 4_936_960],
      ['pool1', '35x29x16', 0, 0],
      ['norm1', '35x29x16', 0, 0],
      ['inception2', '35x29x24', 3_752, 3_808_280],
      ['norm2', '35x29x24', 0, 0],
      ['pool2', '18x15x24', 0, 0],
      ['inception3a', '18x15x64', 5_840, 1_576_800],
      // 65·24·270 + 217·48·72
      ['inception3c', '9x8x112', 11_976, 421_200 + 749_952],
      ['inception4a', '9x8x144', 25_640, 1_846_080],
      // 145·32·72 + 289·80·20
      ['inception4e', '5x4x224', 27_760, 334_080 + 462_400],
      ['inception5a', '5x4x224', 81_168, 1_623_360],
      ['fc1', '896', 4_014_976, 4_014_976],
      ['fc2', '128', 114_816, 114_816],
    ]);
  });
});

describe('the networks of OpenFace, which count a bias and two numbers of batch normalisation per channel', () => {
  const openFace = (variant: VariantConfig): number => {
    const spec = { ...resolveSpec({ ...variant, normalization: 'batch' }), bias: 'always' as const };
    return totalCost(costTable(spec)).parameters;
  };

  it.each<[string, number, VariantConfig]>([
    // The parameter counts that OpenFace publishes on its page of models.
    ['nn2', 7_472_144, { extends: 'nn2' }],
    ['nn4', 6_959_088, { extends: 'nn2', drop: ['inception5a/conv5x5', 'inception5b/conv5x5'] }],
    ['nn4.small1', 5_579_520, {
      extends: 'nn2', drop: ['inception5a/conv5x5', 'inception5b/conv5x5', 'inception4c', 'inception4d'],
    }],
    ['nn4.small2', 3_733_968, { extends: 'nn4.small2' }],
  ])('%s has %i parameters', (_, parameters, variant) => {
    expect(openFace(variant)).toBe(parameters);
  });

  it('nn4.small2 is such a network as it stands', () => {
    expect(totalCost(costTable(models['nn4.small2'])).parameters).toBe(3_733_968);
  });
});

describe('models', () => {
  it.each(Object.entries(models))('%s goes through JSON and the checks unchanged', (name, spec) => {
    expect(spec.name).toBe(name);
    expect(parseModelSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });
});
