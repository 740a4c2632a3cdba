import { checkGolden, type Manifest, type ModelRunner, parityTolerance, readGolden } from '@facenet/export';
import type { Pixels } from '@facenet/face';
import type { Measurement } from '../link/calls.ts';

/** A foreign network's own first answers are its measure, and runtimes add in other orders. */
const foreignTolerance = 1e-3;

/** Enough to be past what is slow the first time, few enough not to be waited for. */
const [mostRuns, mostMs] = [9, 400];

/** Runs a bundle's golden pictures, which is its warm-up too, then takes the time of one picture. */
export async function measure(manifest: Manifest, toInput: (picture: Pixels) => Float32Array, runner: ModelRunner): Promise<Measurement> {
  const inputOf = ({ width, height, rgba }: ReturnType<typeof readGolden>): Float32Array => toInput({ width, height, channels: 4, data: rgba });
  const { maxDifference } = await checkGolden(manifest, inputOf, runner);
  const image = inputOf(readGolden(manifest.golden[0]!));
  // Weights in fewer bits are computed with as float32, and their bundles' own numbers are so made.
  const tolerance = manifest.onnx.precision === 'as given' ? foreignTolerance : parityTolerance;
  return { difference: maxDifference, tolerance, milliseconds: await medianMs(() => runner.run(image, 1)) };
}

async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const begun = performance.now();
  do {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  } while (times.length < mostRuns && performance.now() - begun < mostMs);
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}
