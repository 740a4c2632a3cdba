import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { type Manifest, thresholdFor } from '@facenet/export';
import { readBundleFolder } from '@facenet/model';
import { withReport } from '../compare/store.ts';
import { type EmbeddingsFile, readEmbeddingsFile } from '../embeddings-file/index.ts';
import { silentProgress } from '../cli/progress.ts';
import { readImageSet } from '../evaluate/image-set.ts';
import { convertOpened, withFigures } from '../model/convert-model.ts';
import { foreignNetwork, foreignSize } from '../model/foreign-network.fixture.ts';
import type { ConversionJson } from '../model/conversion-result.ts';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

// A network is exported and converted several times.
jest.setTimeout(120_000);

let folder: string;
const at = (name: string): string => path.join(folder, name);
// Through the reader, which refuses a bundle that disagrees with itself.
const kept = async (bundle: string): Promise<Manifest> => (await readBundleFolder(at(bundle))).manifest;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-convert-'));
  // Eight people to train on and ten that the model has not seen: 10 · 6 pairs of one person, 720 of two.
  await makeFaces(at('others'), 18, 4);
  mkdirSync(at('faces'));
  for (const person of readdirSync(at('others')).slice(0, 8)) renameSync(at(`others/${person}`), at(`faces/${person}`));
  await makeRun(at('run'), at('faces'));
  expect(await facenet('export', at('run'), '--out', at('float32'), '--name', 'tiny')).toMatchObject({ code: 0 });
});
afterAll(() => { rmSync(folder, { recursive: true }); });

async function convert(out: string, ...more: string[]): Promise<{ code: number; stderr: string; result: ConversionJson }> {
  const { code, stdout, stderr } = await facenet('convert', at('float32'), '--out', at(out), '--resamples', '50', '--json', ...more);
  return { code, stderr, result: (stdout === '' ? undefined : JSON.parse(stdout)) as ConversionJson };
}

async function embeddings(bundle: string): Promise<EmbeddingsFile> {
  expect(await facenet('embed', at('others'), '--crop', '--model', at(bundle), '--out', at(`${bundle}.jsonl`))).toMatchObject({ code: 0 });
  return readEmbeddingsFile(at(`${bundle}.jsonl`));
}

const person = (key: string): string => key.split('/')[0]!;

/** VAL and threshold by their own words: of all ordered pairs, at most a hundredth of those of two people lie below it. */
function valAcross(probes: EmbeddingsFile, gallery: EmbeddingsFile): { threshold: number; val: number } {
  const distances = { same: [] as number[], different: [] as number[] };
  for (const [i, a] of probes.keys.entries()) {
    for (const [j, b] of gallery.keys.entries()) {
      if (a === b) continue;
      let distance = 0;
      for (let k = 0; k < probes.size; k++) distance += (probes.data[i * probes.size + k]! - gallery.data[j * gallery.size + k]!) ** 2;
      distances[person(a) === person(b) ? 'same' : 'different'].push(distance);
    }
  }
  const threshold = distances.different.sort((a, b) => a - b)[Math.floor(distances.different.length / 100)]!;
  return { threshold, val: distances.same.filter((distance) => distance < threshold).length / distances.same.length };
}

