import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initializeWeights, models, Random, resolveSpec, type Weights } from '@facenet/architecture';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OnnxBuilder } from '../onnx/builder.ts';
import { onnx } from '../onnx/generated/onnx.js';
import { readStoredTensors } from '../onnx/read-weights.ts';
import { type ReducedPrecision, reducedPrecisions } from '../precision/stored-weight.ts';
import { adoptSpace, type CompatibilityReport } from './compatibility.ts';
import { convertBundle, withThresholdsOfParent } from './convert-bundle.ts';
import { type Bundle, type BundleSource, type BundleTools, createBundle, encodeManifest } from './create-bundle.ts';
import { sha256 } from './digest.ts';
import type { GoldenPicture } from './golden.ts';
import type { Manifest } from './manifest.ts';
import type { ModelRunner } from './parity.ts';
import { readBundle } from './read-bundle.ts';
import { encodeTrainingList } from './training-list.ts';
import { scaleFor, thresholdFor } from './verdict.ts';
import { wrapNetwork } from './wrap-network.ts';

const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 28], width: 0.25, embedding: 16, normalization: 'batch' });
const [, rows, cols] = spec.input;

/** Statistics as after training, so that folding has something to do. */
function trainedWeights(): Map<string, Float32Array> {
  const random = new Random(2);
  const weights = new Map(initializeWeights(spec, { seed: 4, scheme: 'he' }));
  for (const [name, values] of weights) {
    if (name.endsWith('/variance')) weights.set(name, values.map(() => 0.5 + random.next()));
    if (name.endsWith('/mean')) weights.set(name, values.map(() => 0.3 * random.normal()));
  }
  return weights;
}

const counts = { val: 0.5, falseAccepts: 3, pairsSame: 100, pairsDifferent: 10_000, source: 'others' };
const source: BundleSource = {
  spec, weights: trainedWeights(), preprocessing: { version: 'face-1', mean: 127.5 }, licence: 'MIT',
  training: { steps: 1000, data: [{ description: 'faces', listDigest: 'ab'.repeat(32), licence: 'CC0' }] },
  trainingList: encodeTrainingList({ trainedImages: new Set(['0123456789abcdef']), heldOutImages: new Set(), trainedIdentities: new Set(), heldOutIdentities: new Set() }),
};
const tools: BundleTools = {
  toInput, openModel,
  measure: () => Promise.resolve({
    thresholds: [{ far: 0.001, threshold: 0.8, ...counts }, { far: 0.01, threshold: 1.1, ...counts }],
    evaluation: [{ dataset: 'others', protocol: 'all pairs', results: { images: 200 } }],
  }),
};

function toInput({ width, height, rgba }: GoldenPicture): Float32Array {
  return Float32Array.from({ length: 3 * rows * cols }, (_, i) => {
    const [x, y, channel] = [i % cols, Math.floor(i / cols) % rows, Math.floor(i / (rows * cols))];
    const pixel = Math.floor((y * height) / rows) * width + Math.floor((x * width) / cols);
    return (rgba[4 * pixel + channel]! - 127.5) / 128;
  });
}

async function openModel(bytes: Uint8Array): Promise<ModelRunner> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  return {
    run: async (images, n) => (await session.run({ image: new Tensor('float32', images, [n, 3, rows, cols]) }))['embedding']!.data as Float32Array,
    dispose: () => session.release(),
  };
}

let parent: Bundle;
let converted: Record<ReducedPrecision, Bundle>;
beforeAll(async () => {
  parent = await createBundle(source, tools);
  converted = { float16: await convertBundle(parent, { precision: 'float16' }, tools), int8: await convertBundle(parent, { precision: 'int8' }, tools) };
}, 240_000);

const filesOf = ({ onnx: file, manifest, trainingList }: Bundle): Parameters<typeof readBundle>[0] => ({ manifest: encodeManifest(manifest), onnx: file, trainingList });
const reread = (bundle: Bundle, change: Partial<Manifest> = {}): Promise<Bundle> => readBundle(filesOf({ ...bundle, manifest: { ...bundle.manifest, ...change } }));

