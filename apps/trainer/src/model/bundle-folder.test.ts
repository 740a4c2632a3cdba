import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle } from '@facenet/export';
import { readBundleFolder, writeBundleFolder } from '@facenet/model';
import { exportModel } from './export-model.ts';
import { makeFaces, makeRun } from './trained-run.fixture.ts';

let folder: string;
let bundle: Bundle;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-bundle-'));
  await makeFaces(path.join(folder, 'faces'), 4, 2);
  await makeRun(path.join(folder, 'run'), path.join(folder, 'faces'));
  bundle = await exportModel(path.join(folder, 'run'), { out: path.join(folder, 'original'), images: false });
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const home = (): string => path.join(folder, 'homes', expect.getState().currentTestName!.replaceAll(' ', '-'));
/** The bundle and what a writer might have left of others. */
const besideHome = (): string[] => readdirSync(path.dirname(home())).filter((name) => name.startsWith(path.basename(home())));

test('what is written is read back', async () => {
  writeBundleFolder(home(), bundle);
  expect(await readBundleFolder(home())).toEqual(bundle);
  expect(readdirSync(home()).sort()).toEqual(['model.json', 'model.onnx', 'training.bin']);
});

test('a new bundle replaces the old one and leaves nothing beside it', async () => {
  writeBundleFolder(home(), bundle);
  const renamed = { ...bundle, manifest: { ...bundle.manifest, licence: 'another' } };
  writeBundleFolder(home(), renamed);
  expect((await readBundleFolder(home())).manifest.licence).toBe('another');
  expect(besideHome()).toEqual([path.basename(home())]);
});

test('a failure while writing keeps the old bundle', async () => {
  writeBundleFolder(home(), bundle);
  const unwritable = { ...bundle, onnx: 7 as unknown as Bundle['onnx'] };
  expect(() => { writeBundleFolder(home(), unwritable); }).toThrow('"data" argument');
  expect(await readBundleFolder(home())).toEqual(bundle);
  expect(besideHome()).toEqual([path.basename(home())]);
});

test('refuses a folder that is no bundle, and says what one is', async () => {
  await expect(readBundleFolder(path.join(folder, 'faces'))).rejects.toThrow(
    `${path.join(folder, 'faces')}: no model.json there; expected a model bundle, a folder with model.json and model.onnx`,
  );
  await expect(readBundleFolder('/nowhere')).rejects.toThrow('/nowhere: no model.json there');
});

test('names folder, file and field of what disagrees', async () => {
  cpSync(path.join(folder, 'original'), home(), { recursive: true });
  const file = path.join(home(), 'model.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"size": 16', '"size": 128'));
  await expect(readBundleFolder(home())).rejects.toThrow(`${home()}: model.json: embedding.size is 128; the spec has 16`);
});
