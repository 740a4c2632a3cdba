import { OnnxBuilder, type Value } from '@facenet/export';
import type { Box, Preprocessing } from '@facenet/face';
import type { Detection } from '../detected-face.ts';
import { Convolutions } from './convolutions.ts';
import type { StoredWeights } from './stored-weights.ts';

/** What the network was trained on. */
export const detectorInput: Pick<Preprocessing, 'mean' | 'std'> = { mean: [117.001, 114.697, 97.404], std: 255 };

/** A cell of its grid is 32 × 32 pixels; each cell has a box of each of these sizes, in cells. */
const anchors = [[1.603231, 2.094468], [6.041143, 7.080126], [2.882459, 3.518061], [4.266906, 5.178857], [9.041765, 10.66308]] as const;
/** Of one box: centre, size, how surely a face, and a class of which there is one. */
const numbersOfBox = 5;
const doubles = 0.4;

/** face-api's tiny face detector, in the way of YOLO 2 with separable convolutions: [N, 3, s, s] to [N, 25, s / 32, s / 32]. */
export function tinyDetectorModel(weights: StoredWeights): Uint8Array<ArrayBuffer> {
  const model = new OnnxBuilder({ name: 'tiny-face-detector' });
  const convolutions = new Convolutions(model, weights);
  const leaky = (x: Value): Value => model.node('LeakyRelu', [x], { alpha: { float: 0.1 } });
  const pool = (x: Value, stride: 1 | 2): Value => (
    model.node('MaxPool', [x], { kernel_shape: { ints: [2, 2] }, strides: { ints: [stride, stride] }, auto_pad: { string: 'SAME_UPPER' } })
  );
  const images = model.input('images', 'float32', ['N', 3, 'rows', 'cols']);
  let x = pool(leaky(convolutions.conv(images, 'conv0', { padding: 'valid' })), 2);
  for (const name of ['conv1', 'conv2', 'conv3', 'conv4']) x = pool(leaky(convolutions.separable(x, name, { padding: 'same' })), 2);
  x = pool(leaky(convolutions.separable(x, 'conv5', { padding: 'same' })), 1);
  model.output('grid', convolutions.conv(x, 'conv8', { padding: 'valid' }), 'float32', ['N', anchors.length * numbersOfBox, 'down', 'across']);
  return model.encode();
}

/** Boxes of what the network says of the square `view`, those of one face once. */
export function readGrid(grid: Float32Array, cells: number, view: Box, minScore: number): Detection[] {
  const found: Detection[] = [];
  const plane = cells * cells;
  anchors.forEach(([width, height], anchor) => {
    for (let cell = 0; cell < plane; cell++) {
      const at = (number: number): number => grid[(anchor * numbersOfBox + number) * plane + cell]!;
      const score = sigmoid(at(4));
      if (score <= minScore) continue;
      const [centreX, centreY] = [(cell % cells) + sigmoid(at(0)), Math.floor(cell / cells) + sigmoid(at(1))];
      const [across, down] = [Math.exp(at(2)) * width, Math.exp(at(3)) * height];
      const [scaleX, scaleY] = [view.width / cells, view.height / cells];
      found.push({
        score,
        box: { x: view.x + (centreX - across / 2) * scaleX, y: view.y + (centreY - down / 2) * scaleY, width: across * scaleX, height: down * scaleY },
      });
    }
  });
  return surest(found);
}

/** Without those that overlap a surer one by more than `doubles` of what both cover. */
function surest(found: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const each of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, each.box) <= doubles)) kept.push(each);
  }
  return kept;
}

function overlap(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x));
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