describe.each(reducedPrecisions)('%s', (precision) => {
  test('is another model in the same space, read back as it was written', async () => {
    const bundle = converted[precision];
    expect(await reread(bundle)).toEqual(bundle);
    const { modelId, spaceId, name } = parent.manifest;
    expect(bundle.manifest).toMatchObject({
      name: `${name}-${precision}`, spaceId, onnx: { precision }, derived: { modelId, name, spaceId },
      thresholds: [], evaluation: [], compatibility: [], preprocessing: source.preprocessing, trainingList: parent.manifest.trainingList!,
    });
    expect(bundle.manifest.modelId).not.toBe(modelId);
    expect(bundle.manifest.parity.maxDifference).toBeLessThan(1e-5);
    expect((await convertBundle(parent, { precision, name: 'other' }, tools)).manifest).toMatchObject({ name: 'other', modelId: bundle.manifest.modelId });
  });

  test('gives embeddings as near to those of float32 as its manifest says, on the runtime', async () => {
    const [one, other] = await Promise.all([openModel(parent.onnx), openModel(converted[precision].onnx)]);
    const { least, lowest, inputs } = converted[precision].manifest.derived!.parity;
    const cosines: number[] = [];
    for (const vector of parent.manifest.golden) {
      const image = toInput({ ...vector, rgba: Buffer.from(vector.rgba, 'base64') });
      const [a, b] = [await one.run(image, 1), await other.run(image, 1)];
      cosines.push(a.reduce((sum, value, i) => sum + value * b[i]!, 0));
    }
    inputs.forEach(({ cosine }, i) => { expect(cosine).toBeCloseTo(cosines[i]!, 5); });
    expect(lowest).toBeCloseTo(Math.min(...cosines), 5);
    expect(lowest).toBeGreaterThanOrEqual(least);
    // The weights are others.
    expect(lowest).toBeLessThan(1);
    await Promise.all([one.dispose(), other.dispose()]);
  });

  test('stores large weights so under their names, biases as they were, and fewer bytes', () => {
    const [before, after] = [readStoredTensors(parent.onnx), readStoredTensors(converted[precision].onnx)];
    const large = [...before].filter(([, { dims, bytes }]) => dims[0]! > 1 && dims.length > 1 && bytes.length >= 4 * 256);
    expect(large.length).toBeGreaterThan(15);
    for (const [name, { dims }] of large) expect(after.get(name)).toMatchObject({ type: precision, dims });
    const kept = [...before].filter(([name]) => !large.some(([other]) => other === name));
    for (const [name, tensor] of kept) expect(after.get(name)).toEqual(tensor);
    expect(converted[precision].onnx.length).toBeLessThan({ float16: 0.65, int8: 0.45 }[precision] * parent.onnx.length);
  });

  test('is float32 again once a session is made: nothing is computed of weights in each run', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'facenet-optimised-'));
    const file = path.join(folder, 'model.onnx');
    const session = await InferenceSession.create(converted[precision].onnx, { graphOptimizationLevel: 'basic', optimizedModelFilePath: file });
    await session.release();
    const { graph } = onnx.ModelProto.decode(readFileSync(file));
    rmSync(folder, { recursive: true });
    const before = onnx.ModelProto.decode(converted[precision].onnx).graph!;
    expect(before.node!.filter(({ op_type }) => op_type === 'Cast').length).toBeGreaterThan(15);
    expect(graph!.node!.filter(({ op_type }) => op_type === 'Cast')).toEqual([]);
    const reduced = [onnx.TensorProto.DataType.INT8, onnx.TensorProto.DataType.FLOAT16];
    expect(graph!.initializer!.filter(({ data_type }) => reduced.includes(data_type!))).toEqual([]);
  });
});

test('NNS2 at full width takes at most 4.5 MB as int8', async () => {
  const full = resolveSpec({ ...models.nns2, normalization: 'batch' });
  const size = full.input;
  const black: BundleTools = {
    toInput: ({ rgba }) => Float32Array.from({ length: size[0] * size[1] * size[2] }, (_, i) => (rgba[(7 * i) % rgba.length]! - 127.5) / 128),
    openModel: async (bytes) => {
      const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
      return {
        run: async (images, n) => (await session.run({ image: new Tensor('float32', images, [n, ...size]) }))['embedding']!.data as Float32Array,
        dispose: () => session.release(),
      };
    },
  };
  const bundle = await createBundle({ ...source, spec: full, weights: initializeWeights(full, { seed: 1, scheme: 'he' }) }, black);
  const small = await convertBundle(bundle, { precision: 'int8' }, black);
  expect(small.onnx.length).toBeLessThanOrEqual(4.5e6);
  expect((await reread(small)).manifest.derived!.parity.lowest).toBeGreaterThan(0.999);
  // Four million weights and ten reference embeddings: slow where the machine is busy.
}, 240_000);

