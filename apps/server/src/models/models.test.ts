import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, BundleError, withThresholdsOfParent } from '@facenet/export';
import { openEmbedder } from '../inference/open-embedder.ts';
import type { Embedder } from '../inference/embedder.ts';
import { PreparePool } from '../inference/prepare-pool.ts';
import { inSpaceOf, tinyBundle, tinyThresholds, withPairThresholds, writeTinyBundle } from '../testing/tiny-bundle.fixture.ts';
import { inFewerBits } from '../testing/untrained-bundle.ts';
import { ThresholdError } from './model-registry.ts';
import { Models } from './models.ts';

const home = mkdtempSync(path.join(tmpdir(), 'facenet-models-'));
let v1: Bundle;
let v2: Bundle;
let stranger: Bundle;
const across = [{ far: 0.01, threshold: 0.9 }, { far: 0.1, threshold: 1.4 }];

beforeAll(async () => {
  v1 = await tinyBundle({ name: 'v1' });
  v2 = inSpaceOf(await tinyBundle({ name: 'v2', seed: 2 }), v1, across);
  stranger = await tinyBundle({ name: 'stranger', seed: 3, thresholds: [] });
});

afterAll(() => { rmSync(home, { recursive: true, force: true }); });

/** Models of these bundles, whose networks do nothing; folders are their names. */
async function modelsOf(bundles: readonly Bundle[], loaded = bundles.map(({ manifest }) => manifest.name)) {
  const disposed: string[] = [];
  const models = await Models.open(loaded, {
    open: (folder) => {
      const bundle = bundles.find(({ manifest }) => manifest.name === folder);
      if (bundle === undefined) return Promise.reject(new BundleError(`${folder}: no model.json there`));
      const embedder: Embedder = {
        load: { waiting: 0, running: 0, capacity: 8 },
        embed: (crops) => Promise.resolve(crops.map(() => new Float32Array(bundle.manifest.embedding.size))),
        dispose: () => { disposed.push(folder); return Promise.resolve(); },
      };
      return Promise.resolve({ manifest: bundle.manifest, provider: 'cpu', why: 'told so', embedder });
    },
  });
  return { models, disposed };
}

test('has the first bundle as the default and finds all by id, name and space', async () => {
  const { models, disposed } = await modelsOf([v1, v2, stranger]);
  expect(models.default).toMatchObject({ name: 'v1', size: 16, inputSize: [3, 32, 32], licence: 'MIT', provider: 'cpu', fars: [0.001, 0.01, 0.1] });
  expect(models.list().map(({ name }) => name)).toEqual(['v1', 'v2', 'stranger']);
  expect(models.get(v2.manifest.modelId)?.name).toBe('v2');
  expect(models.get('stranger')?.fars).toEqual([]);
  expect(models.get('v3')).toBeUndefined();
  expect(models.inSpace(v1.manifest.spaceId).map(({ name }) => name)).toEqual(['v1', 'v2']);
  await models.dispose();
  expect(disposed).toEqual(['v1', 'v2', 'stranger']);
});

test('switches the default while a request goes on with the old one, which is unloaded when that ends', async () => {
  const { models, disposed } = await modelsOf([v1, v2], ['v1']);
  let finish = (): void => undefined;
  const request = models.use(undefined, async (model) => {
    await new Promise<void>((resolve) => { finish = resolve; });
    await model.embedder.embed([]);
    return model.name;
  });
  await models.load('v2');
  expect(models.setDefault(v2.manifest.modelId).name).toBe('v2');
  const unloading = models.unload('v1');
  expect(models.list().map(({ name }) => name)).toEqual(['v2']);
  expect(await models.use(undefined, (model) => Promise.resolve(model.name))).toBe('v2');
  expect(disposed).toEqual([]);
  finish();
  expect(await request).toBe('v1');
  await unloading;
  expect(disposed).toEqual(['v1']);
  await models.dispose();
});

test('lets go of a model when the work with it fails', async () => {
  const { models } = await modelsOf([v1, v2]);
  await expect(models.use('v2', () => Promise.reject(new Error('broken photo')))).rejects.toThrow('broken photo');
  await models.unload('v2');
  await models.dispose();
});

test('does not unload the default, nor what is not there', async () => {
  const { models } = await modelsOf([v1, v2]);
  await expect(models.unload('v1')).rejects.toMatchObject({ name: 'ModelError', reason: 'is_default' });
  await expect(models.unload('v3')).rejects.toThrow("no model 'v3' is loaded; there are 'v1', 'v2'");
  await expect(models.use('v3', () => Promise.resolve())).rejects.toMatchObject({ reason: 'not_loaded' });
  expect(() => models.setDefault('v3')).toThrow("no model 'v3'");
  await models.dispose();
});

test('gives a bundle that is loaded already, and lets one in that takes its place at the same time only once', async () => {
  const { models, disposed } = await modelsOf([v1, v2], ['v1']);
  const [one, other] = await Promise.all([models.load('v2'), models.load('v2')]);
  expect(one).toBe(other);
  expect(disposed).toEqual(['v2']);
  expect(models.list()).toHaveLength(2);
  await models.dispose();
});

test('refuses a bundle that cannot join, and says why', async () => {
  const small = await tinyBundle({ name: 'small', embedding: 8 });
  const claims = { ...small, manifest: { ...small.manifest, spaceId: v1.manifest.spaceId } };
  const { models, disposed } = await modelsOf([v1, claims], ['v1']);
  await expect(models.load('small')).rejects.toThrow(
    `small: its space is '${v1.manifest.spaceId}' and its vectors have 8 numbers; those of 'v1', in the same space, have 16`,
  );
  await expect(models.load('nowhere')).rejects.toBeInstanceOf(BundleError);
  expect(models.list()).toHaveLength(1);
  expect(disposed).toEqual(['small']);
  await models.dispose();
});

