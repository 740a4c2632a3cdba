import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkGolden, type Manifest, type TrainingData } from '@facenet/export';
import { exportModel } from './export-model.ts';
import { parseExperiment } from '../config/load.ts';
import { readIdentityFolder } from '../data/folder.ts';
import { splitFor } from '../data/split.ts';
import { cropToInput, openFaceModel } from '@facenet/model';
import { refuseTrainingImages } from './refuse-training-images.ts';
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

test('what the weights it began with were trained on belongs to what it was trained on', async () => {
  const others = inside('others');
  await makeFaces(others, 4, 3, 17);
  const first = await makeRun(inside('first'), others);
  const run = await makeRun(inside('run'), faces, `start: { from: ${first} }`);
  const { manifest } = await exportModel(run, { out: inside('bundle') });
  // Half of 8 people with 4 images, and half of 4 with 3, were learned from; the other halves were held out.
  expect(manifest.trainingList).toMatchObject({ trainedImages: 4 * 4 + 2 * 3, heldOutImages: 4 * 4 + 2 * 3 });
  expect(trainingData(manifest)).toMatchObject([{ description: 'faces', images: 16 }, { description: 'others', images: 6 }]);
  const model = await openFaceModel(inside('bundle'));
  await expect(refuseTrainingImages(model, readIdentityFolder(others).flatMap(({ files }) => files), [])).rejects.toThrow('6 of 12 images were trained on');
  await model.dispose();
});

test('thresholds are not measured on people whom an earlier run learned from', async () => {
  // The same people, another split: seed 2 holds out others than seed 1.
  const first = await makeRun(inside('first'), faces, 'seed: 2');
  const run = await makeRun(inside('run'), faces, `start: { from: ${first} }`);
  const { data } = parseExperiment(`data: { train: ${faces}, validation: { identities: 0.5 } }`, 'test.yaml');
  const heldOut = (seed: number): string[] => splitFor({ data, seed }, readIdentityFolder(faces)).validation.map(({ name }) => name);
  expect(heldOut(1).filter((name) => heldOut(2).includes(name))).toHaveLength(2);
  const { manifest } = await exportModel(run, { out: inside('bundle') });
  // Two of the four people that the run held out, with 4 images each.
  expect(manifest.thresholds).toMatchObject([{ far: 0.1, pairsSame: 12, pairsDifferent: 16 }]);
});

test('a lost ancestor leaves it unknown what the model was trained on', async () => {
  const run = await makeRun(inside('run'), faces, `start: { from: ${inside('gone')} }`);
  const said: string[] = [];
  const { manifest } = await exportModel(run, { out: inside('bundle'), progress: { line: (text) => { said.push(text); }, update: () => undefined } });
  expect(manifest.trainingList).toBeUndefined();
  expect(said).toContain(`${inside('gone')}: the run began with these weights; they are gone, so the bundle cannot say what they were trained on`);
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
