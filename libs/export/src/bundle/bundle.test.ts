import { initializeWeights, resolveSpec, type Weights } from '@facenet/architecture';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { foldedNetwork } from '../inference-model.ts';
import { onnx } from '../onnx/generated/onnx.js';
import { BundleError } from './bundle-error.ts';
import { adoptSpace, type CompatibilityReport } from './compatibility.ts';
import { createBundle, encodeManifest, type Bundle, type BundleSource, type BundleTools } from './create-bundle.ts';
import { sha256 } from './digest.ts';
import type { GoldenPicture } from './golden.ts';
import type { Manifest, TrainedSource } from './manifest.ts';
import { checkGolden, type ModelRunner } from './parity.ts';
import { readBundle } from './read-bundle.ts';
import { encodeTrainingList } from './training-list.ts';

const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 28], width: 0.25, embedding: 16, normalization: 'batch' });
const [, rows, cols] = spec.input;
const source: BundleSource = {
  spec,
  weights: initializeWeights(spec, { seed: 4, scheme: 'he' }),
  preprocessing: { version: 'face-1', mean: 127.5, std: 128, crop: { kind: 'centre', scale: 1 } },
  training: { steps: 1000, data: [{ description: 'faces', identities: 10, images: 100, listDigest: 'ab'.repeat(32), licence: 'CC0' }] },
  licence: 'MIT',
};
const counts = { val: 0.5, falseAccepts: 3, pairsSame: 100, pairsDifferent: 10_000, source: 'others' };
const tools: BundleTools = {
  toInput,
  openModel,
  measure: () => Promise.resolve({
    thresholds: [{ far: 0.01, threshold: 1.1, ...counts }, { far: 0.001, threshold: 0.8, ...counts }],
    evaluation: [{ dataset: 'others', protocol: 'all pairs', results: { images: 200, val: [{ far: 0.001, value: 0.5 }] } }],
  }),
};

/** The nearest pixel: enough for a test, where the same function is used on both sides. */
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

let bundle: Bundle;
beforeAll(async () => { bundle = await createBundle(source, tools); });

const reread = (manifest: unknown, model = bundle.onnx): Promise<Bundle> =>
  readBundle({ manifest: typeof manifest === 'string' ? manifest : JSON.stringify(manifest), onnx: model });

test('a bundle is read back as it was written', async () => {
  const again = await readBundle({ manifest: encodeManifest(bundle.manifest), onnx: bundle.onnx });
  expect(again).toEqual(bundle);
  expect(again.manifest).toMatchObject({
    name: spec.name, inputSize: [3, 32, 28], embedding: { size: 16, distance: 'squared-l2' }, licence: 'MIT', preprocessing: source.preprocessing,
    onnx: { precision: 'float32', opset: 17, bytes: bundle.onnx.length },
  });
  expect(again.manifest.thresholds.map(({ far }) => far)).toEqual([0.001, 0.01]);
  expect(again.manifest.parity.inputs.map(({ name }) => name)).toEqual(['noise', 'checkerboard', 'white', 'black', 'gradient']);
  expect(again.manifest.parity.maxDifference).toBeLessThan(1e-5);
});

test('how a photo becomes the input is part of what the model is, and cannot be changed afterwards', async () => {
  const photo = { detector: 'face-api-tiny-1', alignment: 'five-point-136-1' };
  const stated = await createBundle({ ...source, preprocessing: { ...source.preprocessing, photo } }, tools);
  expect(stated.manifest.preprocessing).toEqual({ ...source.preprocessing, photo });
  expect(stated.manifest.modelId).not.toBe(bundle.manifest.modelId);
  const other = { ...stated.manifest.preprocessing, photo: { ...photo, alignment: 'two-eyes-160-1' } };
  await expect(reread({ ...stated.manifest, preprocessing: other }, stated.onnx)).rejects.toThrow('model.json: preprocessing is');
  // Bundles from before it was stated are what they were.
  expect((await reread(bundle.manifest)).manifest.preprocessing).not.toHaveProperty('photo');
});

