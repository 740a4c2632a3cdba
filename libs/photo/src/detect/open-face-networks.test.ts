import type { FaceNetworks } from '@facenet/detect';
import type { Box } from '@facenet/face';
import { decodePhoto, type Photo } from '../index.ts';
import { drawFaces } from '../testing.ts';
import { openFaceApi } from './face-api.fixture.ts';
import { openFaceNetworks } from './open-face-networks.ts';

// Expected: the same networks in their authors' own package, on TensorFlow.js.
let [ours, theirs]: FaceNetworks[] = [];
let photo: Photo;
beforeAll(async () => {
  [ours, theirs] = [await openFaceNetworks(), await openFaceApi()];
  photo = await decodePhoto(await drawFaces(900, 600, [{ x: 180, y: 300, scale: 1 }, { x: 450, y: 250, scale: 0.7 }, { x: 720, y: 330, scale: 1.2 }]));
});

const numbersOf = ({ x, y, width, height }: Box): number[] => [x, y, width, height];

// 128 to 608: odd and even sizes after each halving; a low score, so that boxes which are no faces are compared too.
test.each([128, 160, 224, 320, 416, 608])('detects as face-api does, at %d', async (size) => {
  // Around the middle face, which is seen at the same scale each time, and with more room its neighbours.
  const side = 1.6 * size;
  const view = { x: 450 - side / 2, y: 250 - side / 2, width: side, height: side };
  const [found, expected] = [await ours!.detect(photo, view, size, 0.1), await theirs!.detect(photo, view, size, 0.1)];
  expect(expected.length).toBeGreaterThan(0);
  expect(found).toHaveLength(expected.length);
  found.forEach(({ score, box }, i) => {
    expect(score).toBeCloseTo(expected[i]!.score, 4);
    numbersOf(box).forEach((value, j) => { expect(Math.abs(value - numbersOf(expected[i]!.box)[j]!)).toBeLessThan(0.01); });
  });
});

test('finds landmarks where face-api does, of one square and of many', async () => {
  const squares = Array.from({ length: 20 }, (_, i): Box => ({ x: 100 + 5 * i, y: 200 + 3 * i, width: 150 + i, height: 150 + i }));
  for (const some of [squares.slice(0, 1), squares]) {
    const [found, expected] = [await ours!.landmarks(photo, some), await theirs!.landmarks(photo, some)];
    expect(found.map((points) => points.length)).toEqual(some.map(() => 68));
    found.forEach((points, i) => {
      points.forEach((point, j) => {
        expect(Math.abs(point.x - expected[i]![j]!.x)).toBeLessThan(0.01);
        expect(Math.abs(point.y - expected[i]![j]!.y)).toBeLessThan(0.01);
      });
    });
  }
});
