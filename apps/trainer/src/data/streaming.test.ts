import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultPreprocessing } from '@facenet/face';
import sharp from 'sharp';
import { parseExperiment } from '../config/load.ts';
import { type Dataset, loadDataset } from './dataset.ts';
import { InputPool } from './input-pool.ts';
import { fillInputs } from './inputs.ts';
import { recordFile } from './readers/recordio.fixture.ts';
import { tarFile } from './readers/tar.fixture.ts';
import { closeSpanFiles } from './readers/span-file.ts';

const people = ['0', '1', '2', '3', '4'];
const perPerson = 4;
const size = [8, 8] as const;
let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);

/** The same pictures as a folder, as a RecordIO file and as two tar shards: each of one grey of its own. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-stream-'));
  const pictures: { name: string; person: number; bytes: Buffer }[] = [];
  for (const [person, name] of people.entries()) {
    mkdirSync(at('faces', name), { recursive: true });
    for (let image = 0; image < perPerson; image++) {
      const grey = 40 * person + 5 * image;
      const bytes = await sharp({ create: { width: 10, height: 12, channels: 3, background: { r: grey, g: grey + 1, b: grey + 2 } } }).png().toBuffer();
      writeFileSync(at('faces', name, `${image}.png`), bytes);
      pictures.push({ name: `${name}/${image}.png`, person, bytes });
    }
  }
  const { rec, idx } = recordFile(pictures.map(({ person, bytes }) => ({ labels: person, picture: bytes })));
  writeFileSync(at('train.rec'), rec);
  writeFileSync(at('train.idx'), idx);
  const half = pictures.length / 2;
  [pictures.slice(0, half), pictures.slice(half)].forEach((some, i) => {
    writeFileSync(at(`faces-${i}.tar`), tarFile(some.map(({ name, bytes }) => ({ name, content: bytes }))));
  });
  writeFileSync(at('faces.csv'), `file,identity\n${pictures.map(({ name, person }) => `faces/${name},${person}\n`).join('')}`);
});
afterAll(() => {
  closeSpanFiles();
  rmSync(folder, { recursive: true });
});

const load = (location: string, cacheMegabytes: number): Promise<Dataset> => loadDataset(
  parseExperiment(`data: { train: '${location}', cacheMegabytes: ${cacheMegabytes}, validation: { identities: ['4'] } }`, 'x.yaml'), () => undefined,
);
const settings = {
  size, preprocessing: defaultPreprocessing, seed: 3,
  augmentation: { mirror: 0.5, shift: 0.1, scale: 0.1, colour: 0.2, grey: 0.1, blur: 0.1, erase: 0.1 },
};

/** Three batches that reach over all training images; in threads where a number of them is given. */
async function batches({ images, trainImages }: Dataset, threads = 0): Promise<Float32Array[]> {
  const pool = threads > 0 ? new InputPool({ images, settings }, threads) : undefined;
  const found = await Promise.all([1, 2, 3].map(async (step) => {
    const indices = Int32Array.from({ length: 6 }, (_, i) => (7 * i + 5 * step) % trainImages);
    if (pool) return await pool.request({ indices, step });
    const out = new Float32Array(indices.length * 3 * size[0] * size[1]);
    await fillInputs(images, { indices, step }, settings, out);
    return out;
  }));
  await pool?.dispose();
  return found;
}

test('a set larger than the cache gives the same batches from every kind of file and any number of threads', async () => {
  const expected = await batches(await load(at('faces'), 64));
  for (const [location, threads] of [['faces', 0], ['train.rec', 2], ['faces-{0..1}.tar', 0], ['faces.csv', 0]] as const) {
    const data = await load(at(location), 0);
    expect([data.identities.length, data.trainImages, data.unchecked]).toEqual([5, 16, 16]);
    // Nothing but the pixels' places is in memory.
    expect(data.images.chunks).toHaveLength(0);
    expect(await batches(data, threads)).toEqual(expected);
  }
}, 120_000);

test('a record that is damaged is left out and counted like a broken file, or replaced where the set streams', async () => {
  const rec = readFileSync(at('train.rec'));
  const offsets = readFileSync(at('train.idx'), 'utf8').trim().split('\n').map((line) => Number(line.split('\t')[1]));
  // The magic number of the second record of the first person.
  rec[offsets[1]!]! ^= 255;
  writeFileSync(at('damaged.rec'), rec);
  writeFileSync(at('damaged.idx'), readFileSync(at('train.idx')));
  await expect(load(at('damaged.rec'), 64)).rejects.toThrow(/damaged\.rec: record 1 at byte \d+: expected the magic number/);
  // The picture inside the record, which nobody looks at before it is decoded.
  rec[offsets[1]!]! ^= 255;
  rec.fill(0, offsets[1]! + 32, offsets[1]! + 60);
  writeFileSync(at('damaged.rec'), rec);
  const whole = await load(at('damaged.rec'), 64);
  expect([whole.trainImages, whole.unchecked]).toEqual([15, 0]);
  expect(whole.broken.map(({ message }) => message)).toEqual([expect.stringMatching(/damaged\.rec#1:\d+\+\d+: cannot decode the image/)]);
  const streamed = await load(at('damaged.rec'), 0);
  expect([streamed.trainImages, streamed.unchecked]).toEqual([16, 16]);
  const broken: string[] = [];
  const out = new Float32Array(2 * 3 * size[0] * size[1]);
  await fillInputs(streamed.images, { indices: Int32Array.of(1, 2) }, settings, out, ({ message }) => { broken.push(message); });
  expect(out.subarray(0, out.length / 2)).toEqual(out.subarray(out.length / 2));
  expect(broken).toEqual([expect.stringMatching(/damaged\.rec#1:/)]);
}, 60_000);
