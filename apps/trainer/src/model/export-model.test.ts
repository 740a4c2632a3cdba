import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkGolden, type Manifest, type TrainingData } from '@facenet/export';
import { exportModel } from './export-model.ts';
import { cropToInput, openFaceModel } from './face-model.ts';
import { makeFaces, makeRun } from './trained-run.fixture.ts';

let folder: string;
let faces: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-export-'));
  faces = path.join(folder, 'faces');
  await makeFaces(faces, 8, 4);
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const trainingData = ({ source }: Manifest): readonly TrainingData[] => (source.kind === 'trained' ? source.training.data : []);
const inside = (name: string): string => path.join(folder, name);

test('a run becomes a bundle with thresholds measured on the people it held out', async () => {
  const run = await makeRun(inside('run'), faces);
  const { manifest } = await exportModel(run, { out: inside('bundle') });

  // Four people of four images: 4 · 6 pairs of one person, 6 · 16 of two; 96 pairs can speak about 1e-1 and not 1e-2.
  expect(manifest.thresholds).toMatchObject([
    { far: 0.1, pairsSame: 24, pairsDifferent: 96, falseAccepts: 9, source: 'faces, identities held out' },
  ]);
  expect(manifest).toMatchObject({
    licence: 'MIT',
    preprocessing: { version: 'face-1', crop: { kind: 'centre', scale: 0.85 } },
    source: { kind: 'trained', training: { steps: 7, data: [{ description: 'faces', identities: 4, images: 16, licence: 'CC0' }] } },
    trainingList: { trainedImages: 16, heldOutImages: 16, trainedIdentities: 0, heldOutIdentities: 0 },
  });
  const model = await openFaceModel(inside('bundle'));
  expect(model.trainingList!.counts.trainedImages).toBe(16);
  expect(model.manifest).toEqual(manifest);
  // From the pixels stored in the bundle, through the input library and the runtime.
  const golden = await checkGolden(manifest, ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, model), model.runner);
  expect(golden.maxDifference).toBeLessThan(1e-5);
  await model.dispose();
});

test('images that were broken during the run are no reason to refuse', async () => {
  writeFileSync(path.join(faces, 'person-03/broken.jpg'), 'no image');
  const run = await makeRun(inside('run'), faces);
  const { manifest } = await exportModel(run, { out: inside('bundle') });
  expect(manifest.thresholds).toMatchObject([{ far: 0.1, pairsSame: 24, pairsDifferent: 96 }]);
  expect(trainingData(manifest)).toMatchObject([{ identities: 4, images: 16 }]);
});

test('refuses to guess who was held out once the folder has other images', async () => {
  const run = await makeRun(inside('run'), faces);
  await makeFaces(path.join(faces, '..', 'others'), 3, 5);
  await makeFaces(faces, 9, 4);
  await expect(exportModel(run, { out: inside('bundle') })).rejects.toThrow(
    /other images than those that the run was trained on.*--images DIR, or none with --no-measure/,
  );
  expect(existsSync(inside('bundle'))).toBe(false);

  const { manifest } = await exportModel(run, { out: inside('bundle'), images: inside('others') });
  // Three people of five images: 3 · 10 pairs of one person, 3 · 25 of two.
  expect(manifest.thresholds).toMatchObject([{ far: 0.1, pairsSame: 30, pairsDifferent: 75, source: 'others' }]);
  expect(trainingData(manifest)).toEqual([{ description: 'faces', licence: 'CC0', listDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string }]);
  // Nor can it be said what it was trained on.
  expect(manifest.trainingList).toBeUndefined();
});

test('without measuring, a bundle has no thresholds', async () => {
  const run = await makeRun(inside('run'), faces);
  const { manifest } = await exportModel(run, { out: inside('bundle'), images: false, name: 'tiny', licence: 'own', dataLicence: 'theirs' });
  expect(manifest).toMatchObject({ name: 'tiny', licence: 'own', thresholds: [], evaluation: [], source: { training: { data: [{ licence: 'theirs' }] } } });
});

test('refuses a folder that holds something else, before any work', async () => {
  mkdirSync(inside('mine'));
  writeFileSync(inside('mine/notes.txt'), 'dear diary');
  await expect(exportModel(inside('nowhere'), { out: inside('mine') })).rejects.toThrow("holds other files than a bundle ('notes.txt')");
  expect(readFileSync(inside('mine/notes.txt'), 'utf8')).toBe('dear diary');
});
