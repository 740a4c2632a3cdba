import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { parseExperiment } from '../config/load.ts';
import { loadDataset } from './dataset.ts';
import { imageAt } from './image-store.ts';

let folder: string;

/** Every image is one grey: 20 × its identity + its number. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-dataset-'));
  const counts = { ann: 3, bob: 2, cid: 1, dee: 4, eve: 2 };
  for (const [identity, [name, count]] of Object.entries(counts).entries()) {
    mkdirSync(path.join(folder, name));
    for (let number = 0; number < count; number++) {
      const grey = 20 * identity + number;
      await sharp({ create: { width: 4, height: 3, channels: 3, background: { r: grey, g: grey, b: grey } } }).png().toFile(path.join(folder, name, `${number}.png`));
    }
  }
  writeFileSync(path.join(folder, 'ann', 'broken.jpg'), 'no picture');
  writeFileSync(path.join(folder, 'ann', 'notes.txt'), 'left alone');
  mkdirSync(path.join(folder, 'empty'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const load = (data: string) => loadDataset(parseExperiment(`data: { train: ${folder}, ${data} }`, 'x.yaml'), () => undefined);

test('puts training identities first and held-out ones behind, with the broken image left out', async () => {
  const data = await load('validation: { identities: [bob, eve] }');
  expect(data.identities).toEqual(['ann', 'cid', 'dee', 'bob', 'eve']);
  expect([...data.labels]).toEqual([0, 0, 0, 1, 2, 2, 2, 2, 3, 3, 4, 4]);
  expect(data).toMatchObject({ trainIdentities: 3, trainImages: 8, single: ['cid'] });
  expect(data.broken).toEqual([{ file: path.join(folder, 'ann', 'broken.jpg'), message: expect.stringContaining('cannot decode') as string }]);
  // The last image of dee: 20 × 3 + 3.
  expect((await imageAt(data.images, 7)).data[0]).toBe(63);
});

test('gives the same pixels whether they were kept or are decoded again', async () => {
  const cached = await load('validation: { identities: [eve] }, cacheMegabytes: 1');
  // 40 bytes hold one image of 4 × 3 × 3 bytes: the first one of those held out.
  const streamed = await load(`validation: { identities: [eve] }, cacheMegabytes: ${40 / 1024 / 1024}`);
  const kept = (data: typeof cached) => data.images.files.filter((_, index) => data.images.places[4 * index]! >= 0).length;
  expect([kept(cached), kept(streamed)]).toEqual([12, 1]);
  for (const [index, file] of cached.images.files.entries()) {
    const again = await imageAt(streamed.images, streamed.images.files.indexOf(file));
    expect(Buffer.from(again.data)).toEqual(Buffer.from((await imageAt(cached.images, index)).data));
  }
});

test('a set larger than the cache is not looked through: broken training images stay in the list until they are met', async () => {
  const data = await load(`validation: { identities: [ann] }, cacheMegabytes: ${40 / 1024 / 1024}`);
  // Those held out are all looked at, since their number must be known: three of ann, and the broken one.
  expect(data.broken.map(({ file }) => path.basename(file))).toEqual(['broken.jpg']);
  expect(data.images.files.length - data.trainImages).toBe(3);
  expect([data.trainImages, data.unchecked > 0]).toEqual([9, true]);
  const trained = await load(`validation: { identities: [eve] }, cacheMegabytes: ${40 / 1024 / 1024}`);
  expect(trained.images.files.filter((file) => file.endsWith('broken.jpg'))).toHaveLength(1);
  expect([...trained.labels].filter((label) => label === 0)).toHaveLength(4);
});

test('holds out a share or a number, only of identities with two images, the same ones for a seed', async () => {
  const names = async (identities: number, seed = 1): Promise<string[]> => {
    const data = await loadDataset(parseExperiment(`seed: ${seed}\ndata: { train: ${folder}, validation: { identities: ${identities} } }`, 'x.yaml'), () => undefined);
    return data.identities.slice(data.trainIdentities);
  };
  expect(await names(0.4)).toHaveLength(2);
  expect(await names(0)).toHaveLength(0);
  expect(await names(3)).toEqual(await names(3));
  expect(new Set((await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => names(2, seed)))).map(String)).size).toBeGreaterThan(1);
  for (const seed of [1, 2, 3, 4, 5]) expect(await names(3, seed)).not.toContain('cid');
});

test('trains on a part of identities and images that lies within every larger part, and holds out the same people', async () => {
  const part = async (identities: number, images: number) => {
    const data = await load(`validation: { identities: [bob] }, use: { identities: ${identities}, images: ${images} }`);
    return { people: data.identities.slice(0, data.trainIdentities), files: data.images.files.slice(0, data.trainImages), heldOut: data.identities.slice(data.trainIdentities) };
  };
  const [all, half, few] = [await part(1, 1), await part(0.75, 1), await part(0.5, 1)];
  expect([all, half, few].map(({ people }) => people.length)).toEqual([4, 3, 2]);
  expect(all.people).toEqual(expect.arrayContaining(half.people));
  expect(half.people).toEqual(expect.arrayContaining(few.people));
  const thinned = await part(1, 0.5);
  // Of 1, 4 and 2 images: never fewer than two where there are two. (Of ann's, the broken one may be among the chosen.)
  expect(['cid', 'dee', 'eve'].map((name) => thinned.files.filter((file) => file.includes(`/${name}/`)).length)).toEqual([1, 2, 2]);
  expect(all.files).toEqual(expect.arrayContaining(thinned.files));
  for (const { heldOut } of [all, half, few, thinned]) expect(heldOut).toEqual(['bob']);
});

test('refuses data that cannot be trained on, and says why', async () => {
  await expect(load('strict: true, validation: { identities: 0 }')).rejects.toThrow(/broken\.jpg: cannot decode.*data\.strict allows none/);
  await expect(load('validation: { identities: [bop] }')).rejects.toThrow("no identity 'bop' in the folder; did you mean 'bob'?");
  await expect(load('validation: { identities: 4 }')).rejects.toThrow('4 of 5 identities held out leave 1');
  const at = (train: string) => loadDataset(parseExperiment(`data: { train: ${train} }`, 'x.yaml'), () => undefined);
  await expect(at(path.join(folder, 'nowhere'))).rejects.toThrow('no such folder; expected a folder with one folder of images per identity, or a RecordIO file');
  await expect(at(path.join(folder, 'bob'))).rejects.toThrow('found 2 images directly in it');
});
