import { alignedPoints, type FivePoints, type Pixels } from '@facenet/face';
import type { EmbeddedFace } from '@facenet/web';
import { adviceFor, judgeShot } from './shot.ts';

const size = 136;

/** A wave of 6 pixels' length is fully sharp, one of 24 at 0.2155, one of 48 at 0.054: √(10 (2 − 2 cos 2π/n)²), as libs/face's tests have it. */
function wave(period: number): Pixels {
  const data = Uint8Array.from({ length: 3 * size * size }, (_, i) => Math.round(128 + 80 * Math.sin((2 * Math.PI * (Math.floor(i / 3) % size)) / period)));
  return { width: size, height: size, channels: 3, data };
}

function face(crop: Pixels): EmbeddedFace {
  const landmarks = alignedPoints.map(({ x, y }) => ({ x: 2 * x, y: 2 * y })) as unknown as FivePoints;
  return { box: { x: 0, y: 0, width: 9, height: 9 }, landmarks, score: 0.9, crop, quality: { overall: 1, sharpness: 1, size: 1, pose: 1, exposure: 1 }, embedding: new Float32Array(4) };
}

test.each([
  ['nobody', [], 'refused'],
  ['one sharp face', [face(wave(6))], 'good'],
  // Sharper than 0.2, which is asked for, and less than 0.45, which would be best.
  ['one soft face', [face(wave(24))], 'good'],
  ['one blurred face', [face(wave(48))], 'doubtful'],
  ['two faces', [face(wave(6)), face(wave(6))], 'doubtful'],
] as const)('%s', (_, faces, state) => {
  expect(judgeShot('a.jpg', faces).state).toBe(state);
});

test('a picture without a face cannot be used whatever its user says', () => {
  expect(judgeShot('a.jpg', []).face).toBeNull();
});

test('asks for more until there are three', () => {
  expect([adviceFor(1), adviceFor(2)].map((text) => text.slice(0, 6))).toEqual(['2 more', '1 more']);
  expect(adviceFor(3)).toBe('These are enough.');
});
