import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { jest } from '@jest/globals';
import { drawFaces } from '@facenet/photo/testing';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

// The server's embedded store is a whole PostgreSQL: on a machine busy with training its start alone may take minutes.
jest.setTimeout(600_000);

const small = { x: 250, y: 260, scale: 0.7 };
const large = { x: 620, y: 320, scale: 1.3 };
const command = path.resolve(import.meta.dirname, '../../../../bin/facenet.mjs');

let folder: string;
let server: ChildProcess;
let api: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-same-'));
  await makeFaces(at('faces'), 4, 2);
  await makeRun(at('run'), at('faces'));
  expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure', '--aligned')).toMatchObject({ code: 0 });
  withThresholds(0.5, 1);
  writeFileSync(at('one.png'), await drawFaces(640, 480, [{ x: 300, y: 240, scale: 1 }]));
  writeFileSync(at('two.png'), await drawFaces(900, 600, [small, large]));
  writeFileSync(at('nobody.png'), await drawFaces(300, 200, []));
  writeFileSync(at('crop.png'), await drawFaces(136, 136, [{ x: 68, y: 68, scale: 0.8 }]));
  mkdirSync(at('gallery/ada'), { recursive: true });
  writeFileSync(at('gallery/ada/1.png'), readFileSync(at('one.png')));
  // A process of its own, as users have it: apps know nothing of one another.
  server = spawn(process.execPath, [command, 'serve', '--model', at('bundle'), '--data', at('data'), '--port', '0', '--log-level', 'error'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: server.stdout! })) {
    const url = /^listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    api = `${url}/v1`;
    break;
  }
  expect(api).toBeDefined();
});

afterAll(async () => {
  if (server.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
  rmSync(folder, { recursive: true });
});

/** Gives the bundle these thresholds at 1e-3 and 1e-2. */
function withThresholds(strict: number, loose: number): void {
  const manifest = JSON.parse(readFileSync(at('bundle/model.json'), 'utf8')) as { modelId: string; thresholds: unknown };
  const counts = { queryModelId: manifest.modelId, galleryModelId: manifest.modelId, val: 0.5, falseAccepts: 1, pairsSame: 100, pairsDifferent: 1000, source: 'test' };
  manifest.thresholds = [{ far: 0.001, threshold: strict, ...counts }, { far: 0.01, threshold: loose, ...counts }];
  writeFileSync(at('bundle/model.json'), JSON.stringify(manifest));
}

async function post<T>(route: string, files: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>> = {}): Promise<T> {
  const form = new FormData();
  for (const [name, file] of Object.entries(files)) form.append(name, new Blob([readFileSync(at(file))], { type: 'image/png' }), file);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const answer = await fetch(`${api}/${route}`, { method: 'POST', body: form });
  expect(answer.status).toBeLessThan(300);
  return await answer.json() as T;
}

interface Seen {
  readonly embedding: readonly number[];
  readonly landmarks: readonly { x: number; y: number }[] | null;
  readonly quality: Readonly<Record<string, number>>;
}
type OfServer = Seen & { readonly bbox: { readonly pixels: object } | null; readonly detection_score: number };
type OfCommand = Seen & { readonly box: object | null; readonly detectionScore: number };

async function byCommand(file: string, ...flags: string[]): Promise<readonly OfCommand[]> {
  const { code, stdout, stderr } = await facenet('embed', at(file), ...flags, '--model', at('bundle'), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { faces: OfCommand[] }[])[0]!.faces;
}

const distance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

test.each([
  ['a photo of one person', 'one.png', 1, []],
  ['a photo of two', 'two.png', 2, []],
  ['a ready crop', 'crop.png', 1, ['--crop']],
])('the command and the server see the same faces and give the same vectors: %s', async (_what, file, count, flags) => {
  const served = (await post<{ faces: OfServer[] }>('embeddings', { image: file }, flags.length > 0 ? { crop: 'true' } : {})).faces;
  const found = await byCommand(file, ...flags);
  expect([served.length, found.length]).toEqual([count, count]);
  found.forEach(({ embedding, box, landmarks, detectionScore, quality }, i) => {
    const other = served[i]!;
    expect({ box, landmarks, detectionScore, quality }).toEqual({
      box: other.bbox?.pixels ?? null, landmarks: other.landmarks, detectionScore: other.detection_score, quality: other.quality,
    });
    expect(embedding).toHaveLength(16);
    embedding.forEach((value, k) => { expect(Math.abs(value - other.embedding[k]!)).toBeLessThanOrEqual(1e-5); });
  });
});

test('the larger of two faces comes first, and is the one that is compared', async () => {
  const [first, second] = await byCommand('two.png');
  const [[one], [crop]] = [await byCommand('one.png'), await byCommand('crop.png', '--crop')];
  expect(first!.landmarks![2]!.x).toBeGreaterThan(second!.landmarks![2]!.x);
  const { code, stdout, stderr } = await facenet('verify', at('one.png'), at('two.png'), '--model', at('bundle'), '--json');
  expect(code).toBe(0);
  expect(stderr).toContain(`${at('two.png')}: 2 faces; the largest is compared, `);
  const verdict = JSON.parse(stdout) as { decision: string; distance: number; threshold: number; ambiguousBelow: number; faces: unknown };
  expect(verdict.distance).toBeCloseTo(distance(one!.embedding, first!.embedding), 5);
  expect(verdict.faces).toMatchObject([{ file: at('one.png'), facesFound: 1, box: one!.box }, { file: at('two.png'), facesFound: 2, box: first!.box }]);
  const served = await post<Record<string, unknown>>('compare', { source: 'one.png', target: 'two.png' });
  expect(served).toMatchObject({ decision: verdict.decision, threshold: verdict.threshold, ambiguous_below: verdict.ambiguousBelow, target_face: { faces_found: 2 } });
  expect(Math.abs(Number(served['distance']) - verdict.distance)).toBeLessThan(1e-5);
  // A crop of the drawing is another picture than its aligned face.
  expect(distance(one!.embedding, crop!.embedding)).toBeGreaterThan(1e-4);
});

test('who a face is, is judged alike', async () => {
  const { id } = await (await fetch(`${api}/collections`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"same"}' })).json() as { id: string };
  await post(`collections/${id}/faces`, { images: 'one.png' }, { name: 'ada' });
  const served = await post<{ verdict: string; reason: string; person: { name: string } | null; distance: number; threshold: number; gap: { required: number } }>(`collections/${id}/search`, { image: 'two.png' });
  const { code, stdout } = await facenet('recognize', at('two.png'), '--gallery', at('gallery'), '--model', at('bundle'), '--json');
  expect(code).toBe(0);
  const answers = JSON.parse(stdout) as { decision: string; reason: string; identity: string | null; distance: number; threshold: number; requiredGap: number; facesFound: number }[];
  expect(answers).toHaveLength(2);
  const [{ decision, reason, identity, distance: found, threshold, requiredGap }] = answers as [typeof answers[number]];
  expect([decision, reason, identity, threshold, requiredGap]).toEqual([served.verdict, served.reason, served.person?.name ?? null, served.threshold, served.gap.required]);
  expect(Math.abs(found - served.distance)).toBeLessThan(1e-5);
});

test('a photo without a face is an error that names it', async () => {
  for (const line of [['embed', at('nobody.png')], ['verify', at('one.png'), at('nobody.png')], ['recognize', at('nobody.png'), '--gallery', at('gallery')]]) {
    const { code, stdout, stderr } = await facenet(...line, '--model', at('bundle'), '--json');
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `facenet: ${at('nobody.png')}: no face was found; if it is a ready crop of one, say --crop\n` });
  }
});

