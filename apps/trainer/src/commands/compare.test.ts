import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Manifest } from '@facenet/export';
import { type EmbeddingsFile, readEmbeddingsFile, writeEmbeddingsFile } from '../embeddings-file/index.ts';
import { readBundleFolder } from '@facenet/model';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

// Three networks are exported first.
jest.setTimeout(120_000);

interface Compared {
  readonly val: Readonly<Record<'far' | 'gallery' | 'query' | 'cross', number>>;
  readonly rank1: Readonly<Record<'gallery' | 'query' | 'cross' | 'crossReverse', number>>;
  readonly passes: boolean;
  readonly cells: { readonly val: { readonly cross: { readonly value: number; readonly low: number; readonly threshold: number; readonly pairsDifferent: number } } };
  readonly accuracy?: Readonly<Record<'gallery' | 'query' | 'cross' | 'crossReverse', { readonly accuracy: number }>>;
  readonly stored: { readonly spaceId: string; readonly spaceBefore: string } | null;
  readonly notes: readonly string[];
  readonly missing: number;
  readonly report: string | null;
}

/** Ten people of four images: 10 · 6 pairs of one person, 720 of two. */
async function compare(gallery: string, query: string, ...more: string[]): Promise<{ code: number; stderr: string; stdout: string; result: Compared }> {
  const { code, stdout, stderr } = await facenet(
    'compare', '--gallery', at(gallery), '--query', at(query), '--images', at('others'), '--far', '0.05', '--resamples', '50', '--json', ...more);
  return { code, stderr, stdout, result: (stdout === '' ? undefined : JSON.parse(stdout)) as Compared };
}

// Through the reader, which refuses a bundle whose space no report vouches for.
const kept = async (bundle: string): Promise<Manifest> => (await readBundleFolder(at(bundle))).manifest;
const ids: Record<string, { modelId: string; spaceId: string }> = {};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-compare-'));
  // Four people to train on and ten that no model has seen.
  await makeFaces(at('others'), 14, 4);
  mkdirSync(at('faces'));
  for (const person of readdirSync(at('others')).slice(0, 4)) renameSync(at(`others/${person}`), at(`faces/${person}`));
  // The same weights looking at a slightly smaller part of the crop: another model with nearly the same embeddings. And one
  // of another width, whose embeddings have nothing to do with the first one's.
  for (const [name, settings] of [['v1', {}], ['near', { crop: 0.84 }], ['stranger', { width: 0.375 }]] as const) {
    await makeRun(at(`run-${name}`), at('faces'), '', settings);
    expect(await facenet('export', at(`run-${name}`), '--out', at(name), '--no-measure', '--name', name)).toMatchObject({ code: 0 });
    expect(await facenet('embed', at('others'), '--crop', '--model', at(name), '--out', at(`${name}.jsonl`))).toMatchObject({ code: 0 });
    ids[name] = await kept(name);
  }
});
afterAll(() => { rmSync(folder, { recursive: true }); });

/** A copy of a bundle to write into. */
function copyOf(bundle: string, copy: string): string {
  cpSync(at(bundle), at(copy), { recursive: true });
  return copy;
}

function squared(a: EmbeddingsFile, i: number, b: EmbeddingsFile, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.size; k++) sum += (a.data[i * a.size + k]! - b.data[j * b.size + k]!) ** 2;
  return sum;
}

/** Rank 1 by its own words, on the embeddings that the command embed wrote. */
function rank1(gallery: EmbeddingsFile, probes: EmbeddingsFile): number {
  const person = (i: number): string => probes.keys[i]!.split('/')[0]!;
  const images = [...probes.keys.keys()];
  const hits = images.filter((i) => {
    const closest = images.filter((j) => j !== i).sort((x, y) => squared(probes, i, gallery, x) - squared(probes, i, gallery, y))[0]!;
    return person(closest) === person(i);
  });
  return hits.length / images.length;
}

