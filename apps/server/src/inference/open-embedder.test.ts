import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, BundleError, readGolden } from '@facenet/export';
import type { Pixels } from '@facenet/face';
import { openFaceModel, cropToInput } from '@facenet/model';
import { tinyBundle, writeTinyBundle } from '../testing/tiny-bundle.fixture.ts';
import { openEmbedder } from './open-embedder.ts';
import { PreparePool } from './prepare-pool.ts';

const home = mkdtempSync(path.join(tmpdir(), 'facenet-embedder-'));
const pool = new PreparePool(1);
let bundle: Bundle;
let folder: string;

beforeAll(async () => {
  bundle = await tinyBundle();
  folder = writeTinyBundle(path.join(home, 'tiny'), bundle);
});

afterAll(async () => {
  await pool.dispose();
  rmSync(home, { recursive: true, force: true });
});

function crop(seed: number, side = 40): Pixels {
  return { width: side, height: side, channels: 3, data: Uint8Array.from({ length: side * side * 3 }, (_, i) => (seed * 97 + i * (seed + 7)) % 256) };
}

test('embeds crops of several requests in one batch as the model does one by one', async () => {
  const { embedder, manifest } = await openEmbedder(folder, pool, { cores: 1, maxBatch: 4 });
  const crops = Array.from({ length: 7 }, (_, i) => crop(i, 30 + i));
  const [some, others] = await Promise.all([embedder.embed(crops.slice(0, 2)), embedder.embed(crops.slice(2))]);
  const model = await openFaceModel(folder, { threads: 1 });
  for (const [i, vector] of [...some, ...others].entries()) {
    const expected = await model.runner.run(cropToInput(crops[i]!, model), 1);
    expect(vector).toHaveLength(manifest.embedding.size);
    vector.forEach((value, at) => { expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6); });
  }
  await model.dispose();
  await embedder.dispose();
  await expect(embedder.embed(crops)).rejects.toThrow('disposed');
});

test('gives the vectors that the float64 reference gave at export', async () => {
  const { embedder, manifest, why } = await openEmbedder(folder, pool, { cores: 2, sessions: 2, maxBatch: 2 });
  expect(why).toMatch(/^cpu: as configured, [\d.]+ ms a batch$/);
  const pictures = manifest.golden.map((vector) => readGolden(vector));
  const vectors = await embedder.embed(pictures.map(({ width, height, rgba }) => ({ width, height, channels: 4, data: rgba })));
  vectors.forEach((vector, i) => {
    vector.forEach((value, at) => { expect(Math.abs(value - manifest.golden[i]!.embedding[at]!)).toBeLessThan(1e-5); });
  });
  await embedder.dispose();
});

test('fails a request whose picture is none, and no other', async () => {
  const { embedder } = await openEmbedder(folder, pool, { cores: 1, maxWaitMs: 20 });
  const broken: Pixels = { ...crop(1), width: 41 };
  const [good, bad] = await Promise.allSettled([embedder.embed([crop(1)]), embedder.embed([crop(2), broken])]);
  expect(good.status).toBe('fulfilled');
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('picture of 41×40') as unknown } });
  await embedder.dispose();
});

test('refuses a bundle whose network computes other vectors than it says', async () => {
  const [first, ...golden] = bundle.manifest.golden;
  const turned = { ...first!, embedding: first!.embedding.map((value) => -value) };
  const wrong = writeTinyBundle(path.join(home, 'wrong'), { ...bundle, manifest: { ...bundle.manifest, golden: [turned, ...golden] } });
  const opening = openEmbedder(wrong, pool, { cores: 1 });
  await expect(opening).rejects.toBeInstanceOf(BundleError);
  await expect(opening).rejects.toThrow(/computes other vectors here, on provider 'cpu'.* differ by .*expected at most 0.0001/);
});

test('says why a folder is no bundle, and how to get a provider that is not there', async () => {
  await expect(openEmbedder(path.join(home, 'nothing'), pool)).rejects.toThrow('no model.json there');
  const cuda = await openEmbedder(folder, pool, { provider: 'cuda' }).then(({ embedder }) => embedder.dispose(), (error: unknown) => error);
  // A machine that has it proves nothing here.
  if (cuda !== undefined) expect(cuda).toMatchObject({ name: 'ProviderError', message: expect.stringContaining('ONNXRUNTIME_NODE_INSTALL=cuda12') as unknown });
});
