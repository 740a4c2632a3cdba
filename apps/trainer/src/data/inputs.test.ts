import { Random } from '@facenet/architecture';
import { cropBox, defaultPreprocessing, toInput, tonesOf } from '@facenet/face';
import { BatchLoader, type Plan } from './batch-loader.ts';
import type { ThreadImages } from './image-store.ts';
import { InputPool } from './input-pool.ts';
import { fillInputs, type InputSettings, seenAlike } from './inputs.ts';
import { shareText } from './shared-text.ts';

const [width, height, count] = [20, 24, 6];
const size = [16, 12] as const;
const random = new Random(3);

function randomImages(): ThreadImages {
  const bytes = width * height * 3;
  const chunk = new SharedArrayBuffer(count * bytes);
  new Uint8Array(chunk).forEach((_, i, pixels) => { pixels[i] = random.integer(256); });
  return {
    addresses: shareText(Array.from({ length: count }, (_, i) => `${i}.png`)),
    labels: Int32Array.of(0, 0, 0, 1, 1, 1),
    chunks: [chunk],
    places: Int32Array.from({ length: count * 4 }, (_, i) => [0, Math.floor(i / 4) * bytes, width, height][i % 4]!),
  };
}

const images = randomImages();
const settings: InputSettings = {
  size, seed: 9, preprocessing: defaultPreprocessing,
  augmentation: { mirror: 0.5, shift: 0.1, scale: 0.1, colour: 0.3, grey: 0.2, blur: 0.5, erase: 0.5 },
};
const indices = Int32Array.of(4, 0, 4, 2);
const length = 3 * size[0] * size[1];

async function inputs(step?: number, seed = settings.seed): Promise<Float32Array> {
  const out = new Float32Array(indices.length * length);
  await fillInputs(images, step === undefined ? { indices } : { indices, step }, { ...settings, seed }, out);
  return out;
}

test('without a step, an input is what the input library makes of the crop', async () => {
  const plain = await inputs();
  const pixels = { width, height, channels: 3, data: new Uint8Array(images.chunks[0]!, 4 * width * height * 3, width * height * 3) } as const;
  const expected = toInput(pixels, cropBox(width, height, size, defaultPreprocessing), size, defaultPreprocessing);
  expect(plain.subarray(0, length)).toEqual(expected);
  expect(plain.subarray(2 * length, 3 * length)).toEqual(expected);
});

test('augmentation follows seed, step and place in the batch, and nothing else', async () => {
  const [first, again, later, otherSeed] = [await inputs(1), await inputs(1), await inputs(2), await inputs(1, 10)];
  expect(again).toEqual(first);
  expect(later).not.toEqual(first);
  expect(otherSeed).not.toEqual(first);
  // The same image at two places of a batch.
  expect(first.subarray(0, length)).not.toEqual(first.subarray(2 * length, 3 * length));
  const { black, white } = tonesOf(defaultPreprocessing);
  expect(first.every((value) => value >= black - 1e-6 && value <= white + 1e-6)).toBe(true);
});

test('what is changed about a picture does not hang on the normalisation that its network wants', async () => {
  const perChannel = { ...defaultPreprocessing, mean: [122.782, 117.001, 104.298], std: [58, 57, 56] } as const;
  const [plain, other] = [await inputs(1), new Float32Array(indices.length * length)];
  await fillInputs(images, { indices, step: 1 }, { ...settings, preprocessing: perChannel }, other);
  const channelOf = (i: number): 0 | 1 | 2 => Math.floor((i % length) / (size[0] * size[1])) as 0 | 1 | 2;
  // Back to values from 0 to 255, they are the same pictures.
  other.forEach((value, i) => { expect(value * perChannel.std[channelOf(i)] + perChannel.mean[channelOf(i)]).toBeCloseTo(plain[i]! * 128 + 127.5, 2); });
});

