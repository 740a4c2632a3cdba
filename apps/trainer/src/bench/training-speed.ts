import { describeModel, initializeWeights, Random, resolveSpec } from '@facenet/architecture';
import { createTrainingEngine } from '@facenet/engine/node';
import { Ceiling, median } from './ceiling.ts';

export interface TrainingSpeed {
  readonly model: string;
  /** Images that go through the network together. */
  readonly batch: number;
  readonly imagesPerSecond: number;
  /** Arithmetic of forward and backward (three times the forward multiply-adds) over what the machine can do. */
  readonly shareOfCeiling: number;
  readonly ceilingGflops: number;
}

export interface SpeedOptions {
  readonly model: string;
  readonly microBatch: number;
  readonly threads: number;
  readonly rounds: number;
}

/** Times forward and backward of a batch-normalised network, in turns with the ceiling. */
export async function measureTraining({ model, microBatch, threads, rounds }: SpeedOptions): Promise<TrainingSpeed> {
  const spec = resolveSpec({ extends: model, normalization: 'batch' });
  const { multiplyAdds } = describeModel(spec);
  const engine = await createTrainingEngine(spec, { microBatch, threads, weights: initializeWeights(spec, { seed: 1, scheme: 'he' }) });
  const ceiling = await Ceiling.open(threads);
  try {
    const count = microBatch * threads;
    const random = new Random(1);
    const images = Float32Array.from({ length: count * 3 * spec.input[1] * spec.input[2] }, () => 2 * random.next() - 1);
    const gradient = Float32Array.from({ length: count * spec.embedding }, () => random.normal());
    // The first time, memory is still being taken.
    await engine.backward(images, gradient);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await ceiling.sample();
      const start = performance.now();
      await engine.backward(images, gradient);
      times.push(performance.now() - start);
    }
    const imagesPerSecond = (1000 * count) / median(times);
    const { gflops } = ceiling;
    return { model, batch: microBatch, imagesPerSecond, shareOfCeiling: (6 * multiplyAdds * imagesPerSecond) / (gflops * 1e9), ceilingGflops: gflops };
  } finally {
    await ceiling.dispose();
    await engine.dispose();
  }
}
