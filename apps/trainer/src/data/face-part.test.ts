import type { RgbImage } from './decode.ts';
import { cutFace } from './face-part.ts';

// The corners of the eyes and mouth and the nose tip in a crop of 136: ArcFace's template for 112 (insightface,
// face_align.py) and the 12 pixels of margin around it.
const template = [[50.2946, 63.6963], [85.5318, 63.5014], [68.0252, 83.7366], [53.5493, 104.3655], [82.7299, 104.2041]] as const;

function paint(size: number, colour: (x: number, y: number) => readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) data.set(colour(x, y), 3 * (y * size + x));
  return { width: size, height: size, channels: 3, data };
}

/** Red and green are the column and the row, so that a sample between pixels is known exactly. */
const ramp = (size: number): RgbImage => paint(size, (x, y) => [x, y, 0]);

/** Template → picture: turned by `angle`, scaled and moved. */
const placed = (angle: number, scale: number, x: number, y: number) => ([u, v]: readonly [number, number]): [number, number] => [
  scale * (Math.cos(angle) * u - Math.sin(angle) * v) + x,
  scale * (Math.sin(angle) * u + Math.cos(angle) * v) + y,
];

test('points that lie on the template leave the picture as it is', () => {
  const picture = ramp(136);
  const { width, height, data } = cutFace(picture, { kind: 'points', values: template.flat() });
  expect([width, height]).toEqual([136, 136]);
  expect(Buffer.from(data).equals(picture.data)).toBe(true);
});

test.each([[0.3, 0.6, 60, 20], [-0.5, 1.4, 10, 80], [3, 1.1, 200, 200]])('turns by %f, scales by %f and moves back', (angle, scale, x, y) => {
  const map = placed(angle, scale, x, y);
  const face = cutFace(ramp(255), { kind: 'points', values: template.flatMap(map) });
  for (const [col, row] of [[30, 40], [68, 68], [100, 90], [50, 110]] as const) {
    // The centre of a pixel is half a pixel behind its corner, and pixel i of the ramp has its value there.
    const expected = map([col + 0.5, row + 0.5]).map((value) => value - 0.5);
    const found = [...face.data.subarray(3 * (row * 136 + col), 3 * (row * 136 + col) + 2)];
    found.forEach((value, i) => { expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(0.51); });
  }
});

test('a large face is averaged, not sampled', () => {
  // Black and white columns, two to a pixel of the crop.
  const stripes = paint(272, (x) => (x % 2 === 0 ? [0, 0, 0] : [255, 255, 255]));
  const face = cutFace(stripes, { kind: 'points', values: template.flat().map((value) => 2 * value) });
  expect(face.data.every((value) => Math.abs(value - 127.5) <= 1)).toBe(true);
});

test('a large box is made as small as a network can use', () => {
  const face = cutFace(paint(400, () => [1, 2, 3]), { kind: 'box', values: [0, 0, 400, 200] });
  expect([face.width, face.height]).toEqual([320, 160]);
});

test('refuses points that are one', () => {
  expect(() => cutFace(ramp(10), { kind: 'points', values: Array.from({ length: 10 }, () => 3) })).toThrow('the points lie in one place');
});