describe('with faces to measure on', () => {
  let result: ConversionJson;
  beforeAll(async () => {
    const converted = await convert('int8', '--precision', 'int8', '--images', at('others'));
    expect(converted).toMatchObject({ code: 0 });
    ({ result } = converted);
  });

  test('the new model is in the space of the float32 one, with a report on both', async () => {
    const [parent, manifest] = [await kept('float32'), await kept('int8')];
    expect(manifest).toMatchObject({
      name: 'tiny-int8', spaceId: parent.spaceId, onnx: { precision: 'int8' }, derived: { modelId: parent.modelId, name: 'tiny' },
      compatibility: [{ galleryModelId: parent.modelId, galleryName: 'tiny', far: 0.01, images: { source: 'others', identities: 10, images: 40 } }],
      evaluation: [{ dataset: 'others', protocol: 'all pairs', results: { images: 40, identities: 10, pairsSame: 60, pairsDifferent: 720 } }],
      trainingList: parent.trainingList!,
    });
    expect(result).toMatchObject({
      bundle: at('int8'), modelId: manifest.modelId, precision: 'int8', bytes: statSync(at('int8/model.onnx')).size,
      float32: { modelId: parent.modelId, bytes: statSync(at('float32/model.onnx')).size },
      measured: { galleryModel: { modelId: parent.modelId }, queryModel: { modelId: manifest.modelId }, val: { far: 0.01 } },
    });
    expect(result.cosine).toBeGreaterThanOrEqual(0.999);
    expect(result.bytes).toBeLessThan(0.5 * result.float32.bytes);
  });

  test('thresholds alone and across are those of its embeddings, and no one of them was taken over', async () => {
    const manifest = await kept('int8');
    const [mine, its] = [manifest.modelId, manifest.derived!.modelId];
    const [int8, float32] = [await embeddings('int8'), await embeddings('float32')];
    const alone = valAcross(int8, int8);
    const across = valAcross(int8, float32);
    expect(thresholdFor(manifest, { query: mine, gallery: mine }, 0.01).threshold).toBeCloseTo(alone.threshold, 6);
    for (const pair of [{ query: mine, gallery: its }, { query: its, gallery: mine }]) {
      const found = thresholdFor(manifest, pair, 0.01);
      expect(found).toMatchObject({ source: 'others', pairsSame: 120, pairsDifferent: 1440 });
      expect(found.threshold).toBeCloseTo(across.threshold, 6);
    }
    expect(result.measured!.val).toMatchObject({ query: alone.val, cross: across.val, gallery: valAcross(float32, float32).val });
    expect(manifest.thresholds.some(({ measuredWith }) => measuredWith !== undefined)).toBe(false);
  });

  test('it verifies alone and against the float32 model, and evaluate and compare take it', async () => {
    const [one, other] = [at('others/person-09/0.png'), at('others/person-09/1.png')];
    for (const gallery of [[], ['--gallery-model', at('float32')]]) {
      const { code, stdout } = await facenet('verify', one, other, '--crop', '--far', '0.01', '--model', at('int8'), ...gallery, '--json');
      expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, decision: 'match', measured: { source: 'others' } });
    }
    expect(await facenet('recognize', one, '--crop', '--gallery', at('others'), '--far', '0.01', '--model', at('int8'))).toMatchObject({ code: 0 });
    cpSync(at('int8'), at('again'), { recursive: true });
    expect(await facenet('evaluate', '--model', at('again'), '--images', at('others'), '--json')).toMatchObject({ code: 0 });
    const { code } = await facenet('compare', '--gallery', at('float32'), '--query', at('again'), '--images', at('others'), '--far', '0.01', '--resamples', '20', '--json');
    // A hair below the float32 model alone is no pass, and no reason to leave its space.
    expect([0, 1]).toContain(code);
    expect((await kept('again')).spaceId).toBe((await kept('float32')).spaceId);
  });
});

test('a later report that much of VAL is lost takes its space away, one that a hair is does not', async () => {
  const bundle = await readBundleFolder(at('int8'));
  const { spaceId, modelId, compatibility } = bundle.manifest;
  const [report] = compatibility;
  const { val } = report!;
  const cell = (value: number): typeof val.cross => ({ ...val.cross, value, low: value - 0.002, high: value + 0.002 });
  const after = (cross: number): Manifest => withReport(
    bundle, { spaceId }, { ...report!, val: { gallery: cell(0.8), query: cell(0.8), cross: cell(cross) }, passes: false }, [],
  ).manifest;
  expect(after(0.795).spaceId).toBe(spaceId);
  expect(after(0.785).spaceId).toBe(`space-${modelId.slice(0, 16)}`);
});

test('without faces there are no thresholds, and a verdict says so', async () => {
  const { code, result } = await convert('unmeasured', '--precision', 'float16');
  expect({ code, result }).toMatchObject({ code: 0, result: { precision: 'float16', thresholds: [], measured: null, name: 'tiny-float16' } });
  expect(await kept('unmeasured')).toMatchObject({ spaceId: (await kept('float32')).spaceId, thresholds: [], compatibility: [], evaluation: [] });
  const verified = await facenet('verify', at('others/person-09/0.png'), at('others/person-09/1.png'), '--crop', '--far', '0.1', '--model', at('unmeasured'));
  expect(verified.code).not.toBe(0);
  expect(verified.stderr).toContain('no threshold for a false-accept rate of 0.1; the model has none, since none was measured');
});

test('thresholds are taken over when asked for, and every verdict says whose they are', async () => {
  const { result, code } = await convert('taken', '--precision', 'float16', '--keep-thresholds');
  const parent = await kept('float32');
  expect(code).toBe(0);
  // Four people held out: their pairs speak of 1e-1.
  expect(parent.thresholds).toHaveLength(1);
  expect(result.thresholds).toHaveLength(2);
  expect(result.thresholds[0]).toEqual({ ...parent.thresholds[0], queryModelId: result.modelId, galleryModelId: result.modelId, measuredWith: parent.modelId });
  const args = ['verify', at('others/person-09/0.png'), at('others/person-09/1.png'), '--crop', '--far', '0.1', '--model', at('taken')];
  const { stdout } = await facenet(...args);
  expect(stdout).toContain(`(FAR 0.1; thresholds of the float32 model ${parent.modelId.slice(0, 8)}, not measured with this one)`);
  expect(JSON.parse((await facenet(...args, '--json')).stdout)).toMatchObject({ measured: { measuredWith: parent.modelId } });
  const { stdout: own } = await facenet('verify', ...args.slice(1, -1), at('float32'));
  expect(own).toContain('(FAR 0.1)');
});

