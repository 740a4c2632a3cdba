import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const people = Array.from({ length: 10 }, (_, index) => person(index));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-evaluate-'));
  await makeFaces(at('trained-on'), 4, 3, 1);
  await makeRun(at('run'), at('trained-on'));
  await makeFaces(at('faces'), 10, 4);
  expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure')).toMatchObject({ code: 0 });
  writeFileSync(at('pairs.txt'), ['2\t4', ...sets.flatMap(({ same, different }) => [
    ...same.map(([a, i, , j]) => `${person(a!)}\t${i}\t${j}`),
    ...different.map(([a, i, b, j]) => `${person(a!)}\t${i}\t${person(b!)}\t${j}`),
  ])].join('\n'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Of every image, by 'person/image'. */
let embeddings: Map<string, number[]>;
beforeAll(async () => {
  const names = people.flatMap((name) => [0, 1, 2, 3].map((image) => `${name}/${image}`));
  const { stdout } = await facenet('embed', ...names.map((name) => at(`faces/${name}.png`)), '--crop', '--model', at('bundle'), '--json');
  const found = (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding);
  embeddings = new Map(names.map((name, i) => [name, found[i]!]));
});

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
}

const distanceOf = ([a, i, b, j]: readonly number[]): number =>
  squaredDistance(embeddings.get(`${person(a!)}/${i}`)!, embeddings.get(`${person(b!)}/${j}`)!);

/** LFW's protocol by its own words: the first best of 0, 0.01 … 3.99 on the other set, counted on this one. */
function foldAccuracy(train: { same: number[]; different: number[] }, held: { same: number[]; different: number[] }): number {
  const right = (at: number, { same, different }: typeof train): number =>
    same.filter((distance) => distance < at).length + different.filter((distance) => distance >= at).length;
  const grid = Array.from({ length: 400 }, (_, step) => step / 100);
  const best = grid.reduce((found, at) => (right(at, train) > right(found, train) ? at : found), 0);
  return right(best, held) / 8;
}

test('accuracy is that of the protocol, written down once more; the JSON has what scripts read', async () => {
  const distances = sets.map(({ same, different }) => ({ same: same.map(distanceOf), different: different.map(distanceOf) }));
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
    pairs: 16, images: 40, identities: 10, protocol: "2 folds of pairs, LFW's format",
    auc: expect.any(Number) as number, eer: expect.any(Number) as number,
    val: { far: 0.25, value: expect.any(Number) as number, standardError: expect.any(Number) as number, interval: { method: 'Student t over 2 folds' } },
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

test('a folder of people alone gives the figures over all pairs, as brute force finds them', async () => {
  const all = [...embeddings.values()];
  const [same, different]: [number[], number[]] = [[], []];
  all.forEach((a, i) => all.slice(i + 1).forEach((b, j) => {
    (Math.floor(i / 4) === Math.floor((i + 1 + j) / 4) ? same : different).push(squaredDistance(a, b));
  }));
  different.sort((a, b) => a - b);
  const threshold = different[Math.floor(0.01 * 720)]!;
  const value = same.filter((distance) => distance < threshold).length / 60;
  const auc = same.reduce((sum, distance) => sum + different.filter((other) => other > distance).length, 0) / (60 * 720);

  const { code, stdout: json } = await facenet('evaluate', at('faces'), '--model', at('bundle'), '--far', '0.01', '--no-report', '--json');
  expect(code).toBe(0);
  const result = JSON.parse(json) as { val: { threshold: number; interval: { low: number; high: number } }; auc: number; eer: number };
  expect(result).toMatchObject({
    val: { far: 0.01, value, falseAccepts: 7, pairsSame: 60, pairsDifferent: 720, interval: { level: 0.95, method: 'bootstrap over identities, 500 resamples' } },
    identities: 10, images: 40, protocol: 'all pairs', trainingChecked: true,
  });
  expect(result.val.threshold).toBeCloseTo(threshold, 5);
  expect(result.auc).toBeCloseTo(auc, 3);
  // Where as many are wrongly rejected as accepted.
  const threshold_ = different[Math.round(result.eer * 720)]!;
  expect(Math.abs(same.filter((distance) => distance >= threshold_).length / 60 - result.eer)).toBeLessThan(1 / 60 + 1 / 720);
});

test('a rate that the pairs cannot support is refused with counts, and the rest is given', async () => {
  const { code, stdout } = await facenet('evaluate', '--images', at('faces'), '--model', at('bundle'), '--no-report', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    val: { far: 0.001, value: null, interval: null, refused: 'FAR 0.001 allows no false accept among 720 pairs of different people: at least 1000 pairs are needed' },
    auc: expect.any(Number) as number,
  });
});

test('--identify enrols people by an image each and asks with the others, as brute force finds them', async () => {
  const all = [...embeddings.values()];
  const nearest = (enrolled: readonly number[], probe: number): { person: number; distance: number } => enrolled
    .map((person) => ({ person, distance: squaredDistance(all[4 * person]!, all[probe]!) }))
    .reduce((best, each) => (each.distance < best.distance ? each : best));
  const everyone = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const probes = [...all.keys()].filter((row) => row % 4 !== 0);
  const found = probes.filter((probe) => nearest(everyone, probe).person === Math.floor(probe / 4)).length;

  const enrolled = [0, 2, 4, 6, 8];
  const known = probes.filter((probe) => Math.floor(probe / 4) % 2 === 0).map((probe) => ({ ...nearest(enrolled, probe), own: Math.floor(probe / 4) }));
  const strangers = [...all.keys()].filter((row) => Math.floor(row / 4) % 2 === 1).map((row) => nearest(enrolled, row).distance).sort((a, b) => a - b);
  const threshold = strangers[2]!;
  const named = known.filter(({ person, own, distance }) => person === own && distance < threshold).length;

  const { code, stdout } = await facenet('evaluate', at('faces'), '--model', at('bundle'), '--far', '0.01', '--identify', '--fpir', '0.1', '--no-report', '--json');
  expect(code).toBe(0);
  const { identification } = JSON.parse(stdout) as { identification: { closed: object; open: { threshold: number; curve: { fpir: number; value: number }[] } } };
  expect(identification).toMatchObject({
    closed: { rank1: found / 30, queries: 30, enrolled: 10, withoutMate: 0 },
    open: { fpir: 0.1, value: named / 15, known: 15, unknown: 20, falsePositives: 2, enrolled: 5 },
  });
  expect(identification.open.threshold).toBeCloseTo(threshold, 5);
  expect(identification.open.curve[0]).toMatchObject({ fpir: 0 });
  expect(identification.open.curve.at(-1)).toMatchObject({ fpir: 1, threshold: null });
  const { stdout: table } = await facenet('evaluate', at('faces'), '--model', at('bundle'), '--identify', '--no-report');
  expect(table).toMatch(/^identified at FPIR 0.01 +none: FPIR 0.01 allows no false positive among 20 unknown queries: at least 100 are needed$/m);
});

test('images that the model was trained on are refused, whatever their folder is called', async () => {
  const { code, stdout, stderr } = await facenet('evaluate', at('trained-on'), '--model', at('bundle'), '--no-report', '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/images were trained on by/);
});

/** A .bin as InsightFace writes it: pickle protocol 2 of (list of bytes, list of booleans), by the opcodes of Python's pickletools. */
function pickled(images: readonly Uint8Array[], same: readonly boolean[]): Buffer {
  const length = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
  return Buffer.concat([
    Buffer.from([0x80, 3, 0x5d, 0x28]), ...images.flatMap((image) => [Buffer.from('B'), length(image.length), image]), Buffer.from('e'),
    Buffer.from([0x5d, 0x28]), Buffer.from(same.map((one) => (one ? 0x88 : 0x89))), Buffer.from('e'), Buffer.from([0x86, 0x2e]),
  ]);
}

test('the same pairs give the same figures from a .bin, a .csv and CFP’s lists', async () => {
  // Ten folds of two pairs in order, so that all four formats divide them alike.
  const pairs = Array.from({ length: 20 }, (_, i) => (i % 2 === 0
    ? [`${person(i / 2)}/0.png`, `${person(i / 2)}/3.png`, true] as const
    : [`${person((i - 1) / 2)}/1.png`, `${person(((i + 1) / 2) % 10)}/2.png`, false] as const));
  const file = (name: string): string => at(`faces/${name}`);
  writeFileSync(at('drawn.bin'), pickled(pairs.flatMap(([a, b]) => [readFileSync(file(a)), readFileSync(file(b))]), pairs.map(([, , same]) => same)));
  writeFileSync(at('drawn.csv'), pairs.map(([a, b, same]) => `${a},${b},${Number(same)}\n`).join(''));
  const run = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await facenet('evaluate', '--model', at('bundle'), '--far', '0.2', '--no-report', '--json', ...args);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const bin = await run('--pairs', at('drawn.bin'));
  expect(bin).toMatchObject({ pairs: 20, images: 40, identities: null, protocol: "10 folds of pairs, InsightFace's .bin", dataset: 'drawn.bin' });
  const csv = await run('--pairs', at('drawn.csv'), '--images', at('faces'));

  const number = new Map(people.flatMap((name) => [0, 1, 2, 3].map((image) => `${name}/${image}.png`)).map((name, i) => [name, i + 1]));
  const list = [...number].map(([name, i]) => `${i} ../../faces/${name}\n`).join('');
  mkdirSync(at('cfp/Protocol'), { recursive: true });
  writeFileSync(at('cfp/Protocol/Pair_list_F.txt'), list);
  writeFileSync(at('cfp/Protocol/Pair_list_P.txt'), list);
  for (let fold = 0; fold < 10; fold++) {
    const home = at(`cfp/Protocol/Split/FP/${String(fold + 1).padStart(2, '0')}`);
    mkdirSync(home, { recursive: true });
    for (const same of [true, false]) {
      const lines = pairs.slice(2 * fold, 2 * fold + 2).filter((pair) => pair[2] === same).map(([a, b]) => `${number.get(a)},${number.get(b)}\n`);
      writeFileSync(path.join(home, same ? 'same.txt' : 'diff.txt'), lines.join(''));
    }
  }
  const cfp = await run('--pairs', at('cfp/Protocol'), '--protocol', 'cfp-fp');
  expect(cfp).toMatchObject({ protocol: 'CFP-FP, 10 folds' });
  for (const other of [csv, cfp]) {
    for (const key of ['accuracy', 'std', 'standardError', 'folds', 'auc', 'eer']) expect(other[key]).toEqual(bin[key]);
  }
}, 30_000);

test('videos are judged by their frames', async () => {
  // Four videos of three frames each; the first two show one person.
  const frames = (video: number): string[] => [0, 1, 2].map((image) => at(`faces/${person(video)}/${image}.png`));
  for (const video of [0, 1, 2, 3]) {
    const home = at(`ytf/${video < 2 ? 'Ann' : `P${video}`}/${video}`);
    mkdirSync(home, { recursive: true });
    frames(video).forEach((frame, i) => { copyFileSync(frame, path.join(home, `${video}.${i + 8}.png`)); });
  }
  writeFileSync(at('splits.txt'), 'split number, first name, second name, is same\n1, Ann/0, Ann/1, 1\n1, Ann/0, P2/2, 0\n2, Ann/1, Ann/0, 1\n2, P2/2, P3/3, 0\n');
  const { code, stdout, stderr } = await facenet(
    'evaluate', '--model', at('bundle'), '--images', at('ytf'), '--pairs', at('splits.txt'), '--protocol', 'ytf', '--far', '0.6', '--no-report', '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ pairs: 4, images: 12, identities: null, protocol: 'YouTube Faces, 2 folds, mean over pairs of the first 100 frames' });
  writeFileSync(at('splits.txt'), '1, Ann/0, Ann/1, 1\n1, Ann/0, P2/9, 0\n2, Ann/1, Ann/0, 1\n');
  expect(await facenet('evaluate', '--model', at('bundle'), '--images', at('ytf'), '--pairs', at('splits.txt'), '--protocol', 'ytf', '--json')).toMatchObject({
    code: 2, stderr: expect.stringContaining('splits.txt:2: there is no frame of video P2/9 among the images given') as string,
  });
}, 30_000);

test.each<[string[], string]>([
  [['--pairs', 'x.bin', '--images', 'faces'], 'protocol bin: takes no --images, they are inside the .bin'],
  [['--protocol', 'ytf', '--images', 'faces'], "protocol ytf: expected --pairs, YouTube Faces' splits.txt"],
  [['--protocol', 'all-pairs', '--images', 'faces', '--pairs', 'pairs.txt'], 'protocol all-pairs: takes no --pairs, got'],
  [[], 'protocol all-pairs: expected --images'],
  [['--pairs', 'faces'], 'a folder; expected a file of pairs, or --protocol cfp-fp or cfp-ff'],
  [['--pairs', 'pairs.txt'], 'protocol lfw: expected --images'],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await facenet('evaluate', '--model', at('bundle'), ...args.map((arg) => (/^(faces|pairs)/.test(arg) ? at(arg) : arg)));
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
});

test('groups of a list of attributes have rows, within and across, and a table in the report', async () => {
  writeFileSync(at('attributes.csv'), `identity,age\n${people.slice(0, 8).map((name, i) => `${name},${i < 6 ? 'old' : 'young'}\n`).join('')}`);
  const args = ['evaluate', at('faces'), '--model', at('bundle'), '--far', '0.02', '--groups', at('attributes.csv'), '--report', at('report')];
  const { code, stdout } = await facenet(...args, '--json');
  expect(code).toBe(0);
  const { groups, val } = JSON.parse(stdout) as { groups: { threshold: number; imagesWithout: number; rows: Record<string, unknown>[] }; val: { threshold: number } };
  expect(groups).toMatchObject({ threshold: val.threshold, imagesWithout: 8 });
  // By counting: 6 people of 4 images have 6 · 6 pairs of one person and 15 · 16 of two; 2 people 12 and 16; across 6 · 2 · 16.
  expect(groups.rows).toMatchObject([
    { attribute: 'age', value: 'old', images: 24, identities: 6, val: { of: 36 }, far: { of: 240 }, own: { falseAccepts: 4, pairsDifferent: 240 } },
    { value: 'young', images: 8, identities: 2, val: { of: 12 }, far: { of: 16 }, own: { refused: 'FAR 0.02 allows no false accept among 16 pairs of different people: at least 50 pairs are needed' } },
    { value: null, images: 32, identities: 8, val: { of: 0, value: null }, far: { of: 192 }, own: { refused: 'no two images of one person' } },
  ]);
  const page = readFileSync(at('report/index.html'), 'utf8');
  expect(page).toContain('<h2>Groups</h2>');
  expect(page).toContain('at least 50 pairs are needed');
  writeFileSync(at('none.csv'), 'identity,age\nnobody,old\n');
  expect(await facenet(...args.map((arg) => arg.replace('attributes.csv', 'none.csv')), '--json')).toMatchObject({
    code: 2, stderr: expect.stringContaining("none of its 1 lines names one of these people; expected names such as 'person-00'") as string,
  });
}, 30_000);
