import { alignedPoints, checkFivePoints, distanceBetween, FaceError, type FivePoints, type Pixels } from '@facenet/face';
import type { DetectedFace } from '@facenet/detect';
import { decodePhoto, DetectorError, FaceDetector, type Photo } from './index.ts';
import { drawFaces, landmarksOf } from './testing.ts';

let detector: FaceDetector;
beforeAll(() => { detector = new FaceDetector(); });
afterAll(async () => { await detector.dispose(); });

const [left, middle, right] = [{ x: 180, y: 300, scale: 1 }, { x: 450, y: 250, scale: 0.7 }, { x: 720, y: 330, scale: 1.2 }] as const;
const three = async (): Promise<Photo> => decodePhoto(await drawFaces(900, 600, [left, middle, right]));
const plain = (width: number, height: number, value = 120): Pixels => ({ width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(value) });

/** The largest distance from where the points were drawn, in units of the eyes' distance. */
function error(found: FivePoints, drawn: FivePoints): number {
  return Math.max(...found.map((point, i) => distanceBetween(point, drawn[i]!))) / distanceBetween(drawn[0], drawn[1]);
}

function expectWhole({ crop, landmarks, quality, score }: DetectedFace): void {
  expect(crop).toMatchObject({ width: 136, height: 136, channels: 3 });
  expect(crop.data).toHaveLength(3 * 136 * 136);
  checkFivePoints(landmarks);
  expect(quality.overall).toBeGreaterThan(0);
  expect(score).toBeLessThanOrEqual(1);
}

describe('detect', () => {
  it('finds the faces of a photo, the largest first, and leaves the pixels alone', async () => {
    const photo = await three();
    const before = Buffer.from(photo.data);
    const faces = await detector.detect(photo);
    expect(faces).toHaveLength(3);
    faces.forEach(expectWhole);
    // The pictures' own sizes, 1.2, 1 and 0.7: the two larger boxes may come out alike.
    expect(error(faces[2]!.landmarks, landmarksOf(middle))).toBeLessThan(0.25);
    expect(faces.map(({ box }) => box.width * box.height)).toEqual(faces.map(({ box }) => box.width * box.height).sort((a, b) => b - a));
    for (const drawn of [left, right]) expect(Math.min(...faces.map(({ landmarks }) => error(landmarks, landmarksOf(drawn))))).toBeLessThan(0.25);
    expect(Buffer.compare(before, photo.data)).toBe(0);
  });

  it('reports places in the photo’s own pixels, however large it is', async () => {
    const drawn = { x: 1700, y: 1500, scale: 6 };
    const [face, ...others] = await detector.detect(await decodePhoto(await drawFaces(3000, 2800, [drawn])));
    expect(others).toEqual([]);
    expect(error(face!.landmarks, landmarksOf(drawn))).toBeLessThan(0.25);
  });

  it('finds a face that fills its picture', async () => {
    const drawn = { x: 68, y: 62, scale: 0.8 };
    const faces = await detector.detect(await decodePhoto(await drawFaces(136, 136, [drawn])));
    expect(faces).toHaveLength(1);
    expect(error(faces[0]!.landmarks, landmarksOf(drawn))).toBeLessThan(0.25);
  });

  it.each([[1, 1], [1, 300], [700, 2]])('finds nothing in %d×%d plain pixels, and does not fall over', async (width, height) => {
    expect(await detector.detect(plain(width, height))).toEqual([]);
  });

  it('gives the same numbers each time', async () => {
    const photo = await three();
    expect(await detector.detect(photo)).toEqual(await detector.detect(photo));
  });

  it('takes every minimum score from 0 to 1 and no other', async () => {
    const photo = await three();
    expect(await detector.detect(photo, { minScore: 1 })).toEqual([]);
    expect((await detector.detect(photo, { minScore: 0 })).length).toBeGreaterThanOrEqual(3);
    await expect(detector.detect(photo, { minScore: 1.1 })).rejects.toThrow(/from 0 to 1, got 1\.1/);
  });
});

describe('faceInEach', () => {
  it('finds the landmarks inside of boxes, in their order, surely', async () => {
    const boxes = [right, left].map(({ x, y, scale }) => ({ x: x - 60 * scale, y: y - 70 * scale, width: 120 * scale, height: 140 * scale }));
    const faces = await detector.faceInEach(await three(), boxes);
    expect(faces.map(({ box, score }) => ({ box, score }))).toEqual(boxes.map((box) => ({ box, score: 1 })));
    expect(error(faces[0]!.landmarks, landmarksOf(right))).toBeLessThan(0.25);
    expect(error(faces[1]!.landmarks, landmarksOf(left))).toBeLessThan(0.25);
    faces.forEach(expectWhole);
  });

  it('refuses a box beside the photo', async () => {
    await expect(detector.faceInEach(plain(9, 9), [{ x: 9, y: 0, width: 5, height: 5 }])).rejects.toThrow(FaceError);
  });
});

describe('faceAtEach', () => {
  it('aligns by the landmarks that it is given', async () => {
    const photo = await decodePhoto(await drawFaces(136, 136, [{ x: 68, y: 68, scale: 0.8 }]));
    const [face] = await detector.faceAtEach(photo, [alignedPoints]);
    // Landmarks that lie on the template move nothing: the crop is the picture.
    expect(Buffer.compare(face!.crop.data as Uint8Array, photo.data)).toBe(0);
    expect(face!.landmarks).toEqual(alignedPoints);
    expect(face!.box.width).toBeCloseTo(112, 9);
  });

  it('brings what happens in the thread to the caller, and goes on', async () => {
    const inOnePlace = alignedPoints.map(() => ({ x: 3, y: 3 })) as unknown as FivePoints;
    await expect(detector.faceAtEach(plain(9, 9), [inOnePlace])).rejects.toThrow(FaceError);
    await expect(detector.faceAtEach({ ...plain(9, 9), width: 10 }, [alignedPoints])).rejects.toThrow(/10×9.*got 243/);
    expect(await detector.faceAtEach(plain(9, 9), [])).toEqual([]);
  });
});

test('dispose refuses what is waiting and what comes later', async () => {
  const closing = new FaceDetector({ threads: 2 });
  const waiting = expect(closing.detect(plain(300, 300))).rejects.toThrow(DetectorError);
  await new Promise((resolve) => { setImmediate(resolve); });
  await closing.dispose();
  await waiting;
  await expect(closing.detect(plain(9, 9))).rejects.toThrow(/closed/);
});

test('refuses a number of threads that makes no sense', () => {
  expect(() => new FaceDetector({ threads: 0 })).toThrow(/at least 1 thread, got 0/);
});
