import { describeScene, drawScene, photoHeight, photoWidth, renderScene } from './photo.ts';

const scenes = Array.from({ length: 16 }, (_, i) => drawScene(4, i, 0, 40));

test('everybody in a photo is inside it, has a face of their own, and the landmarks lie in its box', () => {
  for (const [index, scene] of scenes.entries()) {
    const faces = describeScene(scene);
    expect(faces.map(({ identity }) => identity)).toContain(index);
    expect(new Set(faces.map(({ identity }) => identity)).size).toBe(faces.length);
    for (const { box, landmarks } of faces) {
      expect(box.x).toBeGreaterThan(0);
      expect(box.y).toBeGreaterThan(0);
      expect(box.x + box.width).toBeLessThan(photoWidth);
      expect(box.y + box.height).toBeLessThan(photoHeight);
      for (const { x, y } of Object.values(landmarks)) {
        // The nose of a turned head reaches beyond the outline of the cheek.
        expect(x).toBeGreaterThan(box.x - 0.15 * box.width);
        expect(x).toBeLessThan(box.x + 1.15 * box.width);
        expect(y).toBeGreaterThan(box.y);
        expect(y).toBeLessThan(box.y + box.height);
      }
      expect(landmarks.leftEye.x).toBeLessThan(landmarks.rightEye.x);
      expect(landmarks.nose.y).toBeLessThan((landmarks.leftMouth.y + landmarks.rightMouth.y) / 2);
    }
  }
});

test('there are photos of one and of several people', () => {
  const counts = scenes.map(({ people }) => people.length);
  expect(counts.filter((count) => count === 1).length).toBeGreaterThan(4);
  expect(counts.filter((count) => count > 1).length).toBeGreaterThan(3);
});

test('a photo has its size and is the same every time', () => {
  const index = scenes.findIndex(({ people }) => people.length === 1);
  const again = drawScene(4, index, 0, 40);
  const { width, height, data } = renderScene(scenes[index]!);
  expect([width, height, data.length]).toEqual([photoWidth, photoHeight, 3 * photoWidth * photoHeight]);
  expect(Buffer.from(renderScene(again).data).equals(Buffer.from(data))).toBe(true);
});
