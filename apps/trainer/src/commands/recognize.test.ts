import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { foreignNetwork } from '../model/foreign-network.fixture.ts';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

// Networks are exported and run; on a busy machine that takes its time.
jest.setTimeout(60_000);

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
const face = (person: number, image: number): string => at(`faces/person-0${person}/${image}.png`);

interface Answer {
  readonly file: string;
  readonly decision: string;
  readonly identity: string | null;
  readonly distance: number;
  readonly candidates: { identity: string; distance: number }[];
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-recognize-'));
  await makeFaces(at('faces'), 6, 4);
  await makeRun(at('run'), at('faces'));
  expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure')).toMatchObject({ code: 0 });
  // The last picture of each is asked for, and nobody knows the last person.
  cpSync(at('faces'), at('gallery'), { recursive: true });
  rmSync(at('gallery/person-05'), { recursive: true });
  for (const person of [0, 1, 2, 3, 4]) rmSync(at(`gallery/person-0${person}/3.png`));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const idOf = (bundle: string): string => (JSON.parse(readFileSync(at(bundle, 'model.json'), 'utf8')) as { modelId: string }).modelId;

/** Gives a bundle these thresholds at 1e-3 and 1e-2, for itself or with the gallery's model. */
function withThresholds(bundle: string, strict: number, loose: number, galleryModelId = idOf(bundle)): void {
  const manifest = JSON.parse(readFileSync(at(bundle, 'model.json'), 'utf8')) as { modelId: string; thresholds: unknown };
  const counts = { queryModelId: manifest.modelId, galleryModelId, val: 0.5, falseAccepts: 1, pairsSame: 100, pairsDifferent: 1000, source: 'test' };
  manifest.thresholds = [{ far: 0.001, threshold: strict, ...counts }, { far: 0.01, threshold: loose, ...counts }];
  writeFileSync(at(bundle, 'model.json'), JSON.stringify(manifest));
}

async function embeddingsOf(bundle: string, ...files: string[]): Promise<number[][]> {
  const { stdout } = await facenet('embed', ...files, '--crop', '--model', at(bundle), '--json');
  return (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding);
}

/** Distance of each probe to each person's closest picture in the gallery, from the numbers that embed prints. */
async function distancesToPeople(probes: readonly string[], bundle = 'bundle', galleryBundle = bundle): Promise<number[][]> {
  const asked = await embeddingsOf(bundle, ...probes);
  const known = await embeddingsOf(galleryBundle, ...[0, 1, 2, 3, 4].flatMap((person) => [0, 1, 2].map((image) => at(`gallery/person-0${person}/${image}.png`))));
  const squared = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return asked.map((probe) => [0, 1, 2, 3, 4].map((person) => Math.min(...known.slice(3 * person, 3 * person + 3).map((each) => squared(probe, each)))));
}

const recognize = (...args: string[]): ReturnType<typeof facenet> => facenet('recognize', ...args, '--crop', '--json');
async function answersOf(...args: string[]): Promise<Answer[]> {
  const { code, stdout, stderr } = await recognize(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer[];
}

const probes = (): string[] => [0, 1, 2, 3, 4, 5].map((person) => face(person, 3));

test('names who is in the gallery, and nobody for a stranger', async () => {
  const distances = await distancesToPeople(probes());
  const own = Math.max(...[0, 1, 2, 3, 4].map((person) => distances[person]![person]!));
  const strangers = Math.min(...distances[5]!);
  expect(own).toBeLessThan(strangers);
  withThresholds('bundle', (own + strangers) / 2, (own + 2 * strangers) / 3);
  const answers = await answersOf(...probes(), '--gallery', at('gallery'), '--model', at('bundle'), '--gap', '0', '--k', '5');
  expect(answers.map(({ file, decision, identity }) => [file, decision, identity])).toEqual([
    ...[0, 1, 2, 3, 4].map((person) => [face(person, 3), 'match', `person-0${person}`]),
    [face(5, 3), 'unknown', null],
  ]);
  answers.forEach(({ distance }, i) => { expect(distance).toBeCloseTo(Math.min(...distances[i]!), 6); });
  expect(answers[0]).toMatchObject({
    far: 0.001, modelId: idOf('bundle'), galleryModelId: idOf('bundle'), votes: { for: 3, of: 3 }, measured: { source: 'test', pairsDifferent: 1000 },
  });
});

test('between the thresholds, or with a second person within the gap, candidates are listed and nobody is named', async () => {
  const [[...distances]] = await distancesToPeople([face(2, 3)]) as [number[]];
  const sorted = [...distances].sort((a, b) => a - b);
  const place = ['--gallery', at('gallery'), '--model', at('bundle')];
  withThresholds('bundle', distances[2]! / 2, (distances[2]! + sorted[1]!) / 2);
  const [between] = await answersOf(face(2, 3), ...place, '--gap', '0');
  expect(between).toMatchObject({ decision: 'ambiguous', identity: null, reason: 'between_thresholds', candidates: [{ identity: 'person-02' }] });

  withThresholds('bundle', 1.01 * distances[2]!, 1.02 * distances[2]!);
  const gap = sorted[1]! - sorted[0]!;
  const second = `person-0${distances.indexOf(sorted[1]!)}`;
  const [close] = await answersOf(face(2, 3), ...place, '--gap', String(1.001 * gap));
  expect(close).toMatchObject({ decision: 'ambiguous', identity: null, reason: 'second_person_close', candidates: [{ identity: 'person-02' }, { identity: second }] });
  const [clear] = await answersOf(face(2, 3), ...place, '--gap', String(0.999 * gap));
  expect(clear).toMatchObject({ decision: 'match', identity: 'person-02', runnerUp: { identity: second } });
});

describe('a gallery of embeddings', () => {
  test('gives the answers of the images that it was made of', async () => {
    withThresholds('bundle', 0.5, 1);
    expect(await facenet('embed', at('gallery'), '--crop', '--model', at('bundle'), '--out', at('gallery.jsonl'))).toMatchObject({ code: 0 });
    const fromFile = await answersOf(...probes(), '--gallery', at('gallery.jsonl'), '--model', at('bundle'));
    const fromImages = await answersOf(...probes(), '--gallery', at('gallery'), '--model', at('bundle'));
    expect(fromFile.map(({ decision, identity, candidates }) => [decision, identity, candidates.map((each) => each.identity)]))
      .toEqual(fromImages.map(({ decision, identity, candidates }) => [decision, identity, candidates.map((each) => each.identity)]));
    fromFile.forEach(({ distance }, i) => { expect(distance).toBeCloseTo(fromImages[i]!.distance, 6); });
  });

  test('that does not say which model it is of, is no gallery of this model unless that is said', async () => {
    withThresholds('bundle', 0.5, 1);
    expect(await facenet('embed', at('gallery'), '--crop', '--model', at('bundle'), '--out', at('gallery.csv'))).toMatchObject({ code: 0 });
    const { code, stderr } = await recognize(face(0, 3), '--gallery', at('gallery.csv'), '--model', at('bundle'));
    expect(code).toBe(2);
    expect(stderr).toContain('no threshold for a false-accept rate of 0.001; the models');
    const said = await answersOf(face(0, 3), '--gallery', at('gallery.csv'), '--model', at('bundle'), '--gallery-model', at('bundle'));
    expect(said).toMatchObject([{ file: face(0, 3), galleryModelId: idOf('bundle'), threshold: 0.5, requiredGap: 0.125 }]);
  });

  test.each([
    ['of another size', '{"file":"ann/1.jpg","embedding":[1,0]}', 'holds vectors of 2 numbers, nns2-32x32-e16-w0.25-batch gives 16'],
    ['of another space', `{"spaceId":"elsewhere"}\n{"file":"ann/1.jpg","embedding":[${new Array<number>(16).fill(0.25).join(',')}]}`, "is in the space 'elsewhere'"],
    ['without people', `{"file":"1.jpg","embedding":[${new Array<number>(16).fill(0.25).join(',')}]}`, "'1.jpg' does not say whom it shows; expected paths of the form person/image"],
  ])('%s is refused', async (_, content, message) => {
    writeFileSync(at('wrong.jsonl'), content);
    const { code, stdout, stderr } = await recognize(face(0, 3), '--gallery', at('wrong.jsonl'), '--model', at('bundle'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${at('wrong.jsonl')}: `);
    expect(stderr).toContain(message);
  });
});

test('with a gallery of another model of the space, the thresholds of the two decide', async () => {
  writeFileSync(at('foreign.onnx'), foreignNetwork('nchw'));
  for (const [out, std, space] of [['server', '255', 'shared'], ['phone', '128', 'shared'], ['stranger', '128', 'other']] as const) {
    expect(await facenet('wrap', at('foreign.onnx'), '--input', '3x6x8', '--mean', '100', '--std', std, '--space', space, '--name', out, '--out', at(out)))
      .toMatchObject({ code: 0 });
  }
  const distances = await distancesToPeople([face(1, 3)], 'phone', 'server');
  const args = [face(1, 3), '--gallery', at('gallery'), '--model', at('phone'), '--gallery-model', at('server'), '--gap', '0'];
  const nothing = await recognize(...args);
  expect(nothing).toMatchObject({ code: 2, stdout: '' });
  withThresholds('phone', 3.9, 4, idOf('server'));
  const [answer] = await answersOf(...args);
  expect(answer).toMatchObject({ threshold: 3.9, modelId: idOf('phone'), galleryModelId: idOf('server'), spaceId: 'shared' });
  expect(answer!.distance).toBeCloseTo(Math.min(...distances[0]!), 5);

  const { code, stderr } = await recognize(face(1, 3), '--gallery', at('gallery'), '--model', at('phone'), '--gallery-model', at('stranger'));
  expect(code).toBe(2);
  expect(stderr).toContain("phone embeds into the space 'shared' and stranger into 'other'");
});

test('broken pictures: in the gallery they are left out and said, as a probe they are an error that names them', async () => {
  withThresholds('bundle', 0.5, 1);
  cpSync(at('gallery'), at('damaged'), { recursive: true });
  writeFileSync(at('damaged/person-00/1.png'), 'no image');
  for (const image of [0, 1, 2]) writeFileSync(at(`damaged/person-01/${image}.png`), 'no image');
  const { code, stdout, stderr } = await recognize(face(1, 3), '--gallery', at('damaged'), '--model', at('bundle'));
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as Answer[])[0]!.identity).not.toBe('person-01');
  expect(stderr).toContain(`left out: ${at('damaged/person-00/1.png')}`);
  expect(stderr).toContain("nobody is recognised as 'person-01'");
  const broken = await recognize(face(0, 3), at('damaged/person-01/0.png'), '--gallery', at('gallery'), '--model', at('bundle'));
  expect(broken).toMatchObject({ code: 1, stdout: '' });
  expect(broken.stderr).toContain(`${at('damaged/person-01/0.png')}: cannot decode the image`);
});

test('people read a table', async () => {
  withThresholds('bundle', 4, 4);
  const { code, stdout } = await facenet('recognize', face(0, 3), '--crop', '--gallery', at('gallery'), '--model', at('bundle'), '--gap', '0');
  expect(code).toBe(0);
  expect(stdout).toContain('match below 4.0000 with everyone else 0.0000 farther, ambiguous below 4.0000 (FAR 0.001)');
  expect(stdout).toMatch(/3\.png +match +person-00 +0\.\d{4} +close enough/);
});
