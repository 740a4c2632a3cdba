import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alignedPoints, alignFace } from '@facenet/face';
import { decodePhoto, FaceDetector } from '@facenet/photo';
import { drawFaces, landmarksOf, type DrawnFace } from '@facenet/photo/testing';
import { alignFolder, chooseMain } from '../dataset/align.ts';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);
const read = (...names: string[]): unknown => JSON.parse(readFileSync(at(...names), 'utf8'));

const main: DrawnFace = { x: 210, y: 160, scale: 1 };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-align-'));
  for (const name of ['ann', 'bob']) mkdirSync(at('photos', name), { recursive: true });
  writeFileSync(at('photos', 'ann', '1.png'), await drawFaces(400, 300, [main]));
  writeFileSync(at('photos', 'ann', '1.webp'), await drawFaces(400, 300, [main, { x: 60, y: 90, scale: 0.5 }]));
  writeFileSync(at('photos', 'bob', 'wall.png'), await drawFaces(300, 200, []));
  writeFileSync(at('photos', 'bob', 'cut.png'), (await drawFaces(300, 200, [])).subarray(0, 300));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const align = (out: string, ...more: string[]) => facenet('dataset', 'align', at('photos'), at(out), '--threads', '1', ...more);

test('makes a crop of each photo’s main face in the same folders, and lists what has none', async () => {
  const { code, stdout, stderr } = await align('crops', '--json');
  expect(code).toBe(0);
  const notAligned = [{ file: path.join('bob', 'cut.png'), reason: 'damaged_image' }, { file: path.join('bob', 'wall.png'), reason: 'no_face' }];
  const result = JSON.parse(stdout) as { notAligned: { file: string }[] };
  expect(result).toMatchObject({ photos: 4, aligned: 2, kept: 0 });
  expect(result.notAligned).toEqual(expect.arrayContaining(notAligned));
  expect(read('crops', 'align.json')).toEqual({ detector: 'face-api-tiny-1', alignment: 'five-point-136-1', format: 'jpeg', minScore: 0.5, notAligned });
  expect(stderr).toContain('2 photos have no crop');
  expect(readdirSync(at('crops')).sort()).toEqual(['align.json', 'ann']);
  expect(readdirSync(at('crops', 'ann')).sort()).toEqual(['1.png.jpg', '1.webp.jpg']);
});

test('the crop is the aligned face', async () => {
  await align('exact', '--format', 'png');
  const photo = await decodePhoto(readFileSync(at('photos', 'ann', '1.png')));
  const crop = await decodePhoto(readFileSync(at('exact', 'ann', '1.png.png')));
  const detector = new FaceDetector();
  try {
    const [face] = await detector.detect(photo);
    expect(Buffer.compare(crop.data, alignFace(photo, face!.landmarks).data as Uint8Array)).toBe(0);
  } finally {
    await detector.dispose();
  }
  // Near the crop that the drawn points themselves give: the same skin where the template has the nose.
  const drawn = alignFace(photo, landmarksOf(main));
  const nose = 3 * (Math.round(alignedPoints[2].y) * 136 + Math.round(alignedPoints[2].x));
  for (const channel of [0, 1, 2]) expect(Math.abs(crop.data[nose + channel]! - drawn.data[nose + channel]!)).toBeLessThan(40);
});

test('goes on where it was: keeps what is there, tries no photo twice that had no face', async () => {
  await align('again');
  const [first, second] = ['1.png.jpg', '1.webp.jpg'].map((name) => at('again', 'ann', name)) as [string, string];
  const whole = readFileSync(first);
  const before = statSync(second).mtimeMs;
  rmSync(first);
  const { code, stdout } = await align('again', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ aligned: 1, kept: 1, notAligned: [{ reason: 'damaged_image' }, { reason: 'no_face' }] });
  expect(readFileSync(first)).toEqual(whole);
  expect(statSync(second).mtimeMs).toBe(before);
});

test('an interrupted run says how to go on, and leaves no half crop', async () => {
  const controller = new AbortController();
  const options = { format: 'jpeg', minScore: 0.5, threads: 1, signal: controller.signal, onProgress: () => { controller.abort(); } } as const;
  await expect(alignFolder(at('photos'), at('stopped'), options)).rejects.toThrow(/of 4 photos are aligned; the same command goes on/);
  expect(existsSync(at('stopped', 'align.json'))).toBe(true);
  expect(readdirSync(at('stopped'), { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
});

test('refuses to mix crops of two kinds, or to write among the photos', async () => {
  await align('mixed');
  expect(await align('mixed', '--format', 'png')).toMatchObject({ code: 2, stderr: expect.stringContaining('choose another folder') as string });
  expect(await align('photos')).toMatchObject({ code: 2, stderr: expect.stringContaining('a folder of their own') as string });
  expect(await align(path.join('photos', 'crops'))).toMatchObject({ code: 2 });
  expect(readdirSync(at('photos')).sort()).toEqual(['ann', 'bob']);
});

test('fails where no face is found at all', async () => {
  mkdirSync(at('walls', 'x'), { recursive: true });
  writeFileSync(at('walls', 'x', '1.png'), await drawFaces(300, 200, []));
  expect(await facenet('dataset', 'align', at('walls'), at('nobody'), '--threads', '1')).toMatchObject({ code: 1, stderr: expect.stringContaining('no face was found') as string });
});

test('chooseMain weighs size against the distance from the middle', () => {
  const box = (x: number, y: number, side: number) => ({ box: { x: x - side / 2, y: y - side / 2, width: side, height: side } });
  // 50² − 0 = 2500 in the middle against 60² − 2 · 40² = 400 beside it, and 90² − 3200 = 4900.
  expect(chooseMain([box(140, 100, 60), box(100, 100, 50)], { width: 200, height: 200 })).toEqual(box(100, 100, 50));
  expect(chooseMain([box(140, 100, 90), box(100, 100, 50)], { width: 200, height: 200 })).toEqual(box(140, 100, 90));
  expect(chooseMain([], { width: 1, height: 1 })).toBeUndefined();
});
