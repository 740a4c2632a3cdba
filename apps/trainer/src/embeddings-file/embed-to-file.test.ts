import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { facenet } from '../commands/run-command.fixture.ts';
import { readBundleFolder } from '@facenet/model';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { readEmbeddingsFile, rowsFor } from './index.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-embed-out-'));
  await makeFaces(at('faces'), 4, 2);
  await makeRun(at('run'), at('faces'));
  expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure')).toMatchObject({ code: 0 });
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const embed = (...args: string[]): ReturnType<typeof facenet> => facenet('embed', ...args, '--crop', '--model', at('bundle'));

test('embed --out names a folder\'s images as compare and training look for them, with the numbers that embed prints', async () => {
  const image = at('faces/person-02/1.png');
  expect(await embed(at('faces'), '--out', at('faces.jsonl'))).toMatchObject({ code: 0, stdout: `${at('faces.jsonl')}: 8 embeddings\n` });
  const file = readEmbeddingsFile(at('faces.jsonl'));
  const { manifest: { spaceId, modelId } } = await readBundleFolder(at('bundle'));
  expect(file).toMatchObject({ size: 16, spaceId, modelId, normalised: 0 });
  expect(file.keys).toHaveLength(8);

  const { stdout } = await embed(image, '--json');
  const printed = (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[])[0]!.faces[0]!.embedding;
  const row = rowsFor(file, [image], at('faces'))[0]!;
  printed.forEach((value, i) => { expect(file.data[row * 16 + i]).toBeCloseTo(value, 5); });
});

test('an image that cannot be decoded is left out, said and counted', async () => {
  writeFileSync(at('broken.png'), 'no image');
  const { code, stdout, stderr } = await embed(at('broken.png'), at('faces/person-00/0.png'), '--out', at('some.csv'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file: at('some.csv'), images: 1, broken: [expect.stringContaining('broken.png') as string] });
  expect(stderr).toContain(`left out: ${at('broken.png')}`);
  expect(readEmbeddingsFile(at('some.csv')).keys).toEqual([at('faces/person-00/0.png')]);
});

test('a name of no known format, and the same image twice, write nothing', async () => {
  const twice = at('faces/person-00/0.png');
  expect(await embed(twice, '--out', at('wrong.txt'))).toMatchObject({ code: 2, stdout: '' });
  const { code, stderr } = await embed(twice, twice, '--out', at('twice.csv'));
  expect([code, stderr]).toEqual([2, expect.stringContaining('would be written twice')]);
  expect(readdirSync(folder).filter((name) => /wrong|twice/.test(name))).toEqual([]);
});