test('a network with larger inputs sees the same augmented pictures', async () => {
  const view = { size: [2 * size[0], 2 * size[1]] as const, preprocessing: { ...defaultPreprocessing, mean: 0, std: 255 } };
  const alike = seenAlike({ ...settings, augmentation: { ...settings.augmentation, erase: 0, blur: 1 } }, view);
  /** How far 2×2 cells on average are from the one cell that the smaller network sees, in values from 0 to 255. */
  const difference = async (large: InputSettings): Promise<number> => {
    const [small, big] = [new Float32Array(indices.length * length), new Float32Array(4 * indices.length * length)];
    await fillInputs(images, { indices, step: 1 }, { ...large, size, preprocessing: defaultPreprocessing, blurScale: 1 }, small);
    await fillInputs(images, { indices, step: 1 }, large, big);
    const sum = small.reduce((total, value, i) => {
      const [plane, row, col] = [Math.floor(i / (size[0] * size[1])), Math.floor(i / size[1]) % size[0], i % size[1]];
      const at = (r: number, c: number): number => big[(plane * 2 * size[0] + 2 * row + r) * 2 * size[1] + 2 * col + c]! * 255;
      return total + Math.abs((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4 - (value * 128 + 127.5));
    }, 0);
    return sum / small.length;
  };
  expect(await difference(alike)).toBeLessThan(3);
  // With another blur or another augmentation they are other pictures.
  expect(await difference({ ...alike, blurScale: 1 })).toBeGreaterThan(4);
  expect(await difference({ ...alike, seed: 10 })).toBeLessThan(3);
});

test('any number of threads gives the same batches, in order, and a part of them the same rows', async () => {
  const plan = (step: number): Plan => ({
    step, indices: Int32Array.from(indices, (index) => (index + step) % count), labels: new Int32Array(indices.length), measured: {},
    after: { sampler: { epoch: 0, order: [], position: 0 }, random: new Random(step).state },
  });
  const expected = await Promise.all([1, 2, 3, 4, 5].map(async (step) => {
    const out = new Float32Array(indices.length * length);
    await fillInputs(images, { indices: plan(step).indices, step }, settings, out);
    return out;
  }));
  for (const [threads, start, end] of [[1, 0, indices.length], [3, 0, indices.length], [2, 1, indices.length - 1]] as const) {
    const pool = new InputPool({ images, settings }, threads);
    const loader = new BatchLoader({ images: pool }, plan, { rows: { start, end }, firstStep: 1, ahead: threads + 1 });
    for (const [index, inputs] of expected.entries()) {
      const batch = await loader.next();
      expect(batch.step).toBe(index + 1);
      expect(batch.images).toEqual(inputs.subarray(start * length, end * length));
      expect(batch.labels).toHaveLength(indices.length);
      loader.recycle(batch);
    }
    await pool.dispose();
  }
}, 60_000);

test('an image that cannot be read any more is an error that names it', async () => {
  const gone: ThreadImages = { addresses: shareText(['/nowhere/gone.png']), labels: Int32Array.of(0), chunks: [], places: Int32Array.of(-1, 0, 4, 4) };
  const pool = new InputPool({ images: gone, settings }, 1);
  await expect(pool.request({ indices: Int32Array.of(0), step: 1 })).rejects.toThrow('/nowhere/gone.png: cannot decode');
  await pool.dispose();
}, 60_000);

test('a broken image of a set that was not looked through gives its place to the next one of its identity', async () => {
  // Nobody has tried to decode 1 and 3 (width 0); identity 1 has only what cannot be read.
  const some: ThreadImages = {
    addresses: shareText(['0.png', '/nowhere/1.png', '2.png', '/nowhere/3.png']), labels: Int32Array.of(0, 0, 0, 1), chunks: images.chunks,
    places: new Int32Array(new SharedArrayBuffer(64)),
  };
  [0, 2].forEach((index) => { some.places.set(images.places.subarray(4 * index, 4 * index + 4), 4 * index); });
  [1, 3].forEach((index) => { some.places[4 * index] = -1; });
  const request = { indices: Int32Array.of(1, 3, 1) };
  const broken: string[] = [];
  const pool = new InputPool({ images: some, settings }, 1, ({ message }) => { broken.push(message); });
  const found = await pool.request(request);
  const again = await pool.request(request);
  await pool.dispose();
  const expected = new Float32Array(2 * length);
  await fillInputs(images, { indices: Int32Array.of(2, 2) }, settings, expected);
  expect([found.subarray(0, length), found.subarray(2 * length)]).toEqual([expected.subarray(0, length), expected.subarray(length)]);
  expect(found.subarray(length, 2 * length).every((value) => value === 0)).toBe(true);
  expect(again).toEqual(found);
  expect(broken).toEqual([expect.stringContaining('/nowhere/1.png: cannot decode'), expect.stringContaining('/nowhere/3.png: cannot decode')]);

  [1, 3].forEach((index) => { some.places[4 * index] = -1; });
  const strict = new InputPool({ images: some, settings, strict: true }, 1);
  await expect(strict.request(request)).rejects.toThrow('data.strict allows none');
  await strict.dispose();
}, 60_000);