test('a photo is in the groups of all its faces', async () => {
  mkdirSync(at('album'), { recursive: true });
  for (const name of ['one.png', 'two.png', 'nobody.png']) writeFileSync(at('album', name), readFileSync(at(name)));
  const { code, stdout } = await facenet('cluster', at('album'), '--model', at('bundle'), '--threshold', '1e-9', '--out', at('groups.html'), '--json');
  expect(code).toBe(0);
  const { clusters, faces, withoutFace } = JSON.parse(stdout) as { clusters: { files: string[]; faces: { box: object | null }[] }[]; faces: number; withoutFace: string[] };
  expect([faces, withoutFace]).toEqual([3, [at('album/nobody.png')]]);
  expect(clusters.flatMap(({ files }) => files).sort()).toEqual([at('album/one.png'), at('album/two.png'), at('album/two.png')]);
  expect(clusters.every((group) => group.faces[0]!.box !== null)).toBe(true);
  expect(readFileSync(at('groups.html'), 'utf8').match(/<img decoding="async"/g)).toHaveLength(3);
});

describe('what a bundle says of photos', () => {
  async function exported(name: string, record?: object): Promise<{ photo: unknown }> {
    await makeFaces(at(name, 'faces'), 4, 2);
    if (record) writeFileSync(at(name, 'faces/align.json'), JSON.stringify({ ...record, format: 'jpeg', minScore: 0.5, notAligned: [] }));
    await makeRun(at(name, 'run'), at(name, 'faces'));
    const { code, stdout } = await facenet('export', at(name, 'run'), '--out', at(name, 'bundle'), '--no-measure', '--json');
    expect(code).toBe(0);
    return JSON.parse(stdout) as { photo: unknown };
  }

  test('comes from the record of dataset align; for another alignment photos are refused, and ready crops are not', async () => {
    expect(await exported('other', { detector: 'eyes-1', alignment: 'two-eyes-160-1' })).toMatchObject({ photo: { detector: 'eyes-1', alignment: 'two-eyes-160-1' } });
    const { code, stdout, stderr } = await facenet('embed', at('one.png'), '--model', at('other/bundle'), '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('was made for faces aligned by two-eyes-160-1; this program aligns by five-point-136-1');
    expect(await facenet('embed', at('crop.png'), '--crop', '--model', at('other/bundle'))).toMatchObject({ code: 0, stderr: '' });
  });

  test('is said where the bundle says nothing, as older ones do', async () => {
    expect(await exported('silent')).toMatchObject({ photo: 'unknown' });
    const { code, stderr } = await facenet('embed', at('one.png'), '--model', at('silent/bundle'), '--json');
    expect(code).toBe(0);
    expect(stderr).toContain('does not say how a photo becomes its input; faces are found by face-api-tiny-1 and aligned by five-point-136-1');
  });
});
