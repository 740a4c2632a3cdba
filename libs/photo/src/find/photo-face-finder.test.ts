import { createHash } from 'node:crypto';
import { alignedPoints, distanceBetween, FaceError } from '@facenet/face';
import { decodePhoto } from '../decode.ts';
import { PhotoError } from '../photo-error.ts';
import { drawFaces, landmarksOf } from '../testing.ts';
import { PhotoFaceFinder } from './photo-face-finder.ts';

let finder: PhotoFaceFinder;
let photo: Buffer;
beforeAll(async () => {
  finder = new PhotoFaceFinder({ limits: { maxPixels: 1_000_000 } });
  photo = await drawFaces(900, 600, [small, large]);
});
afterAll(async () => { await finder.dispose(); });

const small = { x: 250, y: 250, scale: 0.7 };
const large = { x: 620, y: 320, scale: 1.3 };
const boxOf = ({ x, y, scale }: typeof small) => ({ x: x - 60 * scale, y: y - 70 * scale, width: 120 * scale, height: 140 * scale });

test('finds the faces of a photo, the largest first, with the digest of its file', async () => {
  const found = await finder.find({ photo });
  expect(found.photo).toEqual({ width: 900, height: 600, sha256: createHash('sha256').update(photo).digest('hex') });
  expect(found.faces).toHaveLength(2);
  [large, small].forEach((drawn, i) => {
    const { landmarks, crop, detectionScore, quality } = found.faces[i]!;
    expect(distanceBetween(landmarks![2], landmarksOf(drawn)[2])).toBeLessThan(11 * drawn.scale);
    expect(crop).toMatchObject({ width: 136, height: 136 });
    expect(detectionScore).toBeGreaterThan(0.5);
    expect(quality.overall).toBe(Math.min(quality.sharpness, quality.size, quality.pose, quality.exposure));
  });
});

test('takes only faces of the asked score', async () => {
  expect((await finder.find({ photo, minDetectionScore: 1 })).faces).toEqual([]);
});

test('looks into the boxes that it is given, in their order', async () => {
  const { faces } = await finder.find({ photo, boxes: [boxOf(small), boxOf(large)] });
  expect(faces.map(({ box, detectionScore }) => ({ box, detectionScore }))).toEqual([small, large].map((face) => ({ box: boxOf(face), detectionScore: 1 })));
  expect(distanceBetween(faces[0]!.landmarks![2], landmarksOf(small)[2])).toBeLessThan(8);
});

test('uses the landmarks that it is given, and the boxes beside them', async () => {
  const landmarks = [landmarksOf(large)];
  const alone = await finder.find({ photo, landmarks });
  expect(alone.faces[0]).toMatchObject({ landmarks: landmarks[0], detectionScore: 1 });
  const { faces: [beside] } = await finder.find({ photo, landmarks, boxes: [boxOf(large)] });
  expect(beside).toEqual({ ...alone.faces[0], box: boxOf(large) });
});

test('takes a ready crop as it is', async () => {
  const file = await drawFaces(136, 136, [{ x: 68, y: 68, scale: 0.8 }]);
  const { faces } = await finder.find({ photo: file, crop: true });
  expect(faces).toHaveLength(1);
  expect(faces[0]).toMatchObject({ box: null, landmarks: null, detectionScore: 1, quality: { size: 1, pose: 1 } });
  expect(faces[0]!.crop).toEqual(await decodePhoto(file));
});

test('says what is wrong with a file', async () => {
  await expect(finder.find({ photo: Buffer.from('text') })).rejects.toThrow(PhotoError);
  await expect(finder.find({ photo: await drawFaces(1001, 1000, []) })).rejects.toMatchObject({ reason: 'too_many_pixels' });
});

test.each([
  ['boxes for a ready crop', { crop: true, boxes: [] }, /either/],
  ['landmarks for some boxes', { boxes: [boxOf(large)], landmarks: [] }, /got 0 for 1 boxes/],
  ['a box beside the photo', { boxes: [{ x: 900, y: 0, width: 9, height: 9 }] }, /900×600/],
  ['landmarks in one place', { landmarks: [alignedPoints.map(() => ({ x: 1, y: 1 })) as unknown as typeof alignedPoints] }, /one place/],
])('refuses %s', async (_what, request, message) => {
  const refused = expect(finder.find({ photo, ...request })).rejects;
  await refused.toThrow(message);
  await expect(finder.find({ photo, ...request })).rejects.toThrow(FaceError);
});

test('names its parts', () => {
  expect(finder.version).toBe('face-api-tiny-1+five-point-136-1');
});
