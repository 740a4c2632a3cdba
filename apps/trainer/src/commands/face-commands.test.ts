import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { foreignNetwork } from '../model/foreign-network.fixture.ts';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const face = (person: number, image: number): string => at(`faces/person-0${person}/${image}.png`);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-commands-'));
  await makeFaces(at('faces'), 8, 4);
  await makeRun(at('run'), at('faces'));
  const exported = await facenet('export', at('run'), '--out', at('bundle'), '--json');
  expect(exported).toMatchObject({ code: 0 });
  expect(JSON.parse(exported.stdout)).toMatchObject({ bundle: at('bundle'), thresholds: [{ far: 0.1 }] });
  withThresholds(0.1, 0.3);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Gives the bundle these thresholds at 1e-3 and 1e-2. */
function withThresholds(strict: number, loose: number): void {
  const file = at('bundle/model.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { modelId: string; thresholds: unknown };
  const counts = { queryModelId: manifest.modelId, galleryModelId: manifest.modelId, val: 0.5, falseAccepts: 1, pairsSame: 100, pairsDifferent: 1000, source: 'test' };
  manifest.thresholds = [{ far: 0.001, threshold: strict, ...counts }, { far: 0.01, threshold: loose, ...counts }];
  writeFileSync(file, JSON.stringify(manifest));
}

async function embeddingsOf(...files: string[]): Promise<number[][]> {
  const { stdout } = await facenet('embed', ...files, '--crop', '--model', at('bundle'), '--json');
  return (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding);
}

test('embed prints one unit vector per file, and nothing but JSON', async () => {
  const { code, stdout, stderr } = await facenet('embed', face(0, 0), face(1, 0), '--crop', '--model', at('bundle'), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(stdout) as { file: string; faces: { box: null; embedding: number[] }[] }[];
  expect(result).toMatchObject([{ file: face(0, 0), faces: [{ box: null }] }, { file: face(1, 0), faces: [{ box: null }] }]);
  for (const { faces } of result) {
    expect(faces[0]!.embedding).toHaveLength(16);
    expect(Math.hypot(...faces[0]!.embedding)).toBeCloseTo(1, 5);
  }
});

test('more files than fit one batch come out in the order given', async () => {
  const files = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((person) => [0, 1, 2].map((image) => face(person, image)));
  const together = await embeddingsOf(...files);
  const [alone] = await embeddingsOf(files[19]!);
  together[19]!.forEach((value, i) => { expect(value).toBeCloseTo(alone![i]!, 5); });
  expect(new Set(together.map((embedding) => embedding[0])).size).toBe(files.length);
});

test('an image turned by its EXIF orientation gives the embedding of the upright one', async () => {
  // Orientation 6: to be shown turned by 90° clockwise, so the stored pixels are turned back.
  const upright = sharp(face(2, 0));
  await sharp(await upright.rotate(270).png().toBuffer()).withMetadata({ orientation: 6 }).png().toFile(at('turned.png'));
  const [turned, original] = await embeddingsOf(at('turned.png'), face(2, 0));
  turned!.forEach((value, i) => { expect(value).toBeCloseTo(original![i]!, 6); });
});

describe('verify', () => {
  test('decides by the thresholds of the bundle, with the squared distance of the embeddings', async () => {
    const [a, b] = await embeddingsOf(face(0, 0), face(1, 0));
    const distance = a!.reduce((sum, value, i) => sum + (value - b![i]!) ** 2, 0);
    const decideWith = async (strict: number, loose: number): Promise<unknown> => {
      withThresholds(strict, loose);
      const { code, stdout } = await facenet('verify', face(0, 0), face(1, 0), '--crop', '--model', at('bundle'), '--json');
      expect(code).toBe(0);
      const verdict = JSON.parse(stdout) as Record<string, number>;
      expect(verdict['distance']).toBeCloseTo(distance, 6);
      expect(verdict).toMatchObject({ threshold: strict, ambiguousBelow: loose, far: 0.001, measured: { source: 'test', pairsDifferent: 1000 } });
      return verdict['decision'];
    };
    expect(await decideWith(distance + 0.001, 4)).toBe('match');
    expect(await decideWith(distance / 2, distance + 0.001)).toBe('ambiguous');
    expect(await decideWith(distance / 4, distance / 2)).toBe('unknown');
  });

  test('an image is itself', async () => {
    withThresholds(0.1, 0.3);
    const { stdout } = await facenet('verify', face(0, 0), face(0, 0), '--crop', '--model', at('bundle'));
    expect(stdout).toBe('match: distance 0.0000; match below 0.1000, ambiguous below 0.3000 (FAR 0.001)\n');
  });

  test('refuses a rate that the bundle has no threshold for, and lists those it has', async () => {
    const { code, stdout, stderr } = await facenet('verify', face(0, 0), face(1, 0), '--model', at('bundle'), '--far', '1e-5', '--crop');
    expect({ code, stdout, stderr }).toEqual({
      code: 2, stdout: '', stderr: 'facenet: no threshold for a false-accept rate of 0.00001; the model has those for 0.001, 0.01\n',
    });
  });
});

describe('verify with two models', () => {
  const ids: Record<string, string> = {};
  const idOf = (bundle: string): string => (JSON.parse(readFileSync(at(`${bundle}/model.json`), 'utf8')) as { modelId: string }).modelId;
  beforeAll(async () => {
    writeFileSync(at('foreign.onnx'), foreignNetwork('nchw'));
    for (const [out, std, space] of [['server', '255', 'shared'], ['phone', '128', 'shared'], ['stranger', '128', 'other']] as const) {
      const wrapped = await facenet('wrap', at('foreign.onnx'), '--input', '3x6x8', '--mean', '100', '--std', std, '--space', space, '--name', out, '--out', at(out));
      expect(wrapped).toMatchObject({ code: 0 });
      ids[out] = idOf(out);
    }
    const file = at('phone/model.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { thresholds: unknown };
    const counts = { val: 0.5, falseAccepts: 1, pairsSame: 30, pairsDifferent: 2000, source: 'across' };
    const across = { queryModelId: ids['phone'], galleryModelId: ids['server'], ...counts };
    manifest.thresholds = [{ ...across, far: 0.001, threshold: 4 }, { ...across, far: 0.01, threshold: 4 }];
    writeFileSync(file, JSON.stringify(manifest));
  });
  const single = async (bundle: string, file: string): Promise<number[]> => {
    const { stdout } = await facenet('embed', file, '--crop', '--model', at(bundle), '--json');
    return (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[])[0]!.faces[0]!.embedding;
  };

  test.each([['phone', 'server'], ['server', 'phone']] as const)('%s and %s see one image each, and are decided by their own thresholds', async (query, gallery) => {
    const { code, stdout } = await facenet('verify', face(0, 0), face(1, 0), '--crop', '--model', at(query), '--gallery-model', at(gallery), '--json');
    expect(code).toBe(0);
    const [a, b] = [await single(query, face(0, 0)), await single(gallery, face(1, 0))];
    const verdict = JSON.parse(stdout) as { distance: number };
    expect(verdict).toMatchObject({
      decision: 'match', threshold: 4, modelId: ids[query], galleryModelId: ids[gallery], spaceId: 'shared', measured: { source: 'across', pairsSame: 30 },
    });
    expect(verdict.distance).toBeCloseTo(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0), 5);
  });

  test('models of two spaces are refused, with both names', async () => {
    const { code, stdout, stderr } = await facenet('verify', face(0, 0), face(1, 0), '--crop', '--model', at('phone'), '--gallery-model', at('stranger'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("phone embeds into the space 'shared' and stranger into 'other'; expected models of one space");
  });

  test('a pair that was never measured has no threshold', async () => {
    const { code, stderr } = await facenet('verify', face(0, 0), face(1, 0), '--crop', '--model', at('server'));
    expect(code).toBe(2);
    expect(stderr).toContain('no threshold for a false-accept rate of 0.001; the model has none, since none was measured');
  });
});

test.each([
  ['a file that is no image', () => at('faces.txt'), 'cannot decode the image'],
  ['a file that is missing', () => at('nobody.png'), 'cannot decode the image'],
])('%s ends with its name and no output', async (_, file, message) => {
  writeFileSync(at('faces.txt'), 'no image');
  const { code, stdout, stderr } = await facenet('embed', face(0, 0), file(), '--crop', '--model', at('bundle'), '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`facenet: ${file()}: ${message}`);
});

test('a bundle that is none is refused', async () => {
  const { code, stderr } = await facenet('verify', face(0, 0), face(1, 0), '--model', at('faces'), '--crop');
  expect(code).toBe(2);
  expect(stderr).toContain(`${at('faces')}: no model.json there`);
});