test('export does both in one go, and gives the model that convert makes of the same weights', async () => {
  const { code, stdout } = await facenet('export', at('run'), '--out', at('at-once'), '--precision', 'int8', '--json');
  expect(code).toBe(0);
  const { modelId } = await kept('int8');
  const manifest = await kept('at-once');
  expect(JSON.parse(stdout)).toMatchObject({ modelId, precision: 'int8', measured: { dataset: 'faces, identities held out', images: 16 } });
  expect(manifest).toMatchObject({ modelId, derived: { modelId: (await kept('float32')).modelId }, thresholds: [{ far: 0.01 }, { far: 0.1 }, { far: 0.1 }] });
  const unmeasured = await facenet('export', at('run'), '--out', at('bare'), '--precision', 'float16', '--no-measure');
  expect(unmeasured).toMatchObject({ code: 0 });
  expect(unmeasured.stderr).toContain('no thresholds: --images DIR measures them');
});

test('a model that loses more of VAL than a point, or than chance can do, is refused', async () => {
  const parent = await readBundleFolder(at('float32'));
  const faces = { set: readImageSet(at('others')), source: 'others', resamples: 20 };
  const { bundle, comparison } = await convertOpened(parent, { precision: 'int8', progress: silentProgress }, faces);
  const { val } = comparison!.table;
  const cell = (value: number): typeof val.cross => ({ ...val.cross, value, interval: { ...val.cross.interval, low: value - 0.02, high: value + 0.02 } });
  // The figures of a worse network in place of its own.
  const losing = (query: number, cross: number): typeof comparison => (
    { ...comparison!, table: { ...comparison!.table, passes: false, val: { gallery: cell(0.8), query: cell(query), cross: cell(cross) } } }
  );
  expect(() => withFigures(bundle, losing(0.79, 0.77)!, 'others')).toThrow(
    'tiny-int8 loses 3.00 % of VAL at FAR 0.01 (80.00 % with float32, 79.00 % alone, 77.00 % across); at most 2.00 % may be lost, so nothing was written',
  );
  expect(() => withFigures(bundle, losing(0.77, 0.8)!, 'others')).toThrow('loses 3.00 % of VAL');
  expect(withFigures(bundle, losing(0.79, 0.785)!, 'others').manifest.spaceId).toBe(parent.manifest.spaceId);
});

describe('is refused, and nothing is written:', () => {
  const refused = async (code: number, ...args: string[]): Promise<string> => {
    const result = await facenet('convert', ...args, '--out', at('never'));
    expect(result).toMatchObject({ code, stdout: '' });
    expect(existsSync(at('never'))).toBe(false);
    return result.stderr;
  };

  test('faces that the model was trained on', async () => {
    expect(await refused(2, at('float32'), '--precision', 'int8', '--images', at('faces'))).toContain('were trained on by tiny');
  });

  test('a network from elsewhere, and a bundle in fewer bits', async () => {
    writeFileSync(at('foreign.onnx'), foreignNetwork('nchw'));
    const [rows, cols] = foreignSize;
    expect(await facenet('wrap', at('foreign.onnx'), '--input', `3x${rows}x${cols}`, '--mean', '0', '--std', '255', '--space', 'theirs', '--out', at('wrapped'))).toMatchObject({ code: 0 });
    expect(await refused(2, at('wrapped'), '--precision', 'int8')).toContain('foreign is a network from elsewhere, known as a file only');
    expect(await convert('half', '--precision', 'float16')).toMatchObject({ code: 0 });
    expect(await refused(2, at('half'), '--precision', 'int8')).toContain('tiny-float16 is stored as float16 already');
  });

  test('its own folder, an unknown precision, pairs of no images, no precision', async () => {
    const before = readFileSync(at('float32/model.json'), 'utf8');
    const { code, stderr } = await facenet('convert', at('float32'), '--precision', 'int8', '--out', at('float32'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('would replace the float32 bundle; expected another folder') as string });
    expect(readFileSync(at('float32/model.json'), 'utf8')).toBe(before);
    expect(await refused(2, at('float32'), '--precision', 'int4')).toContain('Allowed choices are float16, int8');
    expect(await refused(2, at('float32'), '--precision', 'int8', '--pairs', at('pairs.txt'))).toContain('--pairs: names pairs of the images of --images DIR');
    expect(await refused(2, at('float32'))).toContain("required option '--precision <precision>'");
  });
});
