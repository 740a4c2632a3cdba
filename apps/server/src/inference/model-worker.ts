import { parentPort } from 'node:worker_threads';
import type { Provider } from '@facenet/engine/node';
import { BundleError, checkGolden, type GoldenPicture, type Manifest, parityTolerance } from '@facenet/export';
import { cropToInput, type FaceModel, openFaceBundle, readBundleFolder } from '@facenet/model';
import { type Reply, serveCommands } from './serve-commands.ts';

// ONNX Runtime computes on the thread that calls it, and reading a bundle takes seconds of digests: both happen here.

export interface OpenJob {
  readonly folder: string;
  readonly provider: Provider;
  readonly threads: number;
  readonly maxBatch: number;
}

export interface Opened {
  readonly manifest: Manifest;
  /** Of the whole path on this device, against the bundle's own vectors. */
  readonly goldenDifference: number;
  /** Milliseconds of a full batch, the best of three. */
  readonly batchMs: number;
}

/** Cards may round to ten bits on the way; a verdict moves by less than its thresholds are sure of. */
const otherTolerance = 1e-3;

let model: FaceModel | undefined;
let batch: Float32Array | undefined;

async function open({ folder, provider, threads, maxBatch }: OpenJob): Promise<Opened> {
  const bundle = await readBundleFolder(folder);
  const opened = await openBundle(folder, () => openFaceBundle(bundle, { provider, threads }));
  model = opened;
  const { manifest, runner, size } = opened;
  const toInput = ({ width, height, rgba }: GoldenPicture): Float32Array => cropToInput({ width, height, channels: 4, data: rgba }, opened);
  const { maxDifference } = await openBundle(folder, () => checkGolden(manifest, toInput, runner));
  const tolerance = provider === 'cpu' ? parityTolerance : otherTolerance;
  if (!(maxDifference <= tolerance)) {
    throw new BundleError(
      `${folder}: computes other vectors here, on provider '${provider}', than where it was exported: ` +
      `they differ by ${maxDifference.toExponential(1)}, expected at most ${tolerance}`,
    );
  }
  batch = new Float32Array(maxBatch * 3 * size[0] * size[1]);
  return { manifest, goldenDifference: maxDifference, batchMs: await warmUp(opened, batch, maxBatch) };
}

/** What does not load on the CPU is no model; providers explain themselves. */
async function openBundle<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'ProviderError' || error instanceof BundleError) throw error;
    throw new BundleError(`${folder}: ${error.message}`);
  }
}

/** The first runs of a size find memory for it; later ones show the pace. */
async function warmUp({ runner }: FaceModel, batch: Float32Array, maxBatch: number): Promise<number> {
  batch.forEach((_, i) => { batch[i] = Math.sin(i); });
  await runner.run(batch.subarray(0, batch.length / maxBatch), 1);
  let best = Infinity;
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    await runner.run(batch, maxBatch);
    if (round > 0) best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Inputs [3, rows, cols], one buffer each, to vectors one after the other. */
async function run(inputs: readonly ArrayBuffer[]): Promise<Float32Array> {
  const length = batch!.length;
  const each = inputs[0]!.byteLength / Float32Array.BYTES_PER_ELEMENT;
  if (inputs.length * each > length) throw new RangeError(`inference: a batch of ${inputs.length}; expected at most ${length / each}`);
  inputs.forEach((input, i) => { batch!.set(new Float32Array(input), i * each); });
  return model!.runner.run(batch!.subarray(0, inputs.length * each), inputs.length);
}

serveCommands(parentPort!, {
  open: async (job: OpenJob): Promise<Reply> => ({ result: await open(job) }),
  run: async (inputs: readonly ArrayBuffer[]): Promise<Reply> => {
    const vectors = await run(inputs);
    return { result: vectors, transfer: [vectors.buffer as ArrayBuffer] };
  },
  close: async (): Promise<Reply> => {
    await model?.dispose();
    return { result: undefined };
  },
});
