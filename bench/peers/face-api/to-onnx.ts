// The recognition network inside @vladmandic/face-api as an ONNX file for `facenet wrap`: a foreign v1 that is strong.
//   npm pack @vladmandic/face-api && tar xzf vladmandic-face-api-*.tgz
//   npx tsx bench/peers/face-api/to-onnx.ts package/model face-api.onnx
//   npx facenet wrap face-api.onnx --input 3x226x226 --mean 127.5 --std 128 --space face-api --out models/face-api
// Its vectors all point nearly one way (two people: a squared distance of 0.3 of 4). Less their mean over some faces, they use
// the whole sphere; vectors of an existing gallery are brought there by the same subtraction:
//   npx facenet embed FACES --crop --model models/face-api --out faces.csv
//   npx tsx bench/peers/face-api/to-onnx.ts package/model centred.onnx faces.csv
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readStoredWeights, storedFiles, type StoredWeights } from '@facenet/detect';
import { OnnxBuilder, type Value } from '@facenet/export';

const name = 'face_recognition_model';
/** The network's own input. */
const chip = 150;
/**
 * It wants faces whose eyes and mouth are 0.45 of the chip apart and whose middle lies at 0.43 of its height. On the
 * 136-pixel crops that is a box of 90.4 pixels, 22.8 from the left and 38.2 from the top: at its scale, this part of 226.
 */
const [input, top, left] = [226, 63, 38];
/** What the bundle's inputs were made with, and what the network was. */
const given = { mean: 127.5, std: 128 };
const own = { mean: [122.782, 117.001, 104.298], std: 255 };

function build(weights: StoredWeights, mean: readonly number[] | undefined): Uint8Array<ArrayBuffer> {
  const model = new OnnxBuilder({ name: 'face-api' });
  const float = (key: string, dims: readonly number[], data: Float32Array): Value => model.initializer(key, { type: 'float32', dims, data });
  /** A convolution with its scale folded in; filters are stored [rows, cols, in, out]. */
  const conv = (x: Value, key: string, stride: 1 | 2): Value => {
    const { shape: [rows, cols, from, to], data } = weights.get(`${key}/conv/filters`) as { shape: readonly [number, number, number, number]; data: Float32Array };
    const [bias, factor, shift] = [weights.get(`${key}/conv/bias`).data, weights.get(`${key}/scale/weights`).data, weights.get(`${key}/scale/biases`).data];
    const filters = new Float32Array(data.length);
    for (let place = 0; place < rows * cols; place++) {
      for (let i = 0; i < from; i++) for (let o = 0; o < to; o++) filters[(o * from + i) * rows * cols + place] = data[(place * from + i) * to + o]! * factor[o]!;
    }
    const pad = stride === 1 ? (rows - 1) / 2 : 0;
    return model.node('Conv', [x, float(`${key}/filters`, [to, from, rows, cols], filters), float(`${key}/bias`, [to], bias.map((value, o) => value * factor[o]! + shift[o]!))], {
      kernel_shape: { ints: [rows, cols] }, strides: { ints: [stride, stride] }, pads: { ints: [pad, pad, pad, pad] },
    }, key);
  };
  const relu = (x: Value): Value => model.node('Relu', [x]);
  const residual = (x: Value, key: string): Value => (
    relu(model.node('Add', [conv(relu(conv(x, `${key}/conv1`, 1)), `${key}/conv2`, 1), x]))
  );
  /** The shortcut is the mean of 2×2 with empty channels behind; where it has a row and column more, the other branch gets zeros. */
  const residualDown = (x: Value, key: string, emptyChannels: number, extra: 0 | 1): Value => {
    const branch = conv(relu(conv(x, `${key}/conv1`, 2)), `${key}/conv2`, 1);
    const pooled = model.node('AveragePool', [x], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
    const padded = (value: Value, channels: number, cells: number): Value => (
      channels + cells === 0 ? value : model.node('Pad', [value, model.int64s([0, 0, 0, 0, 0, channels, cells, cells])])
    );
    return relu(model.node('Add', [padded(pooled, emptyChannels, 0), padded(branch, 0, extra)]));
  };

  const images = model.input('images', 'float32', ['N', 3, input, input]);
  const part = model.node('Slice', [images, model.int64s([top, left]), model.int64s([top + chip, left + chip]), model.int64s([2, 3])]);
  const scaled = model.node('Mul', [part, model.floats([given.std / own.std])]);
  let x = model.node('Add', [scaled, model.floats(own.mean.map((mean) => (given.mean - mean) / own.std), [1, 3, 1, 1])]);
  x = relu(conv(x, 'conv32_down', 2));
  x = model.node('MaxPool', [x], { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] } });
  for (const key of ['conv32_1', 'conv32_2', 'conv32_3']) x = residual(x, key);
  x = residualDown(x, 'conv64_down', 32, 0);
  for (const key of ['conv64_1', 'conv64_2', 'conv64_3']) x = residual(x, key);
  x = residualDown(x, 'conv128_down', 64, 0);
  for (const key of ['conv128_1', 'conv128_2']) x = residual(x, key);
  x = residualDown(x, 'conv256_down', 128, 1);
  for (const key of ['conv256_1', 'conv256_2']) x = residual(x, key);
  x = residualDown(x, 'conv256_down_out', 0, 1);
  const pooled = model.node('ReduceMean', [x], { axes: { ints: [2, 3] }, keepdims: { int: 0 } });
  const last = weights.get('fc');
  const vector = model.node('MatMul', [pooled, float('fc', last.shape, last.data)]);
  model.output('embeddings', mean === undefined ? vector : centred(model, vector, mean), 'float32', ['N', 128]);
  return model.encode();
}

/** Of unit length, less the mean of faces. */
function centred(model: OnnxBuilder, vector: Value, mean: readonly number[]): Value {
  const length = model.node('ReduceL2', [vector], { axes: { ints: [1] }, keepdims: { int: 1 } });
  return model.node('Sub', [model.node('Div', [vector, length]), model.floats(mean, [1, mean.length])]);
}

/** Of unit vectors in the rows of a file: a path, then the numbers. */
function meanOf(file: string): readonly number[] {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').slice(-128).map(Number));
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]! / rows.length, 0));
}

const [folder, out, faces] = process.argv.slice(2);
if (folder === undefined || out === undefined) throw new Error('expected the folder of the model, the file to write, and for a centred one a .csv of embeddings');
const stored = storedFiles(name);
const weights = readStoredWeights(readFileSync(path.join(folder, stored.manifest), 'utf8'), readFileSync(path.join(folder, stored.weights)));
writeFileSync(out, build(weights, faces === undefined ? undefined : meanOf(faces)));