test('a list of what was trained on is read back, and must be the one that model.json names', async () => {
  const digests = { trainedImages: new Set(['0123456789abcdef']), heldOutImages: new Set<string>(), trainedIdentities: new Set<string>(), heldOutIdentities: new Set<string>() };
  const trainingList = encodeTrainingList(digests);
  const listed = await createBundle({ ...source, trainingList }, tools);
  const read = (change: Partial<Manifest>, list: Uint8Array<ArrayBuffer> | undefined): Promise<Bundle> =>
    readBundle({ manifest: encodeManifest({ ...listed.manifest, ...change }), onnx: listed.onnx, trainingList: list });
  expect(await read({}, trainingList)).toEqual(listed);
  expect(listed.manifest).toMatchObject({ modelId: bundle.manifest.modelId, trainingList: { trainedImages: 1, heldOutImages: 0 } });
  await expect(read({}, undefined)).rejects.toThrow('training.bin: missing; model.json names it');
  await expect(read({}, trainingList.with(24, 2))).rejects.toThrow('model.json: trainingList.sha256 is');
  await expect(read({ trainingList: { ...listed.manifest.trainingList!, trainedImages: 2 } }, trainingList)).rejects.toThrow('trainingList.trainedImages is 2; training.bin has 1');
  await expect(readBundle({ manifest: encodeManifest(bundle.manifest), onnx: bundle.onnx, trainingList })).rejects.toThrow('training.bin: model.json does not name it');
});

describe('a space', () => {
  const estimate = { value: 0.5, low: 0.4, high: 0.6 };
  const val = { ...estimate, threshold: 1, far: 0.001, falseAccepts: 9, pairsSame: 100, pairsDifferent: 9000 };
  const rank1 = { ...estimate, probes: 80 };
  const report: CompatibilityReport = {
    galleryModelId: 'ab'.repeat(32), gallerySpaceId: 'server', galleryName: 'v1', images: { source: 'others', identities: 10, images: 80 }, far: 0.001,
    val: { gallery: val, query: val, cross: val }, rank1: { gallery: rank1, query: rank1, cross: rank1, crossReverse: rank1 }, passes: true,
  };

  test('is taken over with a passing report, which leaves the model and its file as they are', async () => {
    const adopted = await reread(adoptSpace(bundle.manifest, report));
    expect(adopted.manifest).toMatchObject({ spaceId: 'server', modelId: bundle.manifest.modelId, onnx: bundle.manifest.onnx, compatibility: [report] });
  });

  test('is refused without one, and where a report claims what its cells do not show', async () => {
    const worse = { ...report, rank1: { ...report.rank1, crossReverse: { ...rank1, value: 0.4 } } };
    await expect(reread({ ...bundle.manifest, spaceId: 'server' })).rejects.toThrow('model.json: spaceId is server; modelId, without a passing report');
    await expect(reread({ ...bundle.manifest, spaceId: 'server', compatibility: [worse] })).rejects.toThrow('compatibility[0].passes is true; by its cells it is not');
    await expect(reread({ ...bundle.manifest, spaceId: 'server', compatibility: [{ ...worse, passes: false }] })).rejects.toThrow('spaceId is server');
    await expect(reread({ ...bundle.manifest, compatibility: [{ ...report, far: 2 }] })).rejects.toThrow('compatibility[0].far: expected a number from 0 to 1, got 2');
  });
});

test('model.json keeps every text and has lists of numbers on one line', () => {
  const licence = 'lists [ 1 ] and [\n  2\n]';
  const json = encodeManifest({ ...bundle.manifest, licence });
  expect((JSON.parse(json) as Manifest).licence).toBe(licence);
  expect(json).toContain('"inputSize": [3, 32, 28]');
});

test('the ONNX file says by itself what it is', () => {
  const metadata = new Map(onnx.ModelProto.decode(bundle.onnx).metadata_props.map(({ key, value }) => [key, value]));
  expect(metadata.get('modelId')).toBe(bundle.manifest.modelId);
  // Which a report of compatibility may change, without touching the file.
  expect(metadata.has('spaceId')).toBe(false);
  expect(JSON.parse(metadata.get('spec')!)).toEqual(spec);
  expect(JSON.parse(metadata.get('preprocessing')!)).toEqual(source.preprocessing);
});

