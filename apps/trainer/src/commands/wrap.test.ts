import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '@facenet/architecture';
import sharp from 'sharp';
import { foreignEmbedding, foreignEmbeddingOf, foreignNetwork, foreignSize } from '../model/foreign-network.fixture.ts';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const [rows, cols] = foreignSize;
const image = (i: number): string => at(`faces/one/${i}.png`);
/** RGB of each picture, row by row, of exactly the network's size, so that nothing is resampled. */
let pixels: Uint8Array[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-wrap-'));
  mkdirSync(at('faces/one'), { recursive: true });
  const random = new Random(5);
  pixels = Array.from({ length: 3 }, () => Uint8Array.from({ length: 3 * rows * cols }, () => random.integer(256)));
  for (const [i, data] of pixels.entries()) await sharp(data, { raw: { width: cols, height: rows, channels: 3 } }).png().toFile(image(i));
  for (const layout of ['nchw', 'nhwc'] as const) writeFileSync(at(`${layout}.onnx`), foreignNetwork(layout));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const wrap = (network: string, out: string, ...options: string[]): ReturnType<typeof facenet> =>
  facenet('wrap', at(network), '--input', `3x${rows}x${cols}`, '--space', 'theirs', '--out', at(out), ...options);

/** By hand: (value − mean) / std in planes of the given order, through the network's formula. */
function expectedOf(data: Uint8Array, order: readonly number[], mean: readonly number[], std: readonly number[]): number[] {
  const input = order.flatMap((channel, plane) => Array.from({ length: rows * cols }, (_, i) => (data[3 * i + channel]! - mean[plane]!) / std[plane]!));
  return foreignEmbeddingOf(input);
}

async function expectEmbeddings(bundle: string, expected: (data: Uint8Array) => number[]): Promise<void> {
  const { code, stdout } = await facenet('embed', ...pixels.map((_, i) => image(i)), '--crop', '--model', at(bundle), '--json');
  expect(code).toBe(0);
  (JSON.parse(stdout) as { faces: { embedding: number[] }[] }[]).forEach(({ faces }, i) => {
    const by = expected(pixels[i]!);
    expect(faces[0]!.embedding).toHaveLength(by.length);
    faces[0]!.embedding.forEach((value, k) => { expect(value).toBeCloseTo(by[k]!, 5); });
  });
}

test('a network of blue, green and red, with a mean each, embeds as its formula says', async () => {
  const { code, stdout } = await wrap(
    'nchw.onnx', 'bgr', '--order', 'bgr', '--mean', '104,117,123', '--std', '57,58,59', '--licence', 'theirs alone', '--name', 'caffe', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    bundle: at('bgr'), name: 'caffe', spaceId: 'theirs', embedding: foreignEmbedding, trainingList: 'unknown',
    network: { input: 'data:0', output: 'fc1', layout: 'nchw', batch: 'any', normalized: false },
  });
  expect(readFileSync(at('bgr/model.onnx'))).toEqual(readFileSync(at('nchw.onnx')));
  await expectEmbeddings('bgr', (data) => expectedOf(data, [2, 1, 0], [104, 117, 123], [57, 58, 59]));
});

test('a network of one picture at a time, channels last, embeds several', async () => {
  const { code, stderr } = await wrap('nhwc.onnx', 'nhwc', '--mean', '127.5', '--std', '128');
  expect(code).toBe(0);
  expect(stderr).toContain('it takes 1 picture at a time');
  expect(stderr).toContain('its embeddings are not of unit length, so they will be normalised');
  expect(stderr).toContain('what it was trained on is not known');
  await expectEmbeddings('nhwc', (data) => expectedOf(data, [0, 1, 2], [127.5, 127.5, 127.5], [128, 128, 128]));
});

test('what it was trained on is taken from a folder, or from another bundle', async () => {
  const list = async (bundle: string, from: string): Promise<unknown> => {
    const { code, stdout } = await wrap('nchw.onnx', bundle, '--mean', '0', '--std', '255', '--training-list', at(from), '--json');
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { trainingList: unknown }).trainingList;
  };
  const first = await list('listed', 'faces');
  expect(first).toMatchObject({ trainedImages: 3, heldOutImages: 0, trainedIdentities: 1 });
  expect(await list('listed-again', 'listed')).toEqual(first);
});

test.each<[string, string, readonly string[], number, string]>([
  ['means in units of 0 to 1', 'nchw.onnx', ['--mean', '0.5', '--std', '0.5'], 2, 'for values from 0 to 1, --mean 127.5 --std 127.5'],
  ['a mean that is no number', 'nchw.onnx', ['--mean', '1,2', '--std', '1'], 2, ''],
  ['another input size', 'nchw.onnx', ['--mean', '0', '--std', '255', '--input', '3x8x8'], 2, 'nchw.onnx: the network takes data:0: float32 [None, 3, 6, 8]'],
  ['a file that is no network', 'faces/one/0.png', ['--mean', '0', '--std', '255'], 2, 'not an ONNX model'],
  ['a file that is missing', 'none.onnx', ['--mean', '0', '--std', '255'], 2, 'none.onnx: cannot read the network (ENOENT)'],
  ['a list from nowhere', 'nchw.onnx', ['--mean', '0', '--std', '255', '--training-list', '/nowhere'], 2, '/nowhere: no such folder'],
])('%s is refused, and nothing is written', async (_, network, options, code, message) => {
  const result = await wrap(network, 'refused', ...options);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toContain(message);
  expect(existsSync(at('refused'))).toBe(false);
});