describe('nothing is converted', () => {
  const changed = (name: string, change: (values: Float32Array) => Float32Array): Weights => {
    const weights = trainedWeights();
    return weights.set(name, change(weights.get(name)!));
  };

  test('of what is stored in fewer bits already, or comes from elsewhere', async () => {
    await expect(convertBundle(converted.float16, { precision: 'int8' }, tools)).rejects.toThrow(
      `${spec.name}-float16 is stored as float16 already; expected the float32 model that it was made of`,
    );
    const model = new OnnxBuilder();
    const flat = model.node('Flatten', [model.input('data', 'float32', ['N', 3, rows, cols])]);
    model.output('fc1', flat, 'float32', ['N', 3 * rows * cols]);
    const wrapped = await wrapNetwork(
      { onnx: model.encode(), file: 'f.onnx', name: 'foreign', spaceId: 'theirs', preprocessing: { version: 'face-1' }, licence: 'theirs', inputSize: [3, rows, cols] },
      {
        toInput,
        openNetwork: async (bytes, { input, output }) => {
          const session = await InferenceSession.create(bytes);
          return {
            run: async (values, dims) => {
              const { [output]: result } = await session.run({ [input]: new Tensor('float32', values, [...dims]) });
              return { values: result!.data as Float32Array, dims: result!.dims };
            },
            dispose: () => session.release(),
          };
        },
      },
    );
    await expect(convertBundle(wrapped, { precision: 'int8' }, tools)).rejects.toThrow('foreign is a network from elsewhere, known as a file only; expected a model trained here');
  });

  test('that leads too far from float32', async () => {
    // Of grey pictures these cancel, red against green; what is left of them hangs on weights that are next to them hardly a level of int8.
    const [window, place] = [25, 12];
    const outliers = changed('conv1/weight', (values) => values.map((value, i) => (
      i % (3 * window) === place ? 100 : i % (3 * window) === window + place ? -100 : value
    )));
    const bundle = await createBundle({ ...source, weights: outliers }, tools);
    await expect(convertBundle(bundle, { precision: 'int8' }, tools)).rejects.toThrow(
      /stored as int8, the network's embedding of '\w+' has a cosine of -?0\.\d+ to that of float32; expected at least 0\.999, so nothing was converted/,
    );
    await expect(convertBundle(bundle, { precision: 'float16' }, tools)).resolves.toBeDefined();
  });

  test('that a float16 cannot hold', async () => {
    const bundle = await createBundle({ ...source, weights: changed('conv1/weight', (values) => values.with(5, 1e6)) }, tools);
    await expect(convertBundle(bundle, { precision: 'float16' }, tools)).rejects.toThrow(/weight 'conv1\/weight' holds \d+.* at index 5; float16 ends at 65504/);
  });

  test('by a runtime that computes something else', async () => {
    const wrong: BundleTools = {
      ...tools,
      openModel: async (bytes) => {
        const runner = await openModel(bytes);
        return { ...runner, run: async (images, n) => (await runner.run(images, n)).map((value, i) => (i === 3 ? value + 2e-4 : value)) };
      },
    };
    await expect(convertBundle(parent, { precision: 'int8' }, wrong)).rejects.toThrow('the ONNX model differs from the reference');
  });
});

const estimate = { value: 0.5, low: 0.495, high: 0.505 };
const val = { ...estimate, threshold: 1, far: 0.001, falseAccepts: 9, pairsSame: 100, pairsDifferent: 9000 };
const rank1 = { ...estimate, probes: 80 };
const reportOn = (galleryModelId: string, gallerySpaceId: string): CompatibilityReport => ({
  galleryModelId, gallerySpaceId, galleryName: 'v1', images: { source: 'others', identities: 10, images: 80 }, far: 0.001,
  val: { gallery: val, query: val, cross: val }, rank1: { gallery: rank1, query: rank1, cross: rank1, crossReverse: rank1 }, passes: true,
});