test('golden vectors lead from stored pixels to the embedding that the model gives', async () => {
  const runner = await openModel(bundle.onnx);
  const report = await checkGolden(bundle.manifest, toInput, runner);
  expect(report.inputs.map(({ name }) => name)).toEqual(['noise', 'checkerboard', 'white', 'black', 'gradient']);
  expect(report.maxDifference).toBeLessThan(1e-5);
  // Another preprocessing is noticed.
  const brighter = await checkGolden(bundle.manifest, (picture) => toInput(picture).map((value) => value + 0.2), runner);
  expect(brighter.maxDifference).toBeGreaterThan(1e-3);
  await runner.dispose();
});

describe('the identity of a model', () => {
  const idOf = async (change: Partial<BundleSource>): Promise<string> => (await createBundle({ ...source, ...change }, tools)).manifest.modelId;

  test('stays when the same weights are exported again under another name', async () => {
    expect(await idOf({ name: 'other', licence: 'none' })).toBe(bundle.manifest.modelId);
  });

  test('changes with one weight, with the preprocessing and with the network', async () => {
    const oneWeight = new Map(source.weights);
    const name = 'conv1/weight';
    oneWeight.set(name, oneWeight.get(name)!.with(0, 0.25));
    const otherSpec = { ...spec, name: 'renamed' };
    const ids = await Promise.all([
      idOf({ weights: oneWeight }), idOf({ preprocessing: { ...source.preprocessing, std: 127.5 } }), idOf({ spec: otherSpec }),
    ]);
    expect(new Set([bundle.manifest.modelId, ...ids]).size).toBe(4);
  });
});

describe('export', () => {
  test('gives nothing when the ONNX model is further than 1e-4 from the reference', async () => {
    const off = (by: number): BundleTools => ({
      ...tools,
      openModel: async (bytes) => {
        const runner = await openModel(bytes);
        return { ...runner, run: async (images, n) => (await runner.run(images, n)).map((value, i) => (i === 3 ? value + by : value)) };
      },
    });
    await expect(createBundle(source, off(2e-4))).rejects.toThrow(/differs from the reference by 2\.0\de-4 on '\w+'; expected at most 1e-4/);
    await expect(createBundle(source, off(NaN))).rejects.toThrow('differs from the reference by');
    await expect(createBundle(source, off(5e-5))).resolves.toBeDefined();
  });

  test('notices a model that is wrong only in a batch', async () => {
    const wrong: BundleTools = {
      ...tools,
      openModel: async (bytes) => {
        const runner = await openModel(bytes);
        return { ...runner, run: async (images, n) => (await runner.run(images, n)).map((value, i) => (i >= 16 ? -value : value)) };
      },
    };
    await expect(createBundle(source, wrong)).rejects.toThrow('differs from the reference');
  });

  test('disposes of the model, also when measuring fails', async () => {
    let open = 0;
    const counting: BundleTools = {
      ...tools,
      openModel: async (bytes) => {
        const runner = await openModel(bytes);
        open++;
        return { ...runner, dispose: async () => { open--; await runner.dispose(); } };
      },
      measure: () => Promise.reject(new Error('no images')),
    };
    await expect(createBundle(source, counting)).rejects.toThrow('no images');
    expect(open).toBe(0);
  });
});

const trained = ({ source: found }: Manifest): TrainedSource => found as TrainedSource;

