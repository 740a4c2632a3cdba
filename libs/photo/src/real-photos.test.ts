import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { alignedPoints, distanceBetween } from '@facenet/face';
import type { DetectedFace } from '@facenet/detect';
import { decodePhoto, FaceDetector } from './index.ts';

// Real faces are no part of the project: FACENET_DATA names a folder with photos/ and faces/lfw.
const data = process.env['FACENET_DATA'];
const withFaces = data === undefined ? test.skip : test;
const note = data === undefined ? ' (skipped: FACENET_DATA names no folder of real faces)' : '';

let detector: FaceDetector;
beforeAll(() => { detector = new FaceDetector(); });
afterAll(async () => { await detector.dispose(); });

const detect = async (...name: string[]): Promise<DetectedFace[]> => detector.detect(await decodePhoto(readFileSync(path.join(data!, ...name))));

withFaces(`tight crops are found, and aligning them again moves little${note}`, async () => {
  const people = readdirSync(path.join(data!, 'faces', 'lfw')).filter((_, i) => i % 140 === 7).slice(0, 40);
  const faces = await Promise.all(people.map((name) => detect('faces', 'lfw', name, `${name}_0001.jpg`)));
  expect(faces.filter((found) => found.length === 1).length).toBeGreaterThanOrEqual(38);
  // The crops were aligned by the same landmarks in the original photos.
  const moved = faces.flatMap(([face]) => (face ? [mean(face.landmarks.map((point, i) => distanceBetween(point, alignedPoints[i]!)))] : []));
  expect(mean(moved)).toBeLessThan(4);
  expect(Math.max(...moved)).toBeLessThan(8);
}, 300_000);

// Counted by eye.
const groups: readonly [string, number][] = [
  ['faceapi_examples/bbt1.jpg', 4], ['faceapi_examples/bbt2.jpg', 3], ['faceapi_examples/bbt3.jpg', 5], ['faceapi_examples/bbt4.jpg', 6],
  ['faceapi_examples/bbt5.jpg', 5], ['openface/examples/longoria-cooper.jpg', 2],
  ['face_recognition_tests/obama_partial_face.jpg', 1], ['face_recognition_tests/obama_partial_face2.jpg', 1], ['face_recognition_tests/32bit.png', 1],
];

withFaces(`every face of a photo is found once${note}`, async () => {
  const present = groups.filter(([name]) => existsSync(path.join(data!, 'photos', name)));
  const found = await Promise.all(present.map(async ([name]) => [name, (await detect('photos', name)).length]));
  expect(found).toEqual(present);
}, 300_000);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
