import { alignedPoints, type FivePoints, type Pixels } from '@facenet/face';
import type { FoundFace } from '@facenet/web';
import { hintFor } from './hint.ts';

const size = 136;

/** A wave of 24 pixels' length is at √(10 × (2 − 2 cos 2π/24)²) = 0.2155 of sharpness, one of 4 at 1: closed forms of libs/face's tests. */
function wave(period: number, amplitude = 80, mean = 128): Pixels {
  const data = Uint8Array.from({ length: 3 * size * size }, (_, i) => Math.round(mean + amplitude * Math.sin((2 * Math.PI * (Math.floor(i / 3) % size)) / period)));
  return { width: size, height: size, channels: 3, data };
}

const scaled = (scale: number): FivePoints => alignedPoints.map(({ x, y }) => ({ x: x * scale, y: y * scale })) as unknown as FivePoints;

function face({ crop = wave(6), landmarks = scaled(2) }: { crop?: Pixels; landmarks?: FivePoints } = {}): FoundFace {
  return { box: { x: 0, y: 0, width: 100, height: 100 }, landmarks, score: 0.9, crop, quality: { overall: 1, sharpness: 1, size: 1, pose: 1, exposure: 1 } };
}

const rule = { gate: 'standard', wantsOne: true } as const;

test.each([
  ['nobody', [], {}, 'no_face'],
  ['nobody in the dark', [], { light: 20 }, 'dark_frame'],
  ['nobody in the light', [], { light: 120 }, 'no_face'],
  ['two people where one is asked for', [face(), face()], {}, 'several_faces'],
  ['two people where any may be', [face(), face()], { wantsOne: false }, 'fine'],
  // Eyes 35.24 × 0.2 = 7 pixels apart, under the nine that the gate asks for.
  ['someone far away', [face({ landmarks: scaled(0.2) })], {}, 'too_small'],
  ['a blurred picture', [face({ crop: wave(48) })], {}, 'too_blurred'],
  // Highlights at luma 3 + 2 = 5 of the 96 that are asked for.
  ['a face in the dark', [face({ crop: wave(6, 2, 3) })], {}, 'too_dark'],
  ['a good face', [face()], {}, 'fine'],
] as const)('%s', (_, faces, more, code) => {
  expect(hintFor(faces, { ...rule, ...more }).code).toBe(code);
});

test('says what to do, in a sentence', () => {
  expect(hintFor([], rule).text).toMatch(/^[A-Z].*\.$/);
});
