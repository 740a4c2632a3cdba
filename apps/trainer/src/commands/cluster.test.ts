import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

// A network is exported and run; on a busy machine that takes its time.
jest.setTimeout(60_000);

let folder: string;
let separating: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-cluster-'));
  // Seven people that are patches of colour: pictures of one are nearly the same, even for a network that learned nothing.
  await makeFaces(at('people'), 7, 4);
  await makeRun(at('run'), at('people'));
  expect(await facenet('export', at('run'), '--out', at('bundle'))).toMatchObject({ code: 0 });
  separating = await separatingThreshold();
  // The same pictures without their people: 4 + 3 + 3 + 2 + 2 + 1 + 1 of them, at several depths.
  const counts = [2, 4, 1, 3, 2, 3, 1];
  mkdirSync(at('mixed/deep/deeper'), { recursive: true });
  counts.forEach((count, person) => {
    for (let image = 0; image < count; image++) {
      const place = ['', 'deep', 'deep/deeper'][(person + image) % 3]!;
      copyFileSync(at(`people/person-0${person}/${image}.png`), at('mixed', place, `${image}-of-${person}.png`));
    }
  });
  writeFileSync(at('mixed/deep/broken.jpg'), 'no image');
  writeFileSync(at('mixed/notes.txt'), 'mine');
  writeFileSync(at('mixed/.hidden.png'), 'not looked at');
});
afterAll(() => { rmSync(folder, { recursive: true }); });

interface Clusters {
  readonly clusters: { id: number; files: string[] }[];
  readonly broken: { file: string; reason: string }[];
  readonly ignored: string[];
  readonly singletons: number;
  readonly scores?: { bCubed: { f: number; precision: number; recall: number }; people: number; clusters: number };
}

const cluster = (...args: string[]): ReturnType<typeof facenet> => facenet('cluster', ...args, '--crop', '--model', at('bundle'));
async function clustersOf(...args: string[]): Promise<Clusters> {
  const { code, stdout, stderr } = await cluster(...args, '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as Clusters;
}
/** Whom the pictures of a group show, by their names. */
const shown = (files: readonly string[]): string[] => [...new Set(files.map((file) => /of-(\d)/.exec(file)![1]!))];

/** Between the largest distance within a person and the smallest between two, from the numbers that embed prints. */
async function separatingThreshold(): Promise<string> {
  const files = [0, 1, 2, 3, 4, 5, 6].flatMap((person) => [0, 1, 2, 3].map((image) => at(`people/person-0${person}/${image}.png`)));
  const { stdout } = await facenet('embed', ...files, '--crop', '--model', at('bundle'), '--json');
  const rows = (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).map(({ faces }) => faces[0]!.embedding);
  const distances = (same: boolean): number[] => rows.flatMap((a, i) => rows.slice(i + 1).flatMap((b, j) => (
    (Math.floor(i / 4) === Math.floor((i + 1 + j) / 4)) === same ? [a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0)] : []
  )));
  const [within, between] = [Math.max(...distances(true)), Math.min(...distances(false))];
  expect(within).toBeLessThan(between);
  return String((within + between) / 2);
}

test('ready crops need no flag: by the face that lies where alignment puts it, or as squares without one that can be found', async () => {
  expect(await facenet('dataset', 'synth', '--out', at('drawn'), '--identities', '3', '--images', '2', '--seed', '4')).toMatchObject({ code: 0 });
  for (const place of ['drawn', 'people']) {
    const given = ['--threshold', '0.01', '--json', '--model', at('bundle')];
    const known = await facenet('cluster', at(place), ...given);
    const told = await facenet('cluster', at(place), ...given, '--crop');
    expect(known.code).toBe(0);
    expect(JSON.parse(known.stdout)).toEqual(JSON.parse(told.stdout));
    expect(known.stdout).toContain('"withoutFace": []');
  }
}, 300_000);