/** Each a change of one field that makes it disagree with the rest, and what the error must name. */
const disagreements: readonly (readonly [field: string, change: (manifest: Manifest) => unknown, message: string])[] = [
  ['modelId', (m) => ({ ...m, modelId: 'cd'.repeat(32) }), 'model.json: modelId is cdcd'],
  ['spaceId', (m) => ({ ...m, spaceId: 'space-other' }), 'model.json: spaceId is space-other; modelId, without a passing report of compatibility for another space, has space-'],
  ['onnx.sha256', (m) => ({ ...m, onnx: { ...m.onnx, sha256: '00'.repeat(32) } }), 'model.json: onnx.sha256 is 0000'],
  ['onnx.bytes', (m) => ({ ...m, onnx: { ...m.onnx, bytes: 5 } }), 'model.json: onnx.bytes is 5; model.onnx has'],
  ['onnx.opset', (m) => ({ ...m, onnx: { ...m.onnx, opset: 18 } }), 'model.json: onnx.opset is 18; model.onnx has 17'],
  ['specHash', (m) => ({ ...m, source: { ...trained(m), specHash: '00'.repeat(32) } }), 'model.json: source.specHash is 0000'],
  ['spec', (m) => ({ ...m, source: { ...trained(m), spec: { ...trained(m).spec, normalization: 'none' } } }), 'model.json: source.specHash is'],
  ['precision', (m) => ({ ...m, onnx: { ...m.onnx, precision: 'as given' } }), 'model.json: onnx.precision is as given; a trained network has float32, float16 or int8'],
  ['inputSize', (m) => ({ ...m, inputSize: [3, 28, 32] }), 'model.json: inputSize is [3, 28, 32]; the spec has [3, 32, 28]'],
  ['embedding', (m) => ({ ...m, embedding: { ...m.embedding, size: 128 } }), 'model.json: embedding.size is 128; the spec has 16'],
  ['preprocessing', (m) => ({ ...m, preprocessing: { ...m.preprocessing, std: 127.5 } }), 'model.json: preprocessing is {"crop"'],
  ['parity', (m) => ({ ...m, parity: { ...m.parity, maxDifference: 0 } }), 'model.json: parity.maxDifference is 0'],
  ['golden', (m) => ({ ...m, golden: [{ ...m.golden[0]!, embedding: [1] }] }), "model.json: golden 'noise' is 1 numbers"],
  ['golden picture', (m) => ({ ...m, golden: [{ ...m.golden[0]!, width: 3 }] }), "model.json: golden 'noise': expected 336 bytes in base64"],
  ['thresholds', (m) => ({ ...m, thresholds: [...m.thresholds].reverse() }), 'model.json: thresholds[1] (FAR 0.001, 0.8) does not follow FAR 0.01, 1.1'],
  ['owner of a threshold', (m) => ({ ...m, thresholds: [{ ...m.thresholds[0]!, queryModelId: 'ab'.repeat(32), galleryModelId: 'cd'.repeat(32) }] }), 'expected this model to be one of them'],
];

test.each(disagreements)('refuses a bundle whose %s disagrees with the rest', async (_, change, message) => {
  await expect(reread(change(bundle.manifest))).rejects.toThrow(message);
  await expect(reread(change(bundle.manifest))).rejects.toThrow(BundleError);
});

test('refuses a parity report above 1e-4, whatever tolerance it claims', async () => {
  const parity = { tolerance: 1, maxDifference: 2e-4, inputs: [{ name: 'noise', difference: 2e-4 }] };
  await expect(reread({ ...bundle.manifest, parity })).rejects.toThrow('parity.maxDifference is 0.0002; expected at most 0.0001');
});

test('refuses an ONNX file of which one byte is another, and one that is cut off', async () => {
  const changed = bundle.onnx.slice();
  changed[changed.length >> 1]! ^= 1;
  await expect(reread(bundle.manifest, changed)).rejects.toThrow('model.json: onnx.sha256 is');
  await expect(reread(bundle.manifest, bundle.onnx.slice(0, 1000))).rejects.toThrow('model.json: onnx.bytes is');
});

test('refuses another model under the same name, its digest corrected', async () => {
  const otherSpec = resolveSpec({ extends: 'nns2', input: [3, 36, 28], width: 0.25, embedding: 16, normalization: 'batch' });
  const random = (seed: number): Weights => initializeWeights(otherSpec, { seed, scheme: 'he' });
  const withSize = (size: readonly number[]): BundleTools => ({
    openModel: async (bytes) => {
      const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
      return {
        run: async (images, n) => (await session.run({ image: new Tensor('float32', images, [n, ...size]) }))['embedding']!.data as Float32Array,
        dispose: () => session.release(),
      };
    },
    toInput: () => new Float32Array(3 * 36 * 28).fill(0.5),
  });
  const other = await createBundle({ ...source, spec: otherSpec, weights: random(1) }, withSize(otherSpec.input));
  const disguised = { ...bundle.manifest, onnx: other.manifest.onnx };
  await expect(reread(disguised, other.onnx)).rejects.toThrow('model.json: modelId is');

  // Even with all identities taken over, its weights give it away.
  const proto = onnx.ModelProto.decode(other.onnx);
  proto.metadata_props = onnx.ModelProto.decode(bundle.onnx).metadata_props;
  const forged = new Uint8Array(onnx.ModelProto.encode(proto).finish());
  const manifest = { ...bundle.manifest, onnx: { ...other.manifest.onnx, bytes: forged.length, sha256: await sha256(forged) } };
  await expect(reread(manifest, forged)).rejects.toThrow('; network, weights and preprocessing together has ');
});

