import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { facenet } from '../commands/run-command.fixture.ts';
import { readImageSet } from '../evaluate/image-set.ts';
import { exportModel } from '../model/export-model.ts';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { runSvmBaseline } from './svm-baseline.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const silent = { update: () => undefined, line: () => undefined, stop: () => undefined };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-svm-'));
  await makeFaces(at('all'), 30, 4);
  // The first people to learn from, the others to measure on; the fixture draws the same ones each time.
  for (const [name, keep] of [['train', (i: number) => i < 18], ['test', (i: number) => i >= 18]] as const) {
    await makeFaces(at(name), 30, 4);
    for (const [i, person] of readdirSync(at(name)).sort().entries()) if (!keep(i)) rmSync(path.join(at(name), person), { recursive: true });
  }
  await makeRun(at('one'), at('train'));
  await makeRun(at('other'), at('train'), 'seed: 3');
  for (const run of ['one', 'other']) await exportModel(at(run), { out: at(`${run}-bundle`), images: false });
}, 300_000);
afterAll(() => { rmSync(folder, { recursive: true }); });

const options = () => ({
  models: [at('one-bundle'), at('other-bundle')], train: at('train'), features: 'difference' as const,
  images: readImageSet(at('test')), far: 0.05, seed: 1, flip: false, progress: silent,
});

test('decides by a linear function of what both models say, and counts as its own threshold says', async () => {
  const set = [[18, 19, 20], [21, 22, 23], [24, 25, 26]];
  writeFileSync(at('pairs.txt'), ['3\t3', ...set.flatMap((people) => [
    ...people.map((p) => `person-${p}\t1\t2`), ...people.map((p, i) => `person-${p}\t1\tperson-${people[(i + 1) % 3]}\t3`),
  ])].join('\n'));
  const { machine, summary, trainedOn, accuracyAtOwnThreshold } = await runSvmBaseline({ ...options(), pairs: at('pairs.txt') });
  expect(machine.weights).toHaveLength(32);
  expect(trainedOn.people).toBe(18);
  expect(summary).toMatchObject({ pairs: 18, images: 48, identities: 12 });

  // Once more from the embeddings that the command prints: w · |a − b| + b > 0 for one person.
  const files = readdirSync(at('test')).sort().flatMap((person) => [1, 2, 3].map((i) => path.join(at('test'), person, `${i - 1}.png`)));
  const embedded: number[][][] = [];
  for (const model of options().models) {
    const { stdout } = await facenet('embed', ...files, '--crop', '--model', model, '--json');
    embedded.push((JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding));
  }
  const vector = (person: number, number: number): number[] => embedded.flatMap((rows) => rows[files.indexOf(path.join(at('test'), `person-${person}`, `${number - 1}.png`))]!);
  const score = (a: number[], b: number[]): number => machine.bias + machine.weights.reduce((sum, w, k) => sum + w * Math.abs(a[k]! - b[k]!), 0);
  const right = set.flatMap((people) => people.flatMap((p, i) => [score(vector(p, 1), vector(p, 2)) > 0, score(vector(p, 1), vector(people[(i + 1) % 3]!, 3)) <= 0]));
  expect(accuracyAtOwnThreshold).toBeCloseTo(right.filter(Boolean).length / 18, 12);
  // Patches of colour are easy to tell apart.
  expect(accuracyAtOwnThreshold).toBeGreaterThan(0.8);
}, 300_000);

test('never measures whom it learned from', async () => {
  writeFileSync(at('mixed.txt'), '2\t1\nperson-18\t1\t2\nperson-18\t1\tperson-19\t1\nperson-03\t1\t2\nperson-03\t1\tperson-19\t1\n');
  const run = (more: object) => runSvmBaseline({ ...options(), models: [at('one-bundle')], ...more });
  await expect(run({ images: readImageSet(at('all')), pairs: at('mixed.txt') })).rejects.toThrow("mixed.txt:4: 'person-03' is among the people to learn from; measure on others");
  expect((await run({ images: readImageSet(at('all')) })).summary).toMatchObject({ identities: 12, images: 48 });
  await expect(run({ images: readImageSet(at('train')) })).rejects.toThrow('everybody in the images to measure on is among the people to learn from');
}, 300_000);

test('the command prints the figures of evaluate, and what the machine is', async () => {
  const { code, stdout } = await facenet('baseline', 'svm', '--models', at('one-bundle'), '--train', at('train'), '--images', at('test'), '--far', '0.1', '--features', 'both', '--c', '0.01', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    images: 48, valAllPairs: { far: 0.1, value: expect.any(Number) as number }, svm: { models: [at('one-bundle')], features: 'both', c: 0.01, people: 18 },
  });
}, 300_000);
