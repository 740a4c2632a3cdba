import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseTrainingList } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import { readIdentityFolder, type Identity } from '../data/folder.ts';
import { refuseTrainingImages, type TrainedModel } from './refuse-training-images.ts';
import { digestTraining } from './training-digests.ts';
import { makeFaces } from './trained-run.fixture.ts';

let folder: string;
let people: Identity[];
let model: TrainedModel;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-refuse-'));
  await makeFaces(path.join(folder, 'faces'), 6, 4);
  people = readIdentityFolder(path.join(folder, 'faces'));
  const [first, second, kept] = people;
  const list = await digestTraining({ train: [first!, { ...second!, name: 'Ada_Lovelace' }], heldOut: [{ ...kept!, name: 'Grace Hopper' }] });
  model = { manifest: { name: 'v1' }, trainingList: parseTrainingList(list) };
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const filesOf = (...indices: number[]): string[] => indices.flatMap((i) => people[i]!.files);

test('images that are new to a model pass, whatever numbered folders they lie in', async () => {
  expect(await refuseTrainingImages(model, filesOf(3, 4, 5), ['person-00', 'person-01', 'Ada'])).toEqual({ checked: true, heldOut: { images: 0, identities: 0 } });
});

test('an image that was trained on is refused under any name', async () => {
  const copy = path.join(folder, 'elsewhere/new-name.png');
  mkdirSync(path.dirname(copy));
  copyFileSync(people[0]!.files[2]!, copy);
  const check = refuseTrainingImages(model, [...filesOf(3), copy], ['stranger']);
  await expect(check).rejects.toThrow(`1 of 5 images were trained on by v1: ${copy}; figures on them would say nothing, choose others`);
  await expect(check).rejects.toThrow(UsageError);
});

test('of many images the first few are named', async () => {
  await expect(refuseTrainingImages(model, filesOf(1, 3, 0), [])).rejects.toThrow(`8 of 12 images were trained on by v1: ${people[1]!.files.slice(0, 3).join(', ')}, …;`);
});

test('a person is known by name, however it is written', async () => {
  await expect(refuseTrainingImages(model, filesOf(3), ['ada lovelace', 'Alan_Turing'])).rejects.toThrow('1 of 2 people (by name) were trained on by v1: ada lovelace;');
});

test('images held out of the training are told from those trained on', async () => {
  const check = await refuseTrainingImages(model, filesOf(2, 3), ['Grace_Hopper']);
  expect(check).toMatchObject({ checked: true, heldOut: { images: 4, identities: 1 } });
  expect(check.note).toContain('v1: 4 of these images and 1 of these people (by name) were held out of its training to choose a checkpoint');
});

test('a model that does not say what it was trained on cannot be checked, and the note says so', async () => {
  expect(await refuseTrainingImages({ manifest: { name: 'foreign' } }, filesOf(0), [])).toEqual({
    checked: false, heldOut: { images: 0, identities: 0 },
    note: 'foreign: its bundle does not say what it was trained on, so it could not be checked that these images are new to it',
  });
});
