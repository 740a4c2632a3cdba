import { jest } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { writeSyntheticDataset } from './writer.ts';

// Every run starts threads that load TypeScript, slow where the machine is busy.
jest.setTimeout(60_000);

const plan = { seed: 1, identities: 2, images: 2, photos: false };
let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synth-'));
  out = path.join(folder, 'faces');
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const files = (root: string): Map<string, Buffer> => new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
    .map((name) => [name, readFileSync(path.join(root, name))]),
);

test('writes a folder per person with crops, the same bytes with one thread and with two', async () => {
  const progress: number[] = [];
  const written = await writeSyntheticDataset(out, plan, { threads: 1, onProgress: (done) => { progress.push(done); } });
  expect(written).toEqual({ images: 4, kept: 0 });
  expect(progress).toEqual([1, 2, 3, 4]);
  const first = files(out);
  expect([...first.keys()]).toEqual(['person-00001/0001.jpg', 'person-00001/0002.jpg', 'person-00002/0001.jpg', 'person-00002/0002.jpg', 'synth.json']);
  expect(JSON.parse(first.get('synth.json')!.toString())).toMatchObject(plan);
  expect(await sharp(first.get('person-00002/0001.jpg')).metadata()).toMatchObject({ format: 'jpeg', width: 136, height: 136, channels: 3 });
  const other = path.join(folder, 'other');
  await writeSyntheticDataset(other, plan, { threads: 2 });
  expect(files(other)).toEqual(first);
  expect(readdirSync(folder).sort()).toEqual(['faces', 'other']);
});

test('goes on where an interrupted run stopped, and never shows half a data set', async () => {
  const interruption = new AbortController();
  await expect(writeSyntheticDataset(out, plan, { threads: 1, signal: interruption.signal, onProgress: () => { interruption.abort(); } })).rejects.toThrow(/interrupted/);
  expect(existsSync(out)).toBe(false);
  expect((await writeSyntheticDataset(out, plan, { threads: 1 })).kept).toBeGreaterThanOrEqual(1);
  const uninterrupted = path.join(folder, 'whole');
  await writeSyntheticDataset(uninterrupted, plan, { threads: 1 });
  expect(files(out)).toEqual(files(uninterrupted));
});

test('refuses a folder with something in it, and the rest of another plan', async () => {
  mkdirSync(out);
  writeFileSync(path.join(out, 'mine.txt'), 'keep me');
  await expect(writeSyntheticDataset(out, plan)).rejects.toThrow(`${out}: the folder is not empty`);
  const second = path.join(folder, 'second');
  mkdirSync(`${second}.partial`);
  writeFileSync(path.join(`${second}.partial`, 'synth.json'), '{}');
  await expect(writeSyntheticDataset(second, plan)).rejects.toThrow(/other options/);
  const third = path.join(folder, 'third');
  mkdirSync(`${third}.partial`);
  writeFileSync(path.join(`${third}.partial`, 'mine.txt'), 'keep me');
  await expect(writeSyntheticDataset(third, plan)).rejects.toThrow(/not left by an interrupted run/);
  expect(readFileSync(path.join(out, 'mine.txt'), 'utf8')).toBe('keep me');
});

test('writes where every face of a photo is', async () => {
  await writeSyntheticDataset(out, { ...plan, identities: 1, images: 1, photos: true }, { threads: 1 });
  const { photos } = JSON.parse(readFileSync(path.join(out, 'photos.json'), 'utf8')) as { photos: { file: string; faces: { identity: string }[] }[] };
  expect(photos).toHaveLength(1);
  expect(photos[0]).toMatchObject({ file: 'person-00001/0001.jpg', width: 640, height: 480 });
  expect(photos[0]!.faces.map(({ identity }) => identity)).toContain('person-00001');
  expect(await sharp(path.join(out, photos[0]!.file)).metadata()).toMatchObject({ width: 640, height: 480 });
});