test('refuses a model of which one weight is another, and its digest corrected', async () => {
  const stored = foldedNetwork(spec, source.weights).weights.get('conv1/weight')!.slice(0, 4);
  const place = Buffer.from(bundle.onnx).indexOf(new Uint8Array(stored.buffer));
  expect(place).toBeGreaterThan(0);
  const changed = bundle.onnx.slice();
  changed.set(new Uint8Array(Float32Array.of(0.25).buffer), place);
  const manifest = { ...bundle.manifest, onnx: { ...bundle.manifest.onnx, sha256: await sha256(changed) } };
  await expect(reread(manifest, changed)).rejects.toThrow(`model.json: modelId is ${bundle.manifest.modelId}; network, weights and preprocessing together has `);
});

test('refuses an ONNX file whose input has another size, its digest corrected', async () => {
  const proto = onnx.ModelProto.decode(bundle.onnx);
  proto.graph!.input![0]!.type!.tensor_type!.shape!.dim![2] = { dim_value: 36 };
  const changed = new Uint8Array(onnx.ModelProto.encode(proto).finish());
  const manifest = { ...bundle.manifest, onnx: { ...bundle.manifest.onnx, bytes: changed.length, sha256: await sha256(changed) } };
  await expect(reread(manifest, changed)).rejects.toThrow(
    'model.onnx: inputs are image: float32 [N, 3, 36, 28]; by model.json expected image: float32 [N, 3, 32, 28]',
  );
});

describe('model.json', () => {
  test.each([
    ['not JSON', '{', 'model.json: not JSON'],
    ['another format', { format: 'other' }, 'model.json: format: expected "facenet-model", got "other"'],
    ['of an earlier version', { format: 'facenet-model', version: 1 }, 'model.json: version: this program reads version 2, got 1; a bundle of another version has to be exported again'],
    ['of a later version', { format: 'facenet-model', version: 3 }, 'model.json: version: this program reads version 2, got 3'],
  ])('is refused when it is %s', async (_, manifest, message) => {
    await expect(reread(manifest)).rejects.toThrow(message);
  });

  test.each<[string, (manifest: Manifest) => unknown, string]>([
    ['an unknown field', (m) => ({ ...m, treshold: 1 }), 'model.json: treshold: unknown field; known are format, version'],
    ['a missing field', (m) => Object.fromEntries(Object.entries(m).filter(([key]) => key !== 'licence')), 'model.json: licence: missing'],
    ['a nested field of the wrong type', (m) => ({ ...m, thresholds: [{ ...m.thresholds[0]!, far: '1e-3' }] }), 'model.json: thresholds[0].far: expected a number, got "1e-3"'],
    ['a threshold beyond the largest distance', (m) => ({ ...m, thresholds: [{ ...m.thresholds[0]!, threshold: 5 }] }), 'thresholds[0].threshold: expected a number from 0 to 4, got 5'],
    ['a digest that is none', (m) => ({ ...m, modelId: 'abc' }), 'modelId: expected a SHA-256 digest (64 hexadecimal digits), got "abc"'],
    ['a precision it does not know', (m) => ({ ...m, onnx: { ...m.onnx, precision: 'int4' } }), 'onnx.precision: expected "float32" or "float16" or "int8" or "as given", got "int4"'],
    ['a spec with a bad layer', (m) => ({ ...m, source: { ...trained(m), spec: { ...trained(m).spec, layers: [{ kind: 'conv' }] } } }), 'model.json: source.spec.layers[0]'],
    ['a source it does not know', (m) => ({ ...m, source: { ...m.source, kind: 'found' } }), 'source.kind: expected "trained" or "wrapped", got "found"'],
    ['a count that is no whole number', (m) => ({ ...m, source: { ...trained(m), training: { ...trained(m).training, steps: 1.5 } } }), 'source.training.steps: expected a whole number of at least 0, got 1.5'],
  ])('is refused with %s', async (_, change, message) => {
    await expect(reread(change(bundle.manifest))).rejects.toThrow(message);
  });
});
