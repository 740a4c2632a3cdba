import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

/** Two sets of four same and four different pairs: [person, image, person, image]. */
const sets = [0, 4].map((first) => ({
  same: [0, 1, 2, 3].map((i) => [first + i, 1, first + i, 2]),
  different: [0, 1, 2, 3].map((i) => [first + i, 3, first + ((i + 1) % 4), 1]),
}));
const person = (index: number): string => `person-0${index}`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-evaluate-'));
  await makeFaces(at('faces'), 10, 4);
  await makeRun(at('run'), at('faces'));
  expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure')).toMatchObject({ code: 0 });
  writeFileSync(at('pairs.txt'), ['2\t4', ...sets.flatMap(({ same, different }) => [
    ...same.map(([a, i, , j]) => `${person(a!)}\t${i}\t${j}`),
    ...different.map(([a, i, b, j]) => `${person(a!)}\t${i}\t${person(b!)}\t${j}`),
  ])].join('\n'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

async function distanceOf([a, i, b, j]: readonly number[]): Promise<number> {
  const files = [`${person(a!)}/${i}.png`, `${person(b!)}/${j}.png`].map((name) => at(`faces/${name}`));
  const { stdout } = await facenet('embed', ...files, '--crop', '--model', at('bundle'), '--json');
  const [first, second] = (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding);
  return first!.reduce((sum, value, k) => sum + (value - second![k]!) ** 2, 0);
}

/** LFW's protocol by its own words: the first best of 0, 0.01 … 3.99 on the other set, counted on this one. */
function foldAccuracy(train: { same: number[]; different: number[] }, held: { same: number[]; different: number[] }): number {
  const right = (at: number, { same, different }: typeof train): number =>
    same.filter((distance) => distance < at).length + different.filter((distance) => distance >= at).length;
  const grid = Array.from({ length: 400 }, (_, step) => step / 100);
  const best = grid.reduce((found, at) => (right(at, train) > right(found, train) ? at : found), 0);
  return right(best, held) / 8;
}

test('accuracy is that of the protocol, written down once more; the JSON has what scripts read', async () => {
  const distances: { same: number[]; different: number[] }[] = [];
  for (const { same, different } of sets) {
    const measured = { same: [] as number[], different: [] as number[] };
    for (const pair of same) measured.same.push(await distanceOf(pair));
    for (const pair of different) measured.different.push(await distanceOf(pair));
    distances.push(measured);
  }
  const folds = [foldAccuracy(distances[1]!, distances[0]!), foldAccuracy(distances[0]!, distances[1]!)];
  const mean = (folds[0]! + folds[1]!) / 2;
  const { code, stdout } = await facenet(
    'evaluate', '--model', at('bundle'), '--images', at('faces'), '--pairs', at('pairs.txt'), '--far', '0.25', '--json', '--write', '--name', 'drawn');
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as Record<string, unknown> & { accuracy: number; std: number; standardError: number };
  expect(result.accuracy).toBeCloseTo(mean, 10);
  expect(result.std).toBeCloseTo(Math.abs(folds[0]! - folds[1]!) / 2, 10);
  expect(result.standardError).toBeCloseTo(Math.abs(folds[0]! - folds[1]!) / 2, 10);
  expect(result).toMatchObject({
    pairs: 16, images: 40,
    val: { far: 0.25, value: expect.any(Number) as number, standardError: expect.any(Number) as number },
    // Five parts of two people with four images each: 2 · 6 same and 4 · 4 different pairs in a part.
    valAllPairs: { far: 0.25, value: expect.any(Number) as number, pairsSame: 60, pairsDifferent: 80 },
  });
  for (const file of ['index.html', 'roc.svg', 'evaluation.json']) expect(existsSync(at(`bundle-evaluation/${file}`))).toBe(true);
  const manifest = JSON.parse(readFileSync(at('bundle/model.json'), 'utf8')) as { thresholds: unknown[]; evaluation: { dataset: string }[] };
  expect(manifest.evaluation.map(({ dataset }) => dataset)).toEqual(['drawn']);
  expect(manifest.thresholds.length).toBeGreaterThan(0);
  expect((await facenet('verify', at('faces/person-00/0.png'), at('faces/person-01/0.png'), '--crop', '--far', '0.1', '--model', at('bundle'))).code).toBe(0);
});

test('a pair whose image is missing is named, with exit code 2', async () => {
  writeFileSync(at('missing.txt'), readFileSync(at('pairs.txt'), 'utf8').replace('person-00\t1\t2', 'person-00\t1\t9'));
  const { code, stdout, stderr } = await facenet('evaluate', '--model', at('bundle'), '--images', at('faces'), '--pairs', at('missing.txt'), '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/missing\.txt:2: there is no image 9 of 'person-00'/);
});