test('judges two models by the threshold of the pair, whichever bundle has it and whichever of them asks', async () => {
  const { models } = await modelsOf([v1, v2]);
  const [a, b] = [v1.manifest.modelId, v2.manifest.modelId];
  expect(models.decide({ query: a, gallery: a }, 0.79, 0.01)).toEqual({ decision: 'match', distance: 0.79, threshold: 0.8, ambiguousBelow: 1.2, far: 0.01 });
  for (const pair of [{ query: b, gallery: a }, { query: a, gallery: b }]) {
    expect(models.decide(pair, 0.85, 0.01)).toMatchObject({ decision: 'match', threshold: 0.9 });
    expect(models.decide(pair, 1.39, 0.01)).toMatchObject({ decision: 'ambiguous', ambiguousBelow: 1.4 });
    expect(models.decide(pair, 1.4, 0.01)).toMatchObject({ decision: 'unknown' });
  }
  await models.dispose();
});

test('lists the rates that a pair can be judged at where it is asked for another one', async () => {
  // 0.003 has no threshold for ten times the rate, so nothing can be said to be ambiguous at it.
  const uneven = withPairThresholds(v1, { query: v1.manifest.modelId, gallery: v1.manifest.modelId }, [...tinyThresholds, { far: 0.003, threshold: 0.6 }]);
  const { models } = await modelsOf([uneven, stranger]);
  const decide = (bundle: Bundle, far: number) => () => models.decide({ query: bundle.manifest.modelId, gallery: v1.manifest.modelId }, 1, far);
  expect(decide(v1, 0.003)).toThrow('expected one of 0.001, 0.01, 0.1');
  expect(models.default.fars).toEqual([0.001, 0.01, 0.1]);
  expect(decide(stranger, 0.01)).toThrow('together; no loaded bundle has measured any');
  let known: readonly number[] | undefined;
  try { decide(v1, 0.5)(); } catch (error) { if (error instanceof ThresholdError) known = error.known; }
  expect(known).toEqual([0.001, 0.01, 0.1]);
  await models.dispose();
});

test('a model in fewer bits serves beside the one that it was made of, by its thresholds where it says so', async () => {
  const plain = await inFewerBits(v1, 'int8');
  const small = { ...plain, manifest: withThresholdsOfParent(plain.manifest, v1.manifest) };
  const folders = [v1, small].map((bundle) => writeTinyBundle(path.join(home, `beside-${bundle.manifest.name}`), bundle));
  const pool = new PreparePool(1);
  const models = await Models.open(folders, { open: (folder) => openEmbedder(folder, pool, { cores: 1 }) });
  expect(models.inSpace(v1.manifest.spaceId).map(({ name }) => name)).toEqual(['v1', 'v1-int8']);
  const picture = { width: 40, height: 40, channels: 3 as const, data: Uint8Array.from({ length: 4800 }, (_, i) => (i * i) % 251) };
  const [[one], [other]] = [await models.list()[0]!.embedder.embed([picture]), await models.list()[1]!.embedder.embed([picture])];
  const cosine = one!.reduce((sum, value, i) => sum + value * other![i]!, 0);
  expect(cosine).toBeGreaterThan(0.999);
  expect(cosine).toBeLessThan(1);
  for (const pair of [{ query: small, gallery: v1 }, { query: v1, gallery: small }, { query: small, gallery: small }]) {
    const ids = { query: pair.query.manifest.modelId, gallery: pair.gallery.manifest.modelId };
    expect(models.decide(ids, 2 - 2 * cosine, 0.01)).toMatchObject({ decision: 'match', threshold: 0.8, ambiguousBelow: 1.2 });
  }
  expect(models.thresholds().filter(({ measuredWith }) => measuredWith === v1.manifest.modelId)).toHaveLength(2 * tinyThresholds.length);
  await models.dispose();
  await pool.dispose();

  // Without them there is nothing to judge by.
  const bare = await modelsOf([v1, plain]);
  expect(() => bare.models.decide({ query: plain.manifest.modelId, gallery: v1.manifest.modelId }, 0, 0.01)).toThrow(ThresholdError);
  await bare.models.dispose();
}, 240_000);

test('loads real bundles, and refuses a damaged one without harm to those that run', async () => {
  const [first, second] = [v1, v2].map((bundle) => writeTinyBundle(path.join(home, bundle.manifest.name), bundle));
  const damaged = writeTinyBundle(path.join(home, 'damaged'), stranger);
  const onnx = stranger.onnx.slice();
  onnx[onnx.length >> 1]! ^= 1;
  writeFileSync(path.join(damaged, 'model.onnx'), onnx);
  const pool = new PreparePool(1);
  const loaded: string[] = [];
  const models = await Models.open([first!, second!], {
    open: (folder) => openEmbedder(folder, pool, { cores: 1 }),
    onLoaded: ({ name }, why) => { loaded.push(`${name} ${why.split(':')[0]}`); },
  });
  expect(loaded).toEqual(['v1 cpu', 'v2 cpu']);
  await expect(models.load(damaged)).rejects.toThrow(/damaged: model.json: onnx.sha256 is .*; model.onnx has/);
  const picture = { width: 40, height: 40, channels: 3 as const, data: new Uint8Array(4800).fill(99) };
  for (const { embedder, size } of models.list()) {
    const [vector] = await embedder.embed([picture]);
    expect(vector).toHaveLength(size);
    expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
  }
  await models.dispose();
  await pool.dispose();
  // Four threads that each compile their sources: slow where the machine is busy.
}, 240_000);
