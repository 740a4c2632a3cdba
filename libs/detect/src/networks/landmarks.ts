import { OnnxBuilder, type Value } from '@facenet/export';
import type { Preprocessing } from '@facenet/face';
import { Convolutions } from './convolutions.ts';
import type { StoredWeights } from './stored-weights.ts';

/** Rows and columns of its input, and what it was trained on. */
export const landmarkInput: Pick<Preprocessing, 'mean' | 'std'> & { readonly size: number } = { size: 112, mean: [122.782, 117.001, 104.298], std: 255 };
export const landmarkPoints = 68;

/** face-api's 68 landmarks: [N, 3, 112, 112] of squares around faces to [N, 136], x and y of each point as shares of the square. */
export function landmarkModel(weights: StoredWeights): Uint8Array<ArrayBuffer> {
  const model = new OnnxBuilder({ name: 'face-landmarks' });
  const convolutions = new Convolutions(model, weights);
  const relu = (x: Value): Value => model.node('Relu', [x]);
  const add = (a: Value, b: Value): Value => model.node('Add', [a, b]);
  /** Each convolution sees the sum of all before it in its block. */
  const block = (x: Value, name: string): Value => {
    const halved = { padding: 'same', stride: 2 } as const;
    const first = relu(name === 'dense0' ? convolutions.conv(x, `${name}/conv0`, halved) : convolutions.separable(x, `${name}/conv0`, halved));
    let sum = first;
    let seen = first;
    for (const each of ['conv1', 'conv2', 'conv3']) {
      sum = add(sum, convolutions.separable(seen, `${name}/${each}`, { padding: 'same' }));
      seen = relu(sum);
    }
    return seen;
  };
  let x = model.input('images', 'float32', ['N', 3, landmarkInput.size, landmarkInput.size]);
  for (const name of ['dense0', 'dense1', 'dense2', 'dense3']) x = block(x, name);
  const pooled = model.node('AveragePool', [x], { kernel_shape: { ints: [7, 7] }, strides: { ints: [2, 2] } });
  const flat = model.node('Flatten', [pooled]);
  model.output('points', convolutions.dense(flat, 'fc'), 'float32', ['N', 2 * landmarkPoints]);
  return model.encode();
}