describe('the space', () => {
  const server = reportOn('ab'.repeat(32), 'server');

  test('is that which the float32 model was let into, with the report that did it', async () => {
    const adopted = { ...parent, manifest: adoptSpace(parent.manifest, server) };
    const bundle = await convertBundle(adopted, { precision: 'int8' }, tools);
    expect((await reread(bundle)).manifest).toMatchObject({ spaceId: 'server', derived: { spaceId: 'server', compatibility: server }, compatibility: [] });
    const { modelId, name, spaceId, parity } = bundle.manifest.derived!;
    await expect(reread(bundle, { derived: { modelId, name, spaceId, parity } })).rejects.toThrow('model.json: derived.spaceId is server; derived.modelId, without a passing report of compatibility for another space, has space-');
  });

  test('may be given up for its own, and for no other', async () => {
    const own = `space-${converted.int8.manifest.modelId.slice(0, 16)}`;
    expect((await reread(converted.int8, { spaceId: own })).manifest.spaceId).toBe(own);
    await expect(reread(converted.int8, { spaceId: 'space-other' })).rejects.toThrow('model.json: spaceId is space-other');
  });

  test('is lost by a report that much of VAL is, be it small, and not by a hair or by what chance can do', async () => {
    const { modelId, spaceId } = parent.manifest;
    const measured = (gallery: number, query: number, cross: number, low = gallery - 0.005): CompatibilityReport => {
      const cell = (value: number): typeof val => ({ ...val, value, low: value === gallery ? low : value, high: value });
      return { ...reportOn(modelId, spaceId), val: { gallery: cell(gallery), query: cell(query), cross: cell(cross) }, passes: cross >= Math.min(gallery, query) };
    };
    for (const report of [measured(0.5, 0.499, 0.498), measured(0.5, 0.52, 0.51), measured(0.5, 0.47, 0.48, 0.46)]) {
      expect((await reread(converted.int8, { compatibility: [report] })).manifest.compatibility).toEqual([report]);
    }
    for (const report of [measured(0.5, 0.5, 0.48), measured(0.5, 0.48, 0.47), measured(0.02, 0.014, 0.013, 0.018)]) {
      await expect(reread(converted.int8, { compatibility: [report] })).rejects.toThrow(`model.json: spaceId is ${spaceId}; modelId, without a passing report`);
    }
  });
});

describe('thresholds of the float32 model', () => {
  test('are taken over by saying so: alone, across, and with others', async () => {
    const { modelId: other } = converted.float16.manifest;
    const withOther = { ...parent.manifest, thresholds: [...parent.manifest.thresholds, { queryModelId: parent.manifest.modelId, galleryModelId: other, far: 0.1, threshold: 1.3, ...counts }] };
    const taken = withThresholdsOfParent(converted.int8.manifest, withOther);
    const { manifest } = await reread(converted.int8, taken);
    const [mine, its] = [manifest.modelId, parent.manifest.modelId];
    for (const pair of [{ query: mine, gallery: mine }, { query: mine, gallery: its }, { query: its, gallery: mine }]) {
      expect(scaleFor(manifest, pair, 0.001)).toEqual({ threshold: 0.8, ambiguousBelow: 1.1, far: 0.001 });
      expect(thresholdFor(manifest, pair, 0.001)).toMatchObject({ measuredWith: its, source: 'others' });
    }
    expect(thresholdFor(manifest, { query: mine, gallery: other }, 0.1)).toMatchObject({ threshold: 1.3, measuredWith: its });
    expect(() => scaleFor(converted.int8.manifest, { query: mine, gallery: mine }, 0.001)).toThrow('the model has none');
  });

  test('stay behind those that were measured, and do not serve another model', () => {
    const { modelId } = converted.int8.manifest;
    const own = { queryModelId: modelId, galleryModelId: modelId, far: 0.1, threshold: 1.5, ...counts };
    const { thresholds } = withThresholdsOfParent({ ...converted.int8.manifest, thresholds: [own] }, parent.manifest);
    expect(thresholds.filter(({ queryModelId, galleryModelId }) => queryModelId === galleryModelId)).toEqual([own]);
    expect(thresholds).toHaveLength(3);
    expect(() => withThresholdsOfParent(converted.int8.manifest, converted.float16.manifest)).toThrow(`${spec.name}-int8 was not made of ${spec.name}-float16`);
  });
});