test.each(['average', 'complete', 'chinese-whispers', 'dbscan'])('%s puts every picture once, one person to a group, the largest first', async (algorithm) => {
  const found = await clustersOf(at('mixed'), '--algorithm', algorithm, '--threshold', separating, '--min-points', '1');
  expect(found.clusters.map(({ id, files }) => [id, files.length])).toEqual([[1, 4], [2, 3], [3, 3], [4, 2], [5, 2], [6, 1], [7, 1]]);
  found.clusters.forEach(({ files }) => {
    expect(shown(files)).toHaveLength(1);
    expect(files).toEqual([...files].sort());
  });
  const all = readdirSync(at('mixed'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png') && !name.includes('.hidden'));
  expect(found.clusters.flatMap(({ files }) => files).sort()).toEqual(all.map((name) => at('mixed', name)).sort());
  // As large ones in order of their first file.
  const firsts = found.clusters.map(({ files }) => files[0]!);
  expect(firsts.slice(1, 3)).toEqual(firsts.slice(1, 3).sort());
  expect(found.broken).toEqual([{ file: at('mixed/deep/broken.jpg'), reason: expect.stringContaining('cannot decode the image') as string }]);
  expect(found).toMatchObject({ singletons: 2, faces: 16, ignored: [at('mixed/notes.txt')], algorithm, far: null });
});

test('k-means makes as many groups as it is told', async () => {
  const found = await clustersOf(at('mixed'), '--algorithm', 'k-means', '--clusters', '3');
  expect(found.clusters).toHaveLength(3);
  expect(found).toMatchObject({ threshold: null, faces: 16 });
});

test('without --threshold the model’s own is used, and what it rests on is said', async () => {
  const { thresholds } = JSON.parse(readFileSync(at('bundle/model.json'), 'utf8')) as { thresholds: { far: number; threshold: number; source: string }[] };
  const found = await clustersOf(at('mixed'), '--far', '0.1');
  expect(thresholds.map(({ far }) => far)).toEqual([0.1]);
  expect(found).toMatchObject({ far: 0.1, threshold: thresholds[0]!.threshold, measured: { source: thresholds[0]!.source } });
});

test('--score compares the groups with the folders of people', async () => {
  const { scores } = await clustersOf(at('people'), '--score', '--threshold', separating);
  expect(scores).toMatchObject({ bCubed: { f: 1, precision: 1, recall: 1 }, people: 7, clusters: 7 });
  // One group of seven people with four pictures each: a picture's group is one seventh its person's.
  const { scores: lumped } = await clustersOf(at('people'), '--score', '--algorithm', 'k-means', '--clusters', '1');
  expect(lumped!.bCubed.precision).toBeCloseTo(1 / 7, 12);
  expect(lumped!.bCubed.recall).toBe(1);
});

describe('--out', () => {
  test('copies the groups into a new folder, under names that say where they come from', async () => {
    const { clusters } = await clustersOf(at('mixed'), '--threshold', separating, '--out', at('deep/groups'));
    expect(readdirSync(at('deep/groups'))).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    for (const { id, files } of clusters) {
      const names = files.map((file) => path.relative(at('mixed'), file).replaceAll('/', '__'));
      expect(readdirSync(at(`deep/groups/${id}`))).toEqual(names.sort());
      files.forEach((file) => {
        const copy = at(`deep/groups/${id}`, path.relative(at('mixed'), file).replaceAll('/', '__'));
        expect(readFileSync(copy)).toEqual(readFileSync(file));
        expect(lstatSync(copy).isSymbolicLink()).toBe(false);
      });
    }
    expect(readdirSync(at('deep'))).toEqual(['groups']);
  });

  test('makes links where asked to', async () => {
    const { clusters } = await clustersOf(at('people'), '--threshold', separating, '--out', at('links'), '--link');
    const [first] = readdirSync(at('links/1'));
    expect(lstatSync(at('links/1', first!)).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('links/1', first!))).toEqual(readFileSync(clusters[0]!.files[0]!));
  });

  test('writes a page that holds the pictures themselves', async () => {
    const { clusters } = await clustersOf(at('mixed'), '--threshold', separating, '--out', at('groups.html'));
    const page = readFileSync(at('groups.html'), 'utf8');
    expect(page.match(/<img decoding="async" src="data:image\/jpeg;base64,/g)).toHaveLength(16);
    expect(/(src|href)="(?!data:)/.test(page)).toBe(false);
    // The five groups of two and more each in a section, and one for the two that are alone.
    expect(page.match(/<section>/g)).toHaveLength(6);
    for (const text of ['<h2>Alone <small>2 faces</small></h2>', 'broken.jpg: cannot decode the image', ...clusters[0]!.files.map((file) => `title="${path.relative(at('mixed'), file)}"`)]) {
      expect([text, page.includes(text)]).toEqual([text, true]);
    }
  });

  test('marks the pictures of others in a group when the people are known', async () => {
    await clustersOf(at('people'), '--score', '--algorithm', 'k-means', '--clusters', '1', '--out', at('scored.html'));
    const page = readFileSync(at('scored.html'), 'utf8');
    expect(page.match(/<figure class="odd">/g)).toHaveLength(24);
    expect(page.includes('<b>24 faces of others</b>')).toBe(true);
  });

  test.each([
    ['a page that is there', 'there.html', 'exists already'],
    ['a folder that is not empty', 'people', 'is not empty'],
    ['a folder within the images', 'mixed/groups', 'lies within the images'],
    ['a file', 'mixed/notes.txt', 'is a file'],
  ])('never touches %s', async (_, place, message) => {
    writeFileSync(at('there.html'), 'precious');
    const before = readdirSync(folder, { recursive: true }).length;
    const { code, stdout, stderr } = await cluster(at('mixed'), '--threshold', '0.1', '--out', at(place), '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${at(place)}: ${message}`);
    expect(readFileSync(at('there.html'), 'utf8')).toBe('precious');
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
  });

  test('leaves nothing behind when a file vanishes while it is written', async () => {
    cpSync(at('people'), at('vanishing'), { recursive: true });
    const { writeFolders } = await import('../cluster/write-folders.ts');
    const files = [at('vanishing/person-00/0.png'), at('vanishing/person-00/gone.png')];
    await expect(writeFolders(at('half'), [{ id: 1, files }], {
      images: at('vanishing'), link: false, signal: new AbortController().signal, onProgress: () => undefined,
    })).rejects.toThrow('ENOENT');
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
  });

  test('stops where it is asked to, and leaves nothing behind', async () => {
    const { writeFolders } = await import('../cluster/write-folders.ts');
    const stop = new AbortController();
    const files = [0, 1, 2].map((image) => at(`people/person-00/${image}.png`));
    await expect(writeFolders(at('stopped'), [{ id: 1, files }], {
      images: at('people'), link: false, signal: stop.signal, onProgress: () => { stop.abort(); },
    })).rejects.toThrow('stopped after 1 of 3 files');
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});

test('files of one flat name get a number', async () => {
  const { namesIn } = await import('../cluster/write-folders.ts');
  expect(namesIn(['/x/a/b.png', '/x/a__b.png', '/x/A__B.PNG'], '/x').map(([, name]) => name)).toEqual(['a__b.png', 'a__b-2.png', 'A__B-3.PNG']);
});

test('a folder that is linked into itself is read once', async () => {
  cpSync(at('people/person-00'), at('loop'), { recursive: true });
  symlinkSync(at('loop'), at('loop/again'));
  const { clusters } = await clustersOf(at('loop'), '--threshold', '1');
  expect(clusters.flatMap(({ files }) => files)).toHaveLength(4);
});

test.each([
  ['a folder that is missing', () => [at('nowhere'), '--threshold', '1'], 'no such folder'],
  ['a folder without images', () => [at('bundle'), '--threshold', '1'], 'expected images of faces, found'],
  ['images beside the people with --score', () => [at('mixed'), '--threshold', '1', '--score'], '--score expects a folder for each person'],
  ['a rate that the model has no threshold for', () => [at('mixed'), '--far', '1e-5'], 'no threshold for a false-accept rate of 0.00001'],
  ['k-means without a number', () => [at('mixed'), '--algorithm', 'k-means'], 'expected the number of groups, --clusters N'],
  ['k-means with a threshold', () => [at('mixed'), '--algorithm', 'k-means', '--clusters', '2', '--threshold', '1'], '--threshold and --far are for the other algorithms'],
  ['a number of groups without k-means', () => [at('mixed'), '--clusters', '2', '--threshold', '1'], '--clusters is for --algorithm k-means'],
  ['links without a folder', () => [at('mixed'), '--threshold', '1', '--link'], 'expected --out with a folder for the links'],
])('refuses %s', async (_, args, message) => {
  const { code, stdout, stderr } = await cluster(...args());
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('says where images were not readable and how groups look, for people', async () => {
  const { code, stdout, stderr } = await cluster(at('mixed'), '--threshold', separating);
  expect(code).toBe(0);
  expect(stdout).toContain('16 faces in 7 groups: 5 of two or more, 2 alone');
  expect(stderr).toContain(`left out: ${at('mixed/deep/broken.jpg')}: cannot decode the image`);
  expect(existsSync(at('groups'))).toBe(false);
});