test('a model that searches a gallery as well as its own takes its space, with the report and the thresholds of the pair', async () => {
  const bundle = copyOf('near', 'taker');
  const { code, result, stderr } = await compare('v1', bundle, '--out', at('report'), '--name', 'ten people');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(result).toMatchObject({ val: { far: 0.05, gallery: 1, query: 1, cross: 1 }, rank1: { gallery: 1, query: 1, cross: 1, crossReverse: 1 }, passes: true });
  expect(result.stored).toMatchObject({ spaceBefore: ids['near']!.spaceId, spaceId: ids['v1']!.spaceId });

  const manifest = await kept(bundle);
  expect([manifest.modelId, manifest.spaceId]).toEqual([ids['near']!.modelId, ids['v1']!.spaceId]);
  expect(manifest.compatibility).toMatchObject([{
    galleryModelId: ids['v1']!.modelId, gallerySpaceId: ids['v1']!.spaceId, galleryName: 'v1', passes: true,
    images: { source: 'ten people', identities: 10, images: 40 },
    val: { cross: { pairsSame: 120, pairsDifferent: 1440, falseAccepts: 72, threshold: result.cells.val.cross.threshold } },
    rank1: { crossReverse: { value: 1, probes: 40 } },
  }]);
  // 1,440 ordered pairs of two people speak about 1e-3 and not about 1e-4.
  expect(manifest.thresholds).toMatchObject([0.001, 0.01, 0.1].map((far) => (
    { queryModelId: ids['near']!.modelId, galleryModelId: ids['v1']!.modelId, far, pairsDifferent: 1440, source: 'ten people' })));

  expect(result.report).toBe(at('report/index.html'));
  expect(readdirSync(at('report')).sort()).toEqual(['comparison.json', 'index.html', 'roc.svg']);
  const page = readFileSync(at('report/index.html'), 'utf8');
  for (const text of ['Passes: every cell across', 'near in the gallery of v1', '72 of 1,440', 'B against A']) expect(page).toContain(text);
  expect(page).not.toMatch(/(src|href)="http/);
});

test('what shared a space and no longer passes leaves it; measured well again, it is back', async () => {
  const bundle = copyOf('near', 'comer');
  expect((await compare('v1', bundle)).code).toBe(0);
  // A stricter rate, at which v1 alone has 100 % and VAL across less.
  const strict = await compare('v1', bundle, '--far', '0.01');
  expect(strict.code).toBe(1);
  expect(strict.stderr).toMatch(/does not pass: VAL across \(120 pairs\) 9\d\.\d\d % < 100.00 % of the weaker model alone/);
  expect(strict.result).toMatchObject({ passes: false, stored: { spaceBefore: ids['v1']!.spaceId, spaceId: ids['near']!.spaceId } });
  const manifest = await kept(bundle);
  expect(manifest).toMatchObject({ spaceId: ids['near']!.spaceId, compatibility: [{ passes: false, far: 0.01 }] });
  expect((await compare('v1', bundle)).result.stored).toMatchObject({ spaceId: ids['v1']!.spaceId });
});

test('embeddings that have nothing in common do not pass: exit code 1, the report says so, and the space stays', async () => {
  const bundle = copyOf('stranger', 'other');
  const { code, result, stderr } = await compare('v1', bundle);
  expect(code).toBe(1);
  expect(stderr).toMatch(/facenet: does not pass: VAL across.*; rank 1 across .*beyond chance/);
  expect(await kept(bundle)).toMatchObject({ spaceId: ids['stranger']!.spaceId, compatibility: [{ passes: false, galleryName: 'v1' }] });
  // Which of the two searches which gallery, from the embeddings written before.
  const [v1, stranger] = [readEmbeddingsFile(at('v1.jsonl')), readEmbeddingsFile(at('stranger.jsonl'))];
  expect(result.rank1.cross).toBeCloseTo(rank1(v1, stranger), 10);
  expect(result.rank1.crossReverse).toBeCloseTo(rank1(stranger, v1), 10);
  expect(result.rank1.cross).not.toBe(result.rank1.crossReverse);
});

test('a file of embeddings as the gallery gives the same figures, and its space if it says it', async () => {
  const bundle = copyOf('near', 'filed');
  const { code, result } = await compare('v1.jsonl', bundle);
  expect(code).toBe(0);
  expect(result.notes).toEqual([expect.stringContaining('v1.jsonl: a file does not say what its model was trained on')]);
  const reference = await compare('v1', copyOf('near', 'reference'));
  expect(result.cells.val.cross.value).toBe(reference.result.cells.val.cross.value);
  expect(result.cells.val.cross.threshold).toBeCloseTo(reference.result.cells.val.cross.threshold, 6);
  expect(await kept(bundle)).toMatchObject({ spaceId: ids['v1']!.spaceId, compatibility: [{ galleryModelId: ids['v1']!.modelId }] });

  // CSV says neither model nor space.
  writeEmbeddingsFile(at('foreign.csv'), readEmbeddingsFile(at('v1.jsonl')));
  const foreign = copyOf('near', 'unnamed');
  expect(await compare('foreign.csv', foreign)).toMatchObject({ code: 0, result: { passes: true } });
  const digest = createHash('sha256').update(readFileSync(at('foreign.csv'))).digest('hex');
  expect(await kept(foreign)).toMatchObject({ spaceId: ids['near']!.spaceId, compatibility: [{ galleryModelId: digest, passes: true }] });
});

test('nothing is written for a file as the query, for a model against itself, or with --no-write', async () => {
  expect(await compare('v1', 'near.jsonl')).toMatchObject({ code: 0, result: { passes: true, stored: null } });
  const before = readFileSync(at('v1/model.json'), 'utf8');
  expect(await compare('v1', 'v1')).toMatchObject({ code: 0, result: { passes: true, stored: null, val: { cross: 1 } } });
  expect(await compare('near', 'v1', '--no-write')).toMatchObject({ result: { stored: null } });
  expect(readFileSync(at('v1/model.json'), 'utf8')).toBe(before);
});

test('with --pairs, the accuracy of all four cells is that of the protocol, written down once more', async () => {
  const sets = [[4, 5, 6], [7, 8, 9], [10, 11, 12]].map((people) => people.map((person) => `person-${String(person).padStart(2, '0')}`));
  // Image numbers count from 1 where names do not: the first of 0.png to 3.png is 1.
  const lines = sets.flatMap((people) => [
    ...people.map((person) => [person, '1', '3']),
    ...people.map((person, i) => [person, '2', people[(i + 1) % 3]!, '4']),
  ]);
  writeFileSync(at('pairs.txt'), ['3\t3', ...lines.map((line) => line.join('\t'))].join('\n'));
  const { result } = await compare('v1', 'stranger.jsonl', '--pairs', at('pairs.txt'));
  const [v1, stranger] = [readEmbeddingsFile(at('v1.jsonl')), readEmbeddingsFile(at('stranger.jsonl'))];
  const row = (person: string, number: string): number => v1.keys.indexOf(`${person}/${Number(number) - 1}.png`);
  const accuracy = (probes: EmbeddingsFile, gallery: EmbeddingsFile): number => {
    const distances = lines.map(([a, i, b, j]) => (j === undefined ? squared(probes, row(a!, i!), gallery, row(a!, b!)) : squared(probes, row(a!, i!), gallery, row(b!, j))));
    const right = (pair: number, threshold: number): number => Number(distances[pair]! < threshold === (lines[pair]!.length === 3));
    const folds = sets.map((_, fold) => {
      const [own, others] = [[...distances.keys()].filter((pair) => Math.floor(pair / 6) === fold), [...distances.keys()].filter((pair) => Math.floor(pair / 6) !== fold)];
      const score = (pairs: number[], threshold: number): number => pairs.reduce((sum, pair) => sum + right(pair, threshold), 0);
      const grid = Array.from({ length: 400 }, (_, step) => step * 0.01);
      const best = grid.reduce((found, threshold) => (score(others, threshold) > score(others, found) ? threshold : found), 0);
      return score(own, best) / own.length;
    });
    return folds.reduce((a, b) => a + b) / folds.length;
  };
  expect(result.accuracy!.gallery.accuracy).toBeCloseTo(accuracy(v1, v1), 10);
  expect(result.accuracy!.query.accuracy).toBeCloseTo(accuracy(stranger, stranger), 10);
  expect(result.accuracy!.cross.accuracy).toBeCloseTo(accuracy(stranger, v1), 10);
  expect(result.accuracy!.crossReverse.accuracy).toBeCloseTo(accuracy(v1, stranger), 10);
});

describe('is refused before any work, with exit code 2 and nothing written:', () => {
  const refused = async (gallery: string, query: string, ...more: string[]): Promise<string> => {
    const { code, stdout, stderr } = await compare(gallery, query, ...more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(at('never'))).toBe(false);
    return stderr;
  };

  test('images that a model was trained on', async () => {
    expect(await refused('v1.jsonl', 'near', '--images', at('faces'), '--out', at('never'))).toContain('were trained on by near');
    expect(await kept('near')).toMatchObject({ compatibility: [], spaceId: ids['near']!.spaceId });
  });

  test('a file without one of the images, which --skip-missing leaves out and counts', async () => {
    const { keys, data, size } = readEmbeddingsFile(at('v1.jsonl'));
    writeEmbeddingsFile(at('short.csv'), { keys: keys.slice(2), data: data.subarray(2 * size), size, normalised: 0 });
    expect(await refused('short.csv', 'near.jsonl', '--out', at('never'))).toContain(`${at('short.csv')}: no embedding of 'person-04/0.png'; 2 of 40 images in ${at('others')} are missing from it`);
    expect(await compare('short.csv', 'near.jsonl', '--skip-missing')).toMatchObject({ code: 0, result: { images: 38, missing: 2 } });
  });

  test('embeddings of different sizes, a rate beyond the pairs, a place that is neither, a pair of no image', async () => {
    writeEmbeddingsFile(at('small.csv'), { keys: ['a'], data: Float32Array.of(1, 0), size: 2, normalised: 0 });
    expect(await refused('v1', 'small.csv')).toContain('v1 gives 16 numbers and small.csv 2; embeddings of different sizes cannot be compared');
    expect(await refused('v1', 'near', '--far', '1e-4')).toContain('FAR 0.0001 allows no false accept among 720 pairs of different people: at least 10000 pairs are needed');
    expect(await refused('v1', 'nowhere')).toContain(`${at('nowhere')}: no such folder or file; expected a bundle, or embeddings in a .jsonl, .csv or .npy file`);
    writeFileSync(at('bad-pairs.txt'), '1\t1\nperson-04\t1\t9\nperson-04\t1\tperson-05\t1\n');
    expect(await refused('v1', 'near', '--pairs', at('bad-pairs.txt'))).toContain("there is no image 9 of 'person-04'");
  });
});