const derived = ({ derived: found }: Manifest): NonNullable<Manifest['derived']> => found!;

/** Each a change that makes a converted bundle disagree with itself, and what the error must name. */
test.each<[string, (manifest: Manifest) => Partial<Manifest>, string]>([
  ['another precision', (m) => ({ onnx: { ...m.onnx, precision: 'float16' } }), "model.json: onnx.precision is float16; model.onnx stores 'conv1/weight' as int8, expected float16"],
  ['float32', (m) => ({ onnx: { ...m.onnx, precision: 'float32' } }), "model.json: onnx.precision is float32; model.onnx stores 'conv1/weight' as int8, expected float32"],
  ['a lowest cosine that is none of its inputs', (m) => ({ derived: { ...derived(m), parity: { ...derived(m).parity, lowest: 0.9999999 } } }), 'model.json: derived.parity.lowest is 0.9999999; its inputs has 0.99'],
  ['a cosine that is too low, whatever it asks for', (m) => ({ derived: { ...derived(m), parity: { kind: 'cosine', least: 0.9, lowest: 0.95, inputs: [{ name: 'noise', cosine: 0.95 }] } } }), 'expected a cosine of at least 0.999 to float32 for int8'],
  ['a tolerance of another kind', (m) => ({ derived: { ...derived(m), parity: { ...derived(m).parity, kind: 'difference' as 'cosine' } } }), 'model.json: derived.parity.kind: expected "cosine", got "difference"'],
  ['a threshold measured with a third model', (m) => ({ thresholds: [{ queryModelId: m.modelId, galleryModelId: m.modelId, far: 0.1, threshold: 1, ...counts, measuredWith: 'ab'.repeat(32) }] }), 'model.json: thresholds[0].measuredWith is abab'],
  ['another modelId', () => ({ modelId: 'cd'.repeat(32) }), 'model.json: modelId is cdcd'],
])('refuses a converted bundle with %s', async (_, change, message) => {
  await expect(reread(converted.int8, change(converted.int8.manifest))).rejects.toThrow(message);
});

test('refuses fewer bits without what they were made of, and the other way around', async () => {
  const { derived: found, ...without } = converted.int8.manifest;
  await expect(readBundle({ ...filesOf(converted.int8), manifest: encodeManifest(without) })).rejects.toThrow('model.json: derived: missing; a model stored as int8 says which one it was made of');
  await expect(reread(parent, { derived: found! })).rejects.toThrow('model.json: derived: expected none of a model stored as float32');
});

test('refuses a file of which one whole number, or one scale, is another, its digest corrected', async () => {
  const tensors = readStoredTensors(converted.int8.onnx);
  for (const name of ['conv1/weight', 'conv1/weight/scale']) {
    const changed = converted.int8.onnx.slice();
    changed[tensors.get(name)!.bytes.byteOffset + 2 - converted.int8.onnx.byteOffset]! ^= 1;
    const { manifest } = converted.int8;
    const forged = { ...manifest, onnx: { ...manifest.onnx, sha256: await sha256(changed) } };
    await expect(readBundle({ ...filesOf(converted.int8), manifest: encodeManifest(forged), onnx: changed })).rejects.toThrow('; network, weights and preprocessing together has ');
  }
});

test('refuses a file of which a scale is gone', async () => {
  const proto = onnx.ModelProto.decode(converted.int8.onnx);
  proto.graph!.initializer = proto.graph!.initializer!.filter(({ name }) => name !== 'conv1/weight/scale');
  const changed = new Uint8Array(onnx.ModelProto.encode(proto).finish());
  const { manifest } = converted.int8;
  const forged = { ...manifest, onnx: { ...manifest.onnx, bytes: changed.length, sha256: await sha256(changed) } };
  await expect(readBundle({ ...filesOf(converted.int8), manifest: encodeManifest(forged), onnx: changed })).rejects.toThrow("model.onnx: scale of 'conv1/weight' is none; expected [");
});
